"""Drawing: a picture that can be drawn again, as vectors and as layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nijigen.core.picture import Picture

if TYPE_CHECKING:
    from nijigen.core.artwork import Artwork


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Drawing(Picture):
    """A picture that knows its vectors and its layers; both are made when they are asked for.

    A picture with other pixels that is made of it is a plain :class:`Picture`.

    Args:
        svg: Returns the text of an SVG file that shows the same.
        artwork: Returns the layers that show the same.
    """

    svg: Callable[[], str]
    artwork: Callable[[], Artwork]
