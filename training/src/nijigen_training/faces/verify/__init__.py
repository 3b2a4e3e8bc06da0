"""The verifier: whether a proposal of the detector is a face, and where exactly it is."""
