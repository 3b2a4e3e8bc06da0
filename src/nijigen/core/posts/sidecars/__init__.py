"""Sidecar files with the tags of a picture: a file for each form, which ``files`` recognizes.

What a form cannot hold is left out when a post is written; ``nijigen``, our own JSON, holds all.
"""
