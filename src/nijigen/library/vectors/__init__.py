"""Vector stores: where the nearest of many vectors are found; a file for each kind of store.

`exact` compares all, in blocks. Which one a library uses is decided in `nijigen.library._indexes`.
Stores only propose: what they return is compared exactly in `nijigen.library.matching.shortlist`.
"""
