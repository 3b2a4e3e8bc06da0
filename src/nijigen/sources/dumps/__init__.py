"""Dumps: copies of a site's metadata on disk, queried out of core."""
