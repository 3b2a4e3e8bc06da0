"""Certainty: how sure it is that a picture is where it was placed."""

from __future__ import annotations

from nijigen.library.matching.geometry import FEW, Placement

LIKELY = 0.6
"""How sure a placement must be."""
_CHANCE = 0.7
"""Correlation that the best of all positions often has in any picture: measured up to .83."""
_CHANCE_OF_WHOLE = 0.5
"""The same of whole pictures laid over each other: measured up to .75, of dark ones."""
_ENOUGH = 60
"""So many local features that agree are sure."""
_INLIERS = 25
"""Local features that agree, and are as much as there can be in a strong crop."""


def worth(placement: Placement) -> float:
    """Return how sure a placement is, from 0 to 1."""
    if placement.inliers >= FEW:
        # Agreeing features make up for lettering and changed colors; very many decide alone.
        agreeing = placement.likeness + 0.2 * min(placement.inliers / _INLIERS, 1)
        return max(agreeing, placement.inliers / _ENOUGH)
    fitted = placement.tried or placement.inliers > 0
    chance = _CHANCE if fitted else _CHANCE_OF_WHOLE
    return (placement.likeness - chance) / (1 - chance)
