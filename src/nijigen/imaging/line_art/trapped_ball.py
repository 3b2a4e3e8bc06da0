"""Trapped ball: rooms of a drawing that are connected by narrow doors only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.graph import Labels, grown

ROOM = 4.0
"""Minimum width of two rooms, as a multiple of the door between them."""
_STEPS = 5
"""Number of ball sizes."""


def rooms(free: NDArray[np.bool_], door: float, room: float = ROOM) -> Labels:
    """Label the rooms between lines; 0 is line.

    A ball is rolled through the drawing. A door that it cannot pass counts as closed, if balls
    ``room`` times as wide fit on both sides. Ball sizes are processed from large to small, and
    rooms separated by one ball stay separated for the next smaller one.

    Args:
        free: ``(H, W)``: pixels that are not line.
        door: Width in pixels of the widest door that counts as closed.
        room: Minimum width of both rooms, as a multiple of the door.
    """
    import cv2

    _, whole = cv2.connectedComponents(free.view(np.uint8), connectivity=4)
    whole = np.asarray(whole, np.int32)
    radii = [r for r in np.geomspace(1.5, max(door / 2, 1.5), _STEPS).tolist() if r <= door / 2]
    if not radii:
        return np.asarray(whole, np.int32)
    distance = cv2.distanceTransform(free.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    # From large balls to small ones: a level holds the rooms that are separated so far.
    level = Level.of(distance, radii[-1])
    for radius, smaller in zip(radii[::-1], [*radii[-2::-1], 0.0], strict=True):
        below = Level.of(distance, smaller) if smaller else Level.whole(distance, whole)
        level = level.joined(below, room * radius)
    return _filled(whole, level)


class Level:
    """The area that a ball of one size can reach, divided into rooms."""

    def __init__(self, reach: Labels, room: Labels, peak: NDArray[np.float32]) -> None:
        self.reach = reach
        """``(H, W)``: label of the connected part; 0 is out of reach."""
        self.room = room
        """``(H, W)``: label of the room; 0 is none yet."""
        self.peak = peak
        """Radius of the largest ball in each part; the first is for label 0."""

    @classmethod
    def whole(cls, distance: NDArray[np.float32], parts: Labels) -> Level:
        """Return a level in which each connected part is one room."""
        peak = np.zeros(int(parts.max()) + 1, np.float32)
        at = parts > 0
        np.maximum.at(peak, parts[at], distance[at])
        return cls(parts, parts, peak)

    @classmethod
    def of(cls, distance: NDArray[np.float32], radius: float) -> Level:
        """Return the area that the center of a ball of this radius can reach."""
        import cv2

        _, parts = cv2.connectedComponents((distance > radius).view(np.uint8), connectivity=4)
        return cls.whole(distance, parts.astype(np.int32, copy=False))

    def joined(self, below: Level, least: float) -> Level:
        """Return the level below, its parts divided into the rooms of this one if wide enough.

        Args:
            below: The level of the next smaller ball.
            least: Minimum radius of a room that stays separate.
        """
        at = self.room > 0
        rooms = int(self.room.max()) + 1
        # A room is in one part of its level, and that in one part of the next.
        part, parent = np.zeros(rooms, np.int32), np.zeros(rooms, np.int32)
        part[self.room[at]], parent[self.room[at]] = self.reach[at], below.reach[at]
        wide = np.nonzero((part > 0) & (self.peak[part] >= least))[0]
        parents, counts = np.unique(parent[wide], return_counts=True)
        divided = parents[counts > 1]
        if not len(divided):
            return below
        keeps = wide[np.isin(parent[wide], divided)]
        numbers = np.zeros(rooms, np.int32)
        numbers[keeps] = int(below.room.max()) + 1 + np.arange(len(keeps), dtype=np.int32)
        room = below.room.copy()
        inside = np.isin(below.reach, divided)
        room[inside] = numbers[self.room[inside]]
        return Level(below.reach, room, below.peak)


def _filled(whole: Labels, level: Level) -> Labels:
    """Return the rooms, extended into the corners that no ball reached."""
    from scipy.ndimage import find_objects

    bare = (whole > 0) & (level.room == 0)
    if not bare.any():
        return level.room
    # Only divided parts contain both rooms and unassigned corners.
    torn = set(np.unique(whole[bare]).tolist())
    room = level.room.copy()
    for part, box in enumerate(find_objects(whole), start=1):
        if part not in torn:
            continue
        inside = whole[box] == part
        near = grown(np.where(inside, room[box], 0))
        room[box][inside] = near[inside]
    return room
