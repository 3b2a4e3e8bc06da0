"""Run networks of the model store over a picture, one after the other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Pixels
from nijigen.core.run import Run
from nijigen.imaging.rows import Rows
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

    def work(source: Rows, run: Run) -> Rows:
        rows = source = source.changed(_with_three_channels, source.dtype, channels=3)
        for number, step in enumerate(passes, 1):
            network = with_augmentation(step.network) if augment else step.network
            last = number == len(passes)
            if number > 1 and last:
                rows = fitted(rows, size, step.geometry.scale)
            # All passes advance together, and the last one does most of the work.
            part = run if last else run.without_progress().part(0, 1, shown=False)
            rows = run_tiled(network, rows, step.geometry, tile=tile, run=part, behind=source)
        return rows

    return work


def _with_three_channels(rows: Pixels) -> Pixels:
    return np.broadcast_to(rows, (*rows.shape[:2], 3))


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
