"""Training samples: a drawing with its exact lines, parts and landmarks."""
