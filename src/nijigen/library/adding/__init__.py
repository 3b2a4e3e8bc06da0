"""Adding: how files become pictures of a library that outlast a kill or a loss of power."""
