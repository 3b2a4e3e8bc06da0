"""Algorithms on pixel arrays, and the files pictures come from and go to."""
