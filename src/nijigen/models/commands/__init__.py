"""Commands that change which weights are installed."""
