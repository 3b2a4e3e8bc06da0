"""Commands that change which weights are on this machine."""
