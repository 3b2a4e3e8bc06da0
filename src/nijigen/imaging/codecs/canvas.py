"""Canvas: composite the frames of GIF and APNG."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

from nijigen.imaging.codecs.content import Array
from nijigen.imaging.codecs.modes import is_opaque, with_channels

Disposal = Literal["keep", "clear", "restore"]


class Canvas:
    """The visible picture while an animation plays, RGBA with straight alpha.

    It is cleared to transparent: browsers ignore the background color of a GIF.
    """

    def __init__(self, width: int, height: int, dtype: np.dtype[Any]) -> None:
        """Start with a transparent canvas."""
        self._seen: Array = np.zeros((height, width, 4), dtype)
        self._after: Array | None = None

    def draw(self, patch: Array, x: int, y: int, *, over: bool, disposal: Disposal) -> Array:
        """Return a whole frame with ``patch`` (RGBA) placed at ``x``, ``y``.

        Args:
            patch: Clipped to the canvas.
            x: Left edge.
            y: Top edge.
            over: Composite over the canvas; otherwise replace its pixels.
            disposal: What happens to this area before the next frame.
        """
        if self._after is not None:
            self._seen = self._after
        patch = patch[: max(self._seen.shape[0] - y, 0), : max(self._seen.shape[1] - x, 0)]
        area = np.s_[y : y + patch.shape[0], x : x + patch.shape[1]]
        shown = self._seen.copy()
        shown[area] = _over(patch, shown[area]) if over else patch
        if disposal == "keep":
            self._after = shown
        elif disposal == "clear":
            self._after = shown.copy()
            self._after[area] = 0
        else:
            self._after = self._seen
        return shown


def without_idle_alpha(frames: Iterable[Array]) -> list[Array]:
    """Collect frames, without the alpha channel if nothing is transparent in any of them.

    It is dropped from each frame as it comes, so that both are never in memory at once.
    """
    kept: list[Array] = []
    opaque = True
    for frame in frames:
        if frame.shape[2] == 4 and opaque:
            if is_opaque(frame):
                frame = np.ascontiguousarray(frame[:, :, :3])
            else:
                opaque = False
                for index, before in enumerate(kept):
                    kept[index] = with_channels(before, 4)
        kept.append(frame)
    return kept


def changed_box(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the set pixels; one pixel if there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return 0, 0, 1, 1
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _over(top: Array, below: Array) -> Array:
    full = np.iinfo(top.dtype).max
    alpha = top[:, :, 3]
    if np.all((alpha == 0) | (alpha == full)):
        return np.where(alpha[:, :, None] > 0, top, below)
    cover = alpha[:, :, None].astype(np.float32) / full
    behind = below[:, :, 3:].astype(np.float32) / full * (1 - cover)
    both = cover + behind
    color = (top[:, :, :3] * cover + below[:, :, :3] * behind) / np.maximum(both, 1e-9)
    mixed = np.concatenate([color, both * full], axis=2)
    return (mixed + 0.5).astype(top.dtype)
