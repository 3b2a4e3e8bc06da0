"""Networks for lines."""
