"""How Nijigen's own networks are made."""
