"""The head and the face on it."""
