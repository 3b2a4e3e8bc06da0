"""Bands: rows of a page that are processed at once, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator

_ROWS = 512


def bands(height: int, margin: int) -> Iterator[tuple[slice, slice]]:
    """Yield rows of a page with margins, and which of them are the band's own.

    Args:
        height: Rows of the page.
        margin: Rows beyond its own that the result of a band depends on.
    """
    for top in range(0, height, _ROWS):
        low, end = max(0, top - margin), min(height, top + _ROWS)
        yield slice(low, min(height, end + margin)), slice(top - low, end - low)
