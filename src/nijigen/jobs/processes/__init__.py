"""Processes that work for the server: started, watched and ended here, with messages in between.

Uses nothing else of :mod:`nijigen.jobs`; :mod:`nijigen.jobs.lanes` and :mod:`nijigen.jobs.decoding`
say what the processes do.
"""
