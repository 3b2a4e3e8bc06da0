"""Drawing: a picture that is also available as vector graphics and as layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nijigen.core.picture import Picture

if TYPE_CHECKING:
    from nijigen.core.artwork import Artwork


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Drawing(Picture):
    """A picture with its vector graphics and layers, both created on demand.

    Replacing its pixels gives a plain :class:`Picture`.

    Args:
        svg: Returns the drawing as the text of an SVG file.
        artwork: Returns the drawing as layers.
    """

    svg: Callable[[], str]
    artwork: Callable[[], Artwork]
