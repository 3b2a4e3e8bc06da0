"""Auto: look at the picture, then choose how to enlarge it."""

from typing import Annotated, Literal

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.assessment import Assessment, assess, recommend
from nijigen.upscale._target import Factor, FileKind, FileSize, Side
from nijigen.upscale.anime4k import Model, anime4k
from nijigen.upscale.waifu2x import waifu2x

ANIME4K: dict[str, Model] = {
    "none": "acnet-hdn0",
    "0": "acnet-hdn0",
    "1": "acnet-hdn1",
    "2": "acnet-hdn2",
    "3": "acnet-hdn3",
}
"""The network of Anime4K for each denoising of waifu2x."""


@operation(alpha="own", depth=16, version=1)
def auto(
    picture: Picture,
    *,
    factor: Factor = 2.0,
    effort: Literal["fast", "good", "best"] = "good",
    strength: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 1.0,
    width: Side = None,
    height: Side = None,
    file_size: FileSize = None,
    file_kind: FileKind = "png",
    run: Run = SILENT,
) -> Picture:
    """Enlarge a picture by the method that suits it.

    Looks whether the picture is drawn or a photograph, how far JPEG compression has damaged it,
    and how noisy it is; chooses the network and the denoising from that. What was found and
    chosen is written into the result, as the text ``upscale.auto``.

    Args:
        picture: Any size.
        factor: How many times as large, from 1 (only clean) to 16.
        effort: fast takes Anime4K for drawings, good takes waifu2x's upconv_7, best takes cunet
            for drawings, three times as slow.
        strength: 0 is the source merely resized, 1 all of the network's work.
        width: Exact width of the result; overrides the factor.
        height: Exact height of the result; overrides the factor.
        file_size: Make the result as large as its file may be, at most by the factor.
        file_kind: The format that file_size is about.

    Returns:
        The enlarged picture, with the channels and depth of the source.

    Raises:
        SettingsError: Width and height both, or over 16 times.
        ModelError: The weights are missing or corrupt.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.upscale.auto import auto
        >>> auto(Picture(np.zeros((20, 30, 3), np.uint8)), factor=1.6)
        <Picture 48×32 RGB 8 bit>
    """
    found = assess(picture)
    style, denoise = recommend(found)
    sizes = {"factor": factor, "width": width, "height": height}
    common = {**sizes, "file_size": file_size, "file_kind": file_kind, "strength": strength}
    if effort == "fast" and style == "art":
        model: str = ANIME4K[denoise]
        result = anime4k.function(picture, model=model, run=run, **common)  # type: ignore[arg-type]
        chosen = f"anime4k {model}"
    else:
        model = "cunet" if effort == "best" and style == "art" else "upconv_7"
        result = waifu2x.function(
            picture,
            denoise=denoise,
            model=model,  # type: ignore[arg-type]
            style=style,
            run=run,
            **common,  # type: ignore[arg-type]
        )
        chosen = f"waifu2x {model} {style}, denoise {denoise}"
    text = {**result.info.text, "upscale.auto": f"{chosen} ({_told(found)})"}
    return result.with_info(text=text)


def _told(found: Assessment) -> str:
    jpeg = f"JPEG quality {found.jpeg_quality}" if found.jpeg_quality else "no JPEG damage"
    return f"drawn {found.drawn:.0%}, {jpeg}, noise {found.noise:.1f}"
