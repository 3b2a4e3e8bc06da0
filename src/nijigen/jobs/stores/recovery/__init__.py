"""Recovery: backups of the database, a check of the data folder, and its repair.

It may import the other modules of the stores; of those, none imports it.
"""
