"""Persistent data of the server: pictures and jobs, as files and in one database.

Uses the modules of :mod:`nijigen.jobs` itself, not its other subpackages.
"""
