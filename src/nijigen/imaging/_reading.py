"""Decoding: from the bytes of a file to a normalized value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import InputError, NijigenError, PictureTooLarge
from nijigen.core.history import History
from nijigen.core.picture import FileFormat, Info, Picture
from nijigen.imaging.artworks import kra, ora, png_set, psd
from nijigen.imaging.artworks.document import Document
from nijigen.imaging.codecs import (
    avif,
    bmp,
    gif,
    heif,
    icons,
    jpeg,
    jxl,
    png,
    svg,
    tiff,
    ugoira,
    webp,
)
from nijigen.imaging.codecs.content import Array, Content, damaged
from nijigen.imaging.codecs.modes import with_channels
from nijigen.imaging.codecs.sniff import HEAD, sniff
from nijigen.imaging.sprites import aseprite_reading, piskel

_READERS: dict[FileFormat, Callable[..., Content | Document]] = {
    "png": png.read,
    "jpeg": jpeg.read,
    "webp": webp.read,
    "avif": avif.read,
    "jxl": jxl.read,
    "gif": gif.read,
    "bmp": bmp.read,
    "tiff": tiff.read,
    "svg": svg.read,
    "heic": heif.read,
    "ico": icons.read_ico,
    "icns": icons.read_icns,
    "ugoira": ugoira.read,
    "aseprite": aseprite_reading.read,
    "piskel": piskel.read,
}
_LAYERED: dict[FileFormat, Callable[[bytes], Document]] = {
    "psd": psd.read,
    "psb": psd.read,
    "kra": kra.read,
    "ora": ora.read,
    "zip": png_set.read,
}


def parsed(
    data: bytes, label: str, *, first: bool, page: int = 0, least: int = 0
) -> tuple[Content | Document, FileFormat]:
    """Read a file, of a TIFF one page, a JPEG reduced; errors begin with the label.

    Raises:
        BadPicture: It is damaged, cut off or not a picture.
        PictureTooLarge: It has more pixels, frames or layers than the limits allow.
        UnsupportedFormat: Its format is not supported.
    """
    try:
        file_format = sniff(data[:HEAD])
        if file_format in _LAYERED:
            return _guarded(_LAYERED[file_format], data), file_format
        options = {"tiff": {"page": page}, "jpeg": {"least": least}}.get(file_format, {})
        content: Content | Document = _guarded(_READERS[file_format], data, first=first, **options)
    except InputError as error:
        raise type(error)(f"{label}: {error.message}", error.hint) from error
    return content, file_format


def value_of(
    data: bytes, name: str, label: str, *, first: bool, page: int = 0, digest: str = ""
) -> Picture | Animation | Artwork:
    """Read a file as a picture, an animation if it has several frames, or an artwork.

    With ``first`` it is always a picture: the first frame, or the flattened layers. ``digest`` is
    the SHA-256 of the data, if it is known.
    """
    content, file_format = parsed(data, label, first=first, page=page)
    digest = digest or hashlib.sha256(data).hexdigest()
    history = History(name or None, digest, page=page)
    return _value(content, file_format, history, first=first)


def reduced_value_of(
    data: bytes, name: str, label: str, least: int
) -> tuple[Picture, tuple[int, int]]:
    """Read a file as a picture, whose longer side may be reduced to ``least``; and its full size.

    Only JPEGs are, to a half, a quarter or an eighth.
    """
    content, file_format = parsed(data, label, first=True, least=least)
    history = History(name or None, hashlib.sha256(data).hexdigest())
    picture = _value(content, file_format, history, first=True)
    assert isinstance(picture, Picture)
    if isinstance(content, Document) or content.size is None:
        return picture, picture.size
    width, height = content.size
    return picture, (height, width) if content.orientation >= 5 else (width, height)


def _value(
    content: Content | Document, file_format: FileFormat, history: History, *, first: bool
) -> Picture | Animation | Artwork:
    if isinstance(content, Document):
        known = Info(
            format=file_format,
            dpi=_rounded(content.dpi, 1),
            icc=content.icc,
            history=history,
            notes=content.notes,
        )
        artwork = content.artwork(known)
        return artwork.shown() if first else artwork
    moving = len(content.frames) > 1
    if file_format in ("svg", "heic"):
        # What is made of it has pixels, or is written in another format.
        file_format = "png"
    info = Info(
        format="apng" if moving and file_format == "png" else file_format,
        text=content.text,
        dpi=_rounded(content.dpi, content.orientation),
        icc=content.icc,
        history=history,
        notes=content.notes,
    )
    frames = [turned(frame, content.orientation) for frame in content.frames]
    if not moving:
        return Picture(frames[0], info)
    frames = [with_channels(frame, 3) for frame in frames]
    pictures = tuple(Picture(frame, Info(format=info.format)) for frame in frames)
    return Animation(pictures, tuple(content.durations), content.loop, info)


def turned(pixels: Array, orientation: int) -> Array:
    """Return pixels rotated upright, by the EXIF orientation (1 to 8)."""
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _guarded(reader: Callable[..., Any], data: bytes, **options: bool | int) -> Any:
    """Turn exceptions of decoders on damaged data into our errors."""
    try:
        return reader(data, **options)
    except NijigenError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise PictureTooLarge(
            "more pixels than the memory or the decoder can take", "make it smaller first"
        ) from error
    except Exception as error:
        # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, IndexError ...
        raise damaged(str(error) or type(error).__name__) from error


def _rounded(dpi: Any, orientation: int) -> tuple[float, float] | None:
    """Undo the rounding of dots per inch to whole pixels per meter."""
    if dpi is None:
        return None
    across, down = (
        float(round(side)) if abs(side - round(side)) < 0.02 else round(float(side), 3)
        for side in dpi
    )
    return (down, across) if orientation >= 5 else (across, down)
