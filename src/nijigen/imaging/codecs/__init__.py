"""One module for each file format, with ``read(data, first=...)`` and ``write(content)``."""
