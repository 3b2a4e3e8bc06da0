"""Decoding for the server, in processes that are watched for memory and time.

A file is decoded completely when it is uploaded, by a process that returns its properties and ends
alone if the file is hostile. What the server decodes itself has been through that. Uses the modules
of :mod:`nijigen.jobs` itself, :mod:`nijigen.jobs.stores` and :mod:`nijigen.jobs.processes`.
"""
