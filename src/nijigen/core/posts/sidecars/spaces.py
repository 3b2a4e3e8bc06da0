"""Names of tags with spaces, as people write them, instead of underscores."""

from __future__ import annotations

_SHORTEST = 4
"""Characters from which underscores are spaces; shorter names are faces, such as ``^_^``."""


def spaced(name: str) -> str:
    """Return the name of a tag with spaces; reading it back restores the underscores."""
    return name.replace("_", " ") if len(name) >= _SHORTEST else name
