"""Enlarge any kind of picture with a function that handles only gray or RGB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.alpha import bleed, has_transparency
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.core.settings import Setting
from nijigen.imaging.back_projection import Mode, Residual, back_project
from nijigen.imaging.resize import resize
from nijigen.upscale._invented import mark_invented

Work = Callable[[Picture, Run], Picture]
"""Enlarges a 16-bit gray or RGB picture to approximately the target size."""
Consistency = Annotated[Literal["auto", "exact", "color", "off"], Setting(advanced=True)]
Show = Annotated[Literal["result", "invented"], Setting(advanced=True)]
TEXT = "upscale.residual"
"""Key of the text with the difference between the source and the reduced result."""


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
    whose channels are equal is gray, whatever its mode, and comes out gray.

    Args:
        picture: Any picture.
        size: Width and height of the result.
        work: The function that enlarges.
        run: Receives progress and the residual.
        finish: What is done with its output.
    """
    color, mode = bleed(picture), finish.mode
    opaque = not has_transparency(picture)
    # As one channel: averaged by the same rule, and with a third of the work that follows.
    plain = color if color.channels == 1 or not _is_gray(color) else _first_channel(color)
    large, residual = _plane(plain, size, work, run.part(0, 1 if opaque else 0.5), finish, mode)
    if plain is not color:
        large = large.rgb()
    if picture.channels == 4:
        alpha = np.full(large.pixels.shape[:2], np.iinfo(large.pixels.dtype).max)
        if not opaque:
            cut = picture.with_pixels(picture.pixels[:, :, 3])
            # Compression does not damage alpha, so it is kept exactly even when denoising.
            exact: Mode = "off" if mode == "off" else "exact"
            part = run.part(0.5, 1, shown=False)
            alpha = _plane(cut, size, work, part, finish, exact)[0].pixels[:, :, 0]
        large = _with_alpha(large, alpha)
    if residual is not None:
        run.measure("residual_mean", round(residual.mean, 4))
        run.measure("residual_worst", round(residual.worst, 4))
        large = large.with_info(text={**large.info.text, TEXT: _told(residual, mode)})
    return mark_invented(large, picture) if finish.show == "invented" else large


def _plane(
    source: Picture, size: tuple[int, int], work: Work, run: Run, finish: Finish, mode: Mode
) -> tuple[Picture, Residual | None]:
    """Enlarge gray or RGB."""
    if finish.strength == 0:
        return _as_deep(resize(source.widened(), size), source), None
    made = resize(work(source.widened(), run), size)
    if size[0] < source.width or size[1] < source.height:
        # Smaller than the source, so there is nothing to compare with.
        return _as_deep(_averaged(made, source.channels), source), None
    if finish.strength == 1:
        pixels, residual = back_project(made.pixels, source.pixels, mode)
        return source.with_pixels(pixels), residual
    wide = source.widened()
    pixels, residual = back_project(made.pixels, wide.pixels, mode)
    mixed = _mixed(resize(wide, size), pixels, finish.strength)
    return _as_deep(mixed, source), residual


def _as_deep(picture: Picture, source: Picture) -> Picture:
    return picture if source.depth == 16 else picture.reduced()


def _is_gray(picture: Picture) -> bool:
    return bool((picture.pixels == picture.pixels[:, :, :1]).all())


def _first_channel(picture: Picture) -> Picture:
    return picture.with_pixels(picture.pixels[:, :, 0])


def _averaged(picture: Picture, channels: int) -> Picture:
    if channels == picture.channels:
        return picture
    mean = picture.pixels.mean(axis=2, dtype=np.float32)
    return picture.with_pixels((mean + 0.5).astype(np.uint16))


def _mixed(plain: Picture, pixels: NDArray[np.generic], strength: float) -> Picture:
    below = plain.pixels.astype(np.float32)
    mixed = below + (pixels.astype(np.float32) - below) * np.float32(strength)
    return plain.with_pixels((mixed + 0.5).clip(0, 65535).astype(np.uint16))


def _with_alpha(color: Picture, alpha: NDArray[np.generic]) -> Picture:
    pixels = np.dstack([color.rgb().pixels, alpha]).astype(color.pixels.dtype)
    return color.with_pixels(pixels)


def _told(residual: Residual, mode: Mode) -> str:
    return f"mean {residual.mean:.2f}, worst {residual.worst:.2f} of 255 (consistency {mode})"
