"""Styles of drawing: one TOML file each, with proportions, eye designs, lines and palette."""
