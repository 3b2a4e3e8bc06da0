"""Run networks of the model store over a picture, one after the other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.tiling import Geometry, Network, run_tiled, with_augmentation
from nijigen.models._fits import misfit, size_of
from nijigen.models.session import open_session
from nijigen.upscale._enlarge import Work
from nijigen.upscale._target import fitted


@dataclass(frozen=True)
class Pass:
    """One network to run over the whole picture."""

    network: Network
    geometry: Geometry


def open_pass(model: str, key: str, *, allow_int8: bool = False) -> Pass:
    """Return a network of the model store, ready to run.

    Args:
        model: Name of the model.
        key: Key of the network.
        allow_int8: Whether 8-bit integers are good enough, since the result is corrected.

    Raises:
        ModelError: The weights are missing or corrupt.
    """
    session = open_session(model, key, allow_int8=allow_int8)
    border, scale = session.geometry.border, session.geometry.scale

    def network(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        made = session(batch)
        height, width = ((side - 2 * border) * scale for side in batch.shape[2:])
        if (
            made.ndim != 4
            or made.shape[1] != 3
            or min(made.shape[2] - height, made.shape[3] - width) < 0
        ):
            raise misfit(model, key, f"it makes {size_of(made.shape)}, not 1×3×{height}×{width}")
        return made

    return Pass(network, session.geometry)


def networks(passes: Sequence[Pass], size: tuple[int, int], *, tile: int, augment: bool) -> Work:
    """Return a function that runs these networks, for :func:`nijigen.upscale._enlarge.enlarge`.

    Args:
        passes: One after the other.
        size: Of the result, so that the last pass makes hardly more.
        tile: Side of the tiles.
        augment: Whether each network is averaged over flips and turns.
    """

    def work(picture: Picture, run: Run) -> Picture:
        start = 0.0
        for number, (step, share) in enumerate(zip(passes, _shares(passes), strict=True)):
            network = with_augmentation(step.network) if augment else step.network
            part = run.part(start, start + share)
            if 0 < number == len(passes) - 1:
                picture = fitted(picture, size, step.geometry.scale)
            pixels = picture.rgb().pixels.astype(np.uint16, copy=False)
            made = run_tiled(network, pixels, step.geometry, tile=tile, run=part)
            picture = picture.with_pixels(made)
            start += share
        return picture

    return work


def _shares(passes: Sequence[Pass]) -> list[float]:
    """Return each pass's share of the work, which is proportional to its input pixels."""
    areas, area = [], 1.0
    for step in passes:
        areas.append(area)
        area *= step.geometry.scale**2
    return [value / sum(areas) for value in areas]


def scales_for(factor: float, first: Sequence[int], later: Sequence[int]) -> list[int]:
    """Return the scales of the passes that reach a factor, with few passes and little excess.

    Args:
        factor: The target; at least one pass is run, since it also cleans.
        first: Scales available to the first pass.
        later: Scales available to the other passes.
    """
    for count in range(1, 6):
        rows = itertools.product(first, *[later] * (count - 1))
        reaching = [row for row in rows if math.prod(row) >= factor - 1e-9]
        if reaching:
            return list(min(reaching, key=lambda row: (math.prod(row), row)))
    raise AssertionError(f"no passes reach {factor}")
