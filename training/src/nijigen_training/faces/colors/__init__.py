"""Names of hair and eye colors."""
