"""Matching: from a picture to those of the library that are like it, and where.

`views` reduces pictures, `shortlist` goes over all signatures, `geometry` looks for one picture in
another, `kinds` says what was done to it, `merging` makes one hit of the frames of a scene.
"""
