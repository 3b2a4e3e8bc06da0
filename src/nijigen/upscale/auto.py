"""Auto: analyze the picture, then choose how to enlarge it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.assessment import Assessment, Denoise, Style, assess, recommend
from nijigen.upscale._enlarge import Consistency, Show
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


def _choose(picture: Picture, settings: Mapping[str, Any]) -> dict[str, Any]:
    if "auto" not in (settings["style"], settings["denoise"]):
        return {}
    style, level = _fitting(assess(picture), settings["style"], settings["denoise"])
    return {"style": style, "denoise": level}


@operation(alpha="own", depth=16, version=3, chooses=_choose)
def auto(
    picture: Picture,
    *,
    factor: Factor = 2.0,
    effort: Literal["fast", "good", "best"] = "good",
    style: Literal["auto", "art", "photo"] = "auto",
    denoise: Literal["auto", "none", "0", "1", "2", "3"] = "auto",
    strength: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 1.0,
    width: Side = None,
    height: Side = None,
    file_size: FileSize = None,
    file_kind: FileKind = "png",
    consistency: Consistency = "auto",
    show: Show = "result",
    run: Run = SILENT,
) -> Picture:
    """Enlarge a picture with the method that suits it best.

    Determines whether the picture is a drawing or a photograph, how strong its JPEG artifacts are
    and how noisy it is, and chooses the network and the denoising level accordingly. Manga pages
    with screentone are never denoised. The choice is reported, and written into the result's
    metadata with the findings, as the text ``upscale.auto``.

    Args:
        picture: Any size.
        factor: Scale factor, from 1 (clean only) to 16.
        effort: fast uses Anime4K for drawings, good uses waifu2x's upconv_7, best uses cunet for
            drawings, which is three times as slow.
        style: What the picture is, if not what is found.
        denoise: The denoising level, if not the one that suits the findings.
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
        ModelError: The weights are missing or corrupt.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.upscale.auto import auto
        >>> auto(Picture(np.zeros((20, 30, 3), np.uint8)), factor=1.6)
        <Picture 48×32 RGB 8 bit>
    """
    found = assess(picture)
    style_used, level = _fitting(found, style, denoise)
    fast = effort == "fast" and style_used == "art"
    model: Literal["upconv_7", "cunet"]
    model = "cunet" if effort == "best" and style_used == "art" else "upconv_7"
    chosen = (
        f"anime4k {ANIME4K[level]}" if fast else f"waifu2x {model} {style_used}, denoise {level}"
    )
    choice = f"{chosen} ({_summary(found)})"
    run.note("assumed", f"chose {choice}")
    common: dict[str, Any] = {
        "factor": factor,
        "width": width,
        "height": height,
        "file_size": file_size,
        "file_kind": file_kind,
        "strength": strength,
        "consistency": consistency,
        "show": show,
        "run": run,
    }
    if fast:
        result = anime4k.function(picture, model=ANIME4K[level], **common)
    else:
        result = waifu2x.function(picture, denoise=level, model=model, style=style_used, **common)
    return result.with_info(text={**result.info.text, "upscale.auto": choice})


def _fitting(
    found: Assessment, style: Style | Literal["auto"], denoise: Denoise | Literal["auto"]
) -> tuple[Style, Denoise]:
    """Return the style and the denoising level that suit the findings, unless they are given."""
    found_style, level = recommend(found)
    used = found_style if style == "auto" else style
    if denoise != "auto":
        level = denoise
    elif used != found_style:
        level = recommend(replace(found, drawn=float(used == "art")))[1]
    return used, level


def _summary(found: Assessment) -> str:
    jpeg = f"JPEG quality {found.jpeg_quality}" if found.jpeg_quality else "no JPEG damage"
    page = "manga page with screentone, " if found.gray and found.screentone else ""
    return f"{page}drawn {found.drawn:.0%}, {jpeg}, noise {found.noise:.1f}"
