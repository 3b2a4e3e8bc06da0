"""Data rooms: readers of the shared sets, the drawn pool, splits, degradations and collages."""
