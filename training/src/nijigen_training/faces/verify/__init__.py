"""The verifier: whether what the detector proposes is a face, and where exactly it lies."""
