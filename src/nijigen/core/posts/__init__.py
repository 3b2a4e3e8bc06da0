"""Posts and tags as every booru site knows them, the query language, and sidecar files.

``post``, ``tag`` and ``rating`` are the values, ``vocabulary`` knows which tags exist, ``query``
is the language, ``metatags`` has what can follow ``name:`` in it, ``sql`` compiles queries for
SQLite and ``sidecars`` reads and writes files that lie beside pictures.
"""
