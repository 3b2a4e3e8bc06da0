"""Training of Nijigen's own networks."""
