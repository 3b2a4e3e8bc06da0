"""The body and what it wears."""
