"""Enlarge any kind of picture with a function that handles only gray or RGB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from nijigen.core.alpha import has_transparency
from nijigen.core.picture import Picture, Pixels
from nijigen.core.run import Run
from nijigen.core.settings import Setting
from nijigen.imaging.back_projection import Mode, Residual, back_project
from nijigen.imaging.resize import color_rows, resized
from nijigen.imaging.rows import Rows
from nijigen.upscale._invented import mark_invented

Work = Callable[[Rows, Run], Rows]
"""Enlarges rows of gray or RGB in 16 bits, readable in any order, to about the target size."""
Consistency = Annotated[Literal["auto", "exact", "color", "off"], Setting(advanced=True)]
Show = Annotated[Literal["result", "invented"], Setting(advanced=True)]
TEXT = "upscale.residual"
"""Key of the text with the difference between the source and the reduced result."""
DEEP = np.dtype(np.uint16)


@dataclass(frozen=True)
class Finish:
    """What is done with the output of the networks.

    Attributes:
        strength: 0 is the source resized, 1 is the full output.
        consistency: What of the source the result keeps.
        denoised: Whether the networks remove noise: the source's pixels are then not exact.
        show: The result, or what the networks added.
    """

    strength: float = 1.0
    consistency: Literal["auto", "exact", "color", "off"] = "auto"
    denoised: bool = False
    show: Literal["result", "invented"] = "result"

    @property
    def mode(self) -> Mode:
        """How the colors are corrected."""
        if self.consistency == "auto":
            return "color" if self.denoised else "exact"
        return self.consistency


def enlarge(
    picture: Picture, size: tuple[int, int], work: Work, run: Run, finish: Finish
) -> Picture:
    """Return the picture at ``size`` with its own channels and depth.

    Color and alpha are enlarged separately, in 16 bits so that nothing is rounded twice. A picture
    whose channels are equal is gray, whatever its mode, and comes out gray. Beyond the pixels of
    the picture and the result, memory is needed for some rows only.

    Args:
        picture: Any picture.
        size: Width and height of the result.
        work: The function that enlarges.
        run: Receives progress and the residual.
        finish: What is done with its output.
    """
    color, mode = color_rows(picture), finish.mode
    opaque = not has_transparency(picture)
    if color.shape[2] == 3 and _is_gray(color):
        # As one channel: averaged by the same rule, and with a third of the work that follows.
        color = color.changed(lambda rows: rows[:, :, :1], color.dtype, channels=1)
    out = np.empty((size[1], size[0], picture.channels), picture.pixels.dtype)
    part = run.part(0, 1 if opaque else 0.5)
    residual = _fill(out[:, :, :3], color, work, part, finish, mode)
    if picture.channels == 4 and opaque:
        out[:, :, 3] = np.iinfo(out.dtype).max
    elif picture.channels == 4:
        # Compression does not damage alpha, so it is kept exactly even when denoising.
        exact: Mode = "off" if mode == "off" else "exact"
        part = run.part(0.5, 1, shown=False)
        _fill(out[:, :, 3:], Rows.of(picture.pixels[:, :, 3:]), work, part, finish, exact)
    large = picture.with_pixels(out)
    if residual is not None:
        run.measure("residual_mean", round(residual.mean, 4))
        run.measure("residual_worst", round(residual.worst, 4))
        large = large.with_info(text={**large.info.text, TEXT: _told(residual, mode)})
    return mark_invented(large, picture) if finish.show == "invented" else large


def _fill(
    out: Pixels, source: Rows, work: Work, run: Run, finish: Finish, mode: Mode
) -> Residual | None:
    """Enlarge gray or RGB into an array, of as many channels or more.

    Returns:
        What is left of the difference to the source; None if nothing was corrected.
    """

    def write(first: int, rows: Pixels) -> None:
        out[first : first + len(rows)] = rows if out.dtype == DEEP else _reduced(rows)

    height, width = source.shape[:2]
    size = out.shape[1], out.shape[0]
    wide = source.changed(_widened, DEEP)
    if finish.strength == 0:
        _write_all(resized(wide, size), write)
        return None
    made = resized(work(wide, run), size)
    if size[0] < width or size[1] < height:
        # Smaller than the source, so there is nothing to compare with.
        channels = source.shape[2]
        _write_all(made.changed(lambda rows: _averaged(rows, channels), DEEP, channels), write)
        return None
    if finish.strength == 1:
        return back_project(made, source, mode, write)
    plain = resized(wide, size)

    def mix(first: int, rows: Pixels) -> None:
        last = first + len(rows)
        write(first, _mixed(plain.read(first, last), rows, finish.strength))
        plain.release(last)

    return back_project(made, wide, mode, mix)


def _write_all(rows: Rows, write: Callable[[int, Pixels], None]) -> None:
    for first, band in rows.bands():
        write(first, band)


def _is_gray(rows: Rows) -> bool:
    return all((band == band[:, :, :1]).all() for _, band in rows.bands())


def _widened(rows: Pixels) -> Pixels:
    return Picture(rows).widened().pixels


def _reduced(rows: Pixels) -> Pixels:
    return Picture(rows).reduced().pixels


def _averaged(rows: Pixels, channels: int) -> Pixels:
    if channels == rows.shape[2]:
        return rows
    mean = rows.mean(axis=2, dtype=np.float32, keepdims=True)
    averaged: Pixels = (mean + 0.5).astype(np.uint16)
    return averaged


def _mixed(plain: Pixels, rows: Pixels, strength: float) -> Pixels:
    below = plain.astype(np.float32)
    mixed = below + (rows.astype(np.float32) - below) * np.float32(strength)
    levels: Pixels = (mixed + 0.5).clip(0, 65535).astype(np.uint16)
    return levels


def _told(residual: Residual, mode: Mode) -> str:
    return f"mean {residual.mean:.2f}, worst {residual.worst:.2f} of 255 (consistency {mode})"
