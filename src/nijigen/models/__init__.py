"""Networks: model cards, weights and inference."""
