"""Upkeep: how a library stays true to files that appear, change, move, go away and come back."""
