"""Read PyTorch state dicts without PyTorch; imports only NumPy and core's errors."""
