"""The tables that hold posts in SQLite, and queries compiled for them or for lists in DuckDB.

No database is opened here.
"""
