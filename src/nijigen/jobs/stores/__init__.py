"""What the server keeps: pictures and jobs, as files and in one database.

Uses the modules of :mod:`nijigen.jobs` itself, not the other rooms.
"""
