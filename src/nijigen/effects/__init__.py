"""Effects: halftone and other toys."""
