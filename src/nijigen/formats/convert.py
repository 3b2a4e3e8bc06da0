"""Convert: the same picture in another file format, depth or color mode."""

from typing import Annotated, Literal

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Encoding, FileFormat, Picture
from nijigen.core.values import Color, rgb


@operation(alpha="own", depth=16, version=1)
def convert(
    picture: Picture,
    *,
    format: FileFormat = "png",
    quality: Annotated[int | None, Setting(ge=1, le=100)] = None,
    lossless: bool = False,
    mode: Literal["keep", "gray", "rgb", "rgba"] = "keep",
    depth: Literal["keep", "8", "16"] = "keep",
    background: Color = "#ffffff",
) -> Picture:
    """Convert pictures and animations between file formats.

    The ending of a named output file counts more than the format. Colors become sRGB and the
    EXIF turn is applied, so that the result looks the same everywhere.

    Args:
        picture: Any size.
        format: File format of the result.
        quality: Of JPEG, WebP and AVIF, 1 to 100; by default 92, 90 and 75.
        lossless: Keep every pixel in WebP; in AVIF colors may be off by one in 255.
        mode: Channels of the result; keep leaves them as they are.
        depth: Bits of a sample; PNG and TIFF hold 16, the others are saved with 8.
        background: Shows through where alpha is dropped.

    Returns:
        The picture, with the wish how to be saved.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.formats.convert import convert
        >>> convert(Picture(np.zeros((2, 3, 4), np.uint8)), mode="gray", depth="16")
        <Picture 3×2 gray 16 bit>
    """
    below = rgb(background)
    # JPEG and BMP hold no alpha: the background is put under here, where its color is known.
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
    return picture.with_info(encoding=Encoding(format, quality, lossless))


def with_alpha(picture: Picture) -> Picture:
    """Return RGBA, opaque where there was no alpha."""
    import numpy as np

    if picture.channels == 4:
        return picture
    color = picture.rgb().pixels
    alpha = np.full((*color.shape[:2], 1), np.iinfo(color.dtype).max, color.dtype)
    return picture.with_pixels(np.concatenate([color, alpha], axis=2))
