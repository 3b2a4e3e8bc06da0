"""Networks: their cards, where their weights are, and running them."""
