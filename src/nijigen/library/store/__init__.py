"""What a library keeps: a database, rows of signatures and thumbnails, in one folder.

Rows and thumbnails are flushed to the disk before the database names them, so a process that is
killed leaves at most some that nothing refers to. These modules know no picture files.
"""
