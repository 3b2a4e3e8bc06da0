"""What a character is: its parameters, and how a seed chooses them."""
