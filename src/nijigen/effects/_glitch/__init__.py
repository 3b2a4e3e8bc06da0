"""The kinds of glitches, a function for each; they import nothing else of the effects."""
