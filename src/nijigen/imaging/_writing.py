"""Encoding: from a value to the bytes of a file, reduced to what the format supports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.drawing import Drawing
from nijigen.core.errors import OutputError, UnsupportedFormat
from nijigen.core.history import KEY
from nijigen.core.picture import FileFormat, Picture
from nijigen.imaging.artworks import kra, ora, png_set, psd
from nijigen.imaging.artworks.baking import plain
from nijigen.imaging.artworks.document import Document
from nijigen.imaging.codecs import (
    avif,
    bmp,
    gif_writing,
    icons,
    jpeg,
    jxl,
    png_writing,
    svg,
    tiff_writing,
    ugoira,
    webp,
)
from nijigen.imaging.codecs.content import Array, Content
from nijigen.imaging.codecs.modes import with_channels
from nijigen.imaging.sprites import aseprite_writing, piskel
from nijigen.imaging.sprites.sprite import TAGS, Sprite, animated, layered


@dataclass(frozen=True)
class _Format:
    """How a format is written and what it supports."""

    write: Callable[[Content], bytes]
    alpha: bool = True
    deep: bool = False
    moving: bool = False
    longest: int = 2**31 - 1
    """Array of a side."""


_FORMATS: dict[FileFormat, _Format] = {
    "png": _Format(png_writing.write, deep=True, moving=True),
    "apng": _Format(png_writing.write, deep=True, moving=True),
    "jpeg": _Format(jpeg.write, alpha=False, longest=65500),
    "webp": _Format(webp.write, moving=True, longest=16383),
    "avif": _Format(avif.write, moving=True, longest=65536),
    "jxl": _Format(jxl.write, deep=True, moving=True, longest=jxl.LONGEST),
    "gif": _Format(gif_writing.write, moving=True, longest=65535),
    "bmp": _Format(bmp.write, alpha=False),
    "tiff": _Format(tiff_writing.write, deep=True),
    "ico": _Format(icons.write_ico),
    "icns": _Format(icons.write_icns),
    "ugoira": _Format(ugoira.write, moving=True, longest=65500),
}


@dataclass(frozen=True)
class _Layered:
    """How a format of layers is written."""

    write: Callable[[Document], bytes]
    longest: int = 2**31 - 1
    moving: bool = False


_LAYERED: dict[FileFormat, _Layered] = {
    "psd": _Layered(psd.write, longest=psd.LONGEST),
    "psb": _Layered(psd.write_large, longest=psd.LONGEST_LARGE),
    "ora": _Layered(ora.write),
    "kra": _Layered(kra.write),
    "zip": _Layered(png_set.write),
}


@dataclass(frozen=True)
class _Sprites:
    """How a format of layers and frames is written."""

    write: Callable[[Sprite], bytes]
    longest: int
    moving: bool = True


_SPRITES: dict[FileFormat, _Sprites] = {
    "aseprite": _Sprites(aseprite_writing.write, aseprite_writing.LONGEST),
    "piskel": _Sprites(piskel.write, piskel.LONGEST),
}


def encoded(value: Picture | Animation | Artwork, file_format: FileFormat) -> bytes:
    """Return the bytes of a file.

    Raises:
        UnsupportedFormat: The format cannot hold an animation, or a picture of that size.
        OutputError: The encoder gave up.
    """
    if file_format == "svg":
        return _vectors(value)
    document, sprites = _LAYERED.get(file_format), _SPRITES.get(file_format)
    target = document or sprites or _FORMATS[file_format]
    if isinstance(value, Artwork) and target is not document and target is not sprites:
        value = value.shown()
    pictures = value.frames if isinstance(value, Animation) else (value,)
    if len(pictures) > 1 and not target.moving:
        raise UnsupportedFormat(
            f"{file_format.upper()} cannot hold an animation", "write GIF, APNG, WebP or AVIF"
        )
    check_sides(pictures[0].size, file_format)
    try:
        if document is not None:
            return document.write(document_of(value))
        if sprites is not None:
            return sprites.write(_sprite_of(value))
        return _FORMATS[file_format].write(_content(value, file_format))
    except (OSError, ValueError, MemoryError, RuntimeError) as error:
        raise OutputError(
            f"the picture cannot be written as {file_format.upper()}: {error}", "write PNG instead"
        ) from error


def encoded_draft(picture: Picture) -> bytes:
    """Return the bytes of a PNG that is viewed once."""
    return png_writing.write(_content(picture, "png"), png_writing.QUICK)


def encoded_pages(pages: Iterable[Picture]) -> Iterator[bytes]:
    """Yield the parts of a TIFF of several pages.

    Raises:
        OutputError: The file would be larger than 4 GB.
    """
    return tiff_writing.write_pages(_content(page, "tiff") for page in pages)


def check_sides(size: tuple[int, int], file_format: FileFormat) -> None:
    """Refuse a picture whose sides are longer than a format allows.

    Raises:
        UnsupportedFormat: A side is too long.
    """
    target = _LAYERED.get(file_format) or _SPRITES.get(file_format) or _FORMATS.get(file_format)
    if target is not None and max(size) > target.longest:
        width, height = size
        raise UnsupportedFormat(
            f"{file_format.upper()} cannot hold a picture of {width}×{height} pixels: "
            f"a side has at most {target.longest}",
            "write PNG, or make the picture smaller",
        )


def _vectors(value: Picture | Animation | Artwork) -> bytes:
    if not isinstance(value, Drawing):
        raise UnsupportedFormat(
            "SVG holds vectors, and this is made of pixels",
            "write PNG; vectors come from lines.vectorize, of one picture, and from "
            "generate.character, of one character in color, lines or flat",
        )
    return svg.write(value.svg(), _history_json(value))


def _history_json(value: Picture | Animation | Artwork) -> str | None:
    history = value.info.history
    return history.to_json() if history.steps else None


def document_of(value: Picture | Animation | Artwork) -> Document:
    """Return the content of a layered file; a picture is one layer, a drawing has its own."""
    if isinstance(value, Animation):
        value = value.frames[0].with_info(history=value.info.history, dpi=value.info.dpi)
    artwork = Artwork.of(value) if isinstance(value, Picture) else value
    return Document(artwork.size, artwork.layers, artwork.info.dpi, history=_history_json(artwork))


def _sprite_of(value: Picture | Animation | Artwork) -> Sprite:
    """Return an animation as frames of one layer, anything else as layers of one frame."""
    if isinstance(value, Animation) and len(value.frames) > 1:
        pixels = [with_channels(frame.reduced().pixels, 4) for frame in value.frames]
        return animated(pixels, value.durations, value.info.text.get(TAGS))
    document = document_of(value)
    return layered(Artwork(document.size, plain(document.layers, document.size)))


def _content(value: Picture | Animation | Artwork, file_format: FileFormat) -> Content:
    target, info = _FORMATS[file_format], value.info
    if isinstance(value, Artwork):
        value = value.shown()
    pictures = value.frames if isinstance(value, Animation) else (value,)
    content = Content(
        _fitted(pictures, target),
        text={name: text for name, text in info.text.items() if name != KEY},
        dpi=info.dpi,
        history=_history_json(value),
    )
    if isinstance(value, Animation) and len(pictures) > 1:
        # Browsers show a duration of 0 for a tenth of a second, and AVIF cannot store it.
        content.durations = [duration or 100 for duration in value.durations]
        content.loop = value.loop
    if info.encoding is not None and info.encoding.format == file_format:
        content.quality, content.lossless = info.encoding.quality, info.encoding.lossless
    return content


def _fitted(pictures: tuple[Picture, ...], target: _Format) -> list[Array]:
    """Convert all frames to one type and number of channels that the format supports."""
    deep = target.deep and all(picture.depth == 16 for picture in pictures)
    frames = []
    for picture in pictures:
        picture = picture if deep else picture.reduced()
        if picture.channels == 4 and not target.alpha:
            picture = picture.rgb()
        frames.append(picture.pixels)
    channels = max(frame.shape[2] for frame in frames)
    return [np.ascontiguousarray(with_channels(frame, channels)) for frame in frames]
