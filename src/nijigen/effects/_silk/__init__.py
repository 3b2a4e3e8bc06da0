"""Silk: points that drift in a field of noise, and what they draw; imports no other effect."""
