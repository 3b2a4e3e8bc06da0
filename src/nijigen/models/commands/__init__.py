"""Commands that install, check and remove weights."""
