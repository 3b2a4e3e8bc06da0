"""File formats: convert, pack and unpack."""
