"""``python -m nijigen``."""

from nijigen.cli.main import entry

entry()
