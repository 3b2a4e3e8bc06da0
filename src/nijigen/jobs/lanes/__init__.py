"""The job queue: lanes, and the threads and worker process that run their jobs.

Uses the modules of :mod:`nijigen.jobs` itself and :mod:`nijigen.jobs.stores`.
"""
