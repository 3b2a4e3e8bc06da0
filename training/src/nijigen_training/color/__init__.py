"""Networks for coloring."""
