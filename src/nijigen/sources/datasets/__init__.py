"""Research data sets: a file for each, over a user's own copy; nothing is downloaded.

``dataset`` is what they have in common, ``opening`` knows them by name, ``xml`` reads XML of
strangers and ``ranking`` computes Rank@K.
"""
