"""Anime4K: enlarge drawings very fast with small networks."""

from math import ceil, log2
from typing import Annotated, Literal

import numpy as np

from nijigen.core.errors import ModelError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture, Pixels
from nijigen.core.run import SILENT, Run
from nijigen.imaging.rows import Rows
from nijigen.imaging.tiling import Enlarge, Geometry, enlarge_tiled
from nijigen.upscale._enlarge import Consistency, Finish, Show, enlarge
from nijigen.upscale._target import (
    Factor,
    FileKind,
    FileSize,
    Side,
    fit_file,
    fitted,
    target_size,
)

Model = Literal["acnet-hdn0", "acnet-hdn1", "acnet-hdn2", "acnet-hdn3", "acnet-gan", "arnet-hdn"]
GEOMETRY = Geometry(scale=2, border=9, replicates=False)
"""Nine convolutions of 3×3: the pixels of a tile are those of the whole picture."""
TILE = 128, 4096
"""Low, since the result of a whole row of tiles is kept; wide, since a call takes .05 seconds for
its threads alone. With its borders it takes 50 MB."""
DENOISING = ("acnet-hdn1", "acnet-hdn2", "acnet-hdn3")


@operation(alpha="own", depth=16, version=3)
def anime4k(
    picture: Picture,
    *,
    factor: Factor = 2.0,
    model: Model = "acnet-hdn0",
    strength: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 1.0,
    width: Side = None,
    height: Side = None,
    file_size: FileSize = None,
    file_kind: FileKind = "png",
    consistency: Consistency = "auto",
    show: Show = "result",
    run: Run = SILENT,
) -> Picture:
    """Enlarge a drawing very fast with Anime4KCPP's small networks.

    About fifteen times as fast as waifu2x, for video frames, previews and clean drawings; it
    sharpens lines but removes few artifacts.

    Args:
        picture: Any size.
        factor: Scale factor, from 1 to 16.
        model: acnet-hdn0 to 3 denoise increasingly, acnet-gan adds detail, arnet-hdn is slightly
            better and slower.
        strength: 0 is the source plainly resized, 1 is the full output of the network.
        width: Exact width of the result; overrides the factor.
        height: Exact height of the result; overrides the factor.
        file_size: Largest size whose file stays within this many bytes, at most the factor.
        file_kind: File format that file_size refers to.
        consistency: What the result keeps of the source: exact, the mean of every source pixel;
            color, the color of areas; off, nothing. auto is exact, and color where noise is
            removed.
        show: The result, or what the network added: marked where no plain resampling gives it.

    Returns:
        The enlarged picture, with the channels and depth of the source.

    Raises:
        SettingsError: Both width and height are given, or the result is over 16 times as large.

    Source:
        Anime4KCPP 3 (TianZerL, MIT), through its package pyanime4k.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.upscale.anime4k import anime4k
        >>> anime4k(Picture(np.zeros((20, 30), np.uint16)), factor=3)
        <Picture 90×60 gray 16 bit>
    """
    size = target_size(picture, factor, width, height)
    if file_size is None:
        run.result_size(size)

    double = _doubling(model)

    def work(source: Rows, part: Run) -> Rows:
        rows = source
        height, width = source.shape[:2]
        doublings = max(1, ceil(log2(max(size[0] / width, size[1] / height, 1.0)) - 1e-9))
        for number in range(1, doublings + 1):
            last = number == doublings
            if number > 1 and last:
                rows = fitted(rows, size, 2)
            step = part if last else part.without_progress().part(0, 1, shown=False)
            rows = enlarge_tiled(double, rows, GEOMETRY, TILE, run=step, behind=source)
        return rows

    finish = Finish(strength, consistency, model in DENOISING, show)
    result = enlarge(picture, size, work, run, finish)
    return fit_file(result, file_size, file_kind)


def _doubling(model: str) -> Enlarge:
    from pyanime4k import Processor

    processor = Processor("cpu", 0, model)
    if not processor.ok():
        raise ModelError(
            f"pyanime4k cannot start: {processor.error()}",
            "pip install --force-reinstall pyanime4k",
        )

    def double(tile: Pixels) -> Pixels:
        plane = tile[:, :, 0] if tile.shape[2] == 1 else tile
        made = np.asarray(processor(np.ascontiguousarray(plane), 2.0))
        return made.reshape(*made.shape[:2], -1)

    return double
