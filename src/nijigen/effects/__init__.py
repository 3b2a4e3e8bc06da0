"""Effects, such as halftone."""
