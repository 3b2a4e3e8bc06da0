"""Read state dicts of PyTorch without PyTorch; imports NumPy and the errors of core alone."""
