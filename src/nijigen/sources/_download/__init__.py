"""A folder of downloaded files: what was looked at, and how a file arrives."""
