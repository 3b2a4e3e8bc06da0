"""Batches on disk: which files are processed, their results, and how an interrupted run resumes.

Uses the modules of :mod:`nijigen.jobs` itself, not its other subpackages.
"""
