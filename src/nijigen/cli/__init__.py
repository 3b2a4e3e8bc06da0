"""The command line, built from the registry."""
