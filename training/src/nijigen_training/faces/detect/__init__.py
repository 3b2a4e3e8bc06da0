"""The detector: where faces and heads are, in drawings of every kind."""
