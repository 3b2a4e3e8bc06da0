"""Signatures: what is stored of a picture to find it again; a file for each kind."""
