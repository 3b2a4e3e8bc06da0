"""Indexes: what is derived from the signatures of a large library so that a search is fast.

There are three: a vector store of the embeddings of whole pictures, one of those of regions, and
lists of Haar coefficients. `manifest` says what one generation of them consists of, `writing` makes
the next, `indexes` is what the library uses.
"""
