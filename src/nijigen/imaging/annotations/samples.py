"""Samples: pictures of a data set with what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nijigen.core.posts.post import Post


class Keypoint(NamedTuple):
    """A point in pixels."""

    x: float
    y: float
    visible: bool


@dataclass(frozen=True)
class Region:
    """A labeled box of a picture: ``left, top, right, bottom`` in pixels, half-open."""

    label: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float | None = None
    keypoints: tuple[Keypoint, ...] = ()
    attributes: Mapping[str, Any] | None = None
    """Anything else, as data for JSON."""

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Label:
    """A kind of region.

    Args:
        name: As in ``Region.label``.
        group: The more general kind, COCO's supercategory.
        keypoints: Their names, in order.
        skeleton: Pairs of keypoints joined by a line, counted from 1.
    """

    name: str
    group: str = ""
    keypoints: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Sample:
    """A picture of a data set.

    Args:
        name: Of its file in the data set.
        width: In pixels.
        height: In pixels.
        regions: What was found in it.
        post: Its tags, rating and so on.
        file: Where the picture is, for formats that contain it.
    """

    name: str
    width: int | None = None
    height: int | None = None
    regions: tuple[Region, ...] = ()
    post: Post = field(default_factory=Post)
    file: Path | None = None
