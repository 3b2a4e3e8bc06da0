"""Counts with their noun, for messages."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, as in ``1 file`` and ``2,000 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
