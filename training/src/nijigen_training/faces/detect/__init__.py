"""The detector of faces and heads in drawings of every kind."""
