"""Dumps: copies of a site's metadata on disk, queried without loading them.

``opening`` recognizes a folder. ``json_lines`` has the Danbooru dumps of 2017 to 2021, with an
index in ``index``; ``json_files`` those of a file for each picture; ``tables`` databases of later
ones. ``engine`` is DuckDB, and ``pictures`` knows where the files lie.
"""
