"""Auto: analyze the picture, then choose how to enlarge it."""

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
"""The Anime4K network for each denoising level of waifu2x."""


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
    """Enlarge a picture with the method that suits it best.

    Determines whether the picture is a drawing or a photograph, how strong its JPEG artifacts are
    and how noisy it is, and chooses the network and the denoising level accordingly. The findings
    and the choice are written into the result's metadata, as the text ``upscale.auto``.

    Args:
        picture: Any size.
        factor: Scale factor, from 1 (clean only) to 16.
        effort: fast uses Anime4K for drawings, good uses waifu2x's upconv_7, best uses cunet for
            drawings, which is three times as slow.
        strength: 0 is the source plainly resized, 1 is the full output of the network.
        width: Exact width of the result; overrides the factor.
        height: Exact height of the result; overrides the factor.
        file_size: Largest size whose file stays within this many bytes, at most the factor.
        file_kind: File format that file_size refers to.

    Returns:
        The enlarged picture, with the channels and depth of the source.

    Raises:
        SettingsError: Both width and height are given, or the result is over 16 times as large.
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
    text = {**result.info.text, "upscale.auto": f"{chosen} ({_summary(found)})"}
    return result.with_info(text=text)


def _summary(found: Assessment) -> str:
    jpeg = f"JPEG quality {found.jpeg_quality}" if found.jpeg_quality else "no JPEG damage"
    return f"drawn {found.drawn:.0%}, {jpeg}, noise {found.noise:.1f}"
