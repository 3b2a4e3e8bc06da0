"""Commands that change the recipes of the user."""
