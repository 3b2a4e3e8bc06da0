"""Eyes: designs, lids, iris, lashes."""
