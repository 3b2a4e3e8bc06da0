"""Research data sets: a file for each, over a user's own copy."""
