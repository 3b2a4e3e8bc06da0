"""The tables that hold posts in SQLite, and queries compiled for them; no database is opened."""
