"""Convert: change the file format, bit depth or color mode of a picture."""

from dataclasses import replace
from typing import Annotated, Literal

from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Encoding, Picture, PixelFormat
from nijigen.core.values import Color, rgb
from nijigen.imaging.losses import LAYERED


@operation(alpha="own", depth=16, version=1)
def convert(
    picture: Picture | Artwork,
    *,
    format: PixelFormat = "png",
    quality: Annotated[int | None, Setting(ge=1, le=100)] = None,
    lossless: bool = False,
    mode: Literal["keep", "gray", "rgb", "rgba"] = "keep",
    depth: Literal["keep", "8", "16"] = "keep",
    background: Color = "#ffffff",
) -> Picture | Artwork:
    """Convert pictures, animations and layered documents.

    The extension of the output file takes precedence over the format. Colors are converted to
    sRGB and the EXIF orientation is applied, so that the result looks the same everywhere. PSD,
    PSB, ORA, KRA, Aseprite, Piskel and ZIP (a PNG for each layer and a list of them) keep layers;
    other formats flatten them. ICO and ICNS get the usual sizes of icons.

    Args:
        picture: Any size, with or without layers.
        format: File format of the result.
        quality: Quality of JPEG, WebP, AVIF and JPEG XL, 1 to 100; by default 92, 90, 75 and 90.
        lossless: Keep every pixel exact in WebP and JPEG XL; in AVIF, colors may be off by one in
            255.
        mode: Channels of the result; keep leaves them unchanged.
        depth: Bits per sample; PNG, TIFF and JPEG XL support 16, other formats of one picture are
            saved with 8.
        background: Color that replaces transparency when alpha is dropped.

    Returns:
        The picture, with the options to save it with.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.formats.convert import convert
        >>> convert(Picture(np.zeros((2, 3, 4), np.uint8)), mode="gray", depth="16")
        <Picture 3×2 gray 16 bit>
    """
    encoding = Encoding(format, quality, lossless)
    if isinstance(picture, Artwork):
        if format in LAYERED:
            layers = _all_in(picture.layers, mode, depth)
            info = replace(picture.info, encoding=encoding)
            return replace(picture.with_layers(layers), info=info)
        picture = picture.shown()
    below = rgb(background)
    # JPEG and BMP have no alpha: composite here, where the background color is known.
    if mode == "gray":
        picture = picture.gray(below)
    elif mode == "rgb" or (mode == "keep" and format in ("jpeg", "bmp") and picture.channels == 4):
        picture = picture.rgb(below)
    elif mode == "rgba":
        picture = with_alpha(picture)
    if depth == "8":
        picture = picture.reduced()
    elif depth == "16":
        picture = picture.widened()
    return picture.with_info(encoding=encoding)


def _all_in(layers: tuple[Layer | Group, ...], mode: str, depth: str) -> list[Layer | Group]:
    """Return layers in another color mode and depth, keeping their alpha."""
    return [
        replace(node, pixels=_in(node.pixels, mode, depth))
        if isinstance(node, Layer)
        else replace(node, layers=tuple(_all_in(node.layers, mode, depth)))
        for node in layers
    ]


def _in(picture: Picture, mode: str, depth: str) -> Picture:
    import numpy as np

    if mode == "gray" and picture.channels == 4:
        gray = picture.with_pixels(picture.pixels[:, :, :3]).gray().pixels
        picture = picture.with_pixels(np.dstack([gray, gray, gray, picture.pixels[:, :, 3]]))
    elif mode == "gray":
        picture = picture.gray()
    elif mode == "rgb":
        picture = picture.rgb() if picture.channels == 1 else picture
    elif mode == "rgba":
        picture = with_alpha(picture)
    if depth == "keep":
        return picture
    return picture.reduced() if depth == "8" else picture.widened()


def with_alpha(picture: Picture) -> Picture:
    """Return the picture as RGBA, opaque if it had no alpha."""
    import numpy as np

    if picture.channels == 4:
        return picture
    color = picture.rgb().pixels
    alpha = np.full((*color.shape[:2], 1), np.iinfo(color.dtype).max, color.dtype)
    return picture.with_pixels(np.concatenate([color, alpha], axis=2))
