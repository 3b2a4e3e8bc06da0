"""Commands that change the user's recipes."""
