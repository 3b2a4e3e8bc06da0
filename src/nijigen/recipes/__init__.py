"""Recipes: operations in a row, as TOML."""
