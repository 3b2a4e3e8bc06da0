"""Glasses, jewelry, ornaments and hats."""
