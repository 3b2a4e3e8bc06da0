"""Commands that change the library."""
