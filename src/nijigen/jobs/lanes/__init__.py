"""The job queue: lanes, and the threads and worker process that run their jobs.

Uses the modules of :mod:`nijigen.jobs` itself, :mod:`nijigen.jobs.stores` and
:mod:`nijigen.jobs.processes`.
"""
