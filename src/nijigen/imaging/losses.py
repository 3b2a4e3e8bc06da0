"""Determine what a value loses when it is written in a file format."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nijigen.core.alpha import has_transparency
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.blending import PLAIN
from nijigen.core.drawing import Drawing
from nijigen.core.history import KEY
from nijigen.core.picture import FileFormat, Picture
from nijigen.core.run import Note
from nijigen.imaging.artworks.baking import is_exact
from nijigen.imaging.codecs import icons
from nijigen.imaging.codecs.content import Array
from nijigen.imaging.codecs.gif_writing import shown_frames
from nijigen.imaging.sprites.aseprite import BLENDS
from nijigen.imaging.sprites.sprite import TAGS

OPAQUE = ("jpeg", "bmp")
DEEP = ("png", "apng", "tiff", "jxl")
LAYERED = ("psd", "psb", "ora", "kra", "zip", "aseprite", "piskel")
DEEP_LAYERS = ("ora", "kra", "zip")
WITH_TEXTS = ("png", "apng")
"""Formats that keep texts, such as the list of gaps that ``lines.close`` has closed."""
ENDLESS = ("jxl", "aseprite", "piskel", "ugoira")
"""Formats of animations without a number of loops; JPEG XL has one, but cjxl leaves it out."""
MOST_COLORS = 256
"""Colors per GIF frame, including the transparent one."""
TOO_FAST_FOR_GIF = Note("frames", "some frames were dropped: GIF shows at most 50 per second")
_NAMES = {
    "jxl": "JPEG XL",
    "webp": "WebP",
    "ugoira": "ugoira",
    "webm": "WebM",
    "aseprite": "Aseprite",
    "piskel": "Piskel",
}
"""Formats whose names are not all capitals."""
_BAND = 2**20
"""Pixels counted at a time: most pictures exceed the limit in the first band."""


def format_name(format: str) -> str:
    """Return the name of a format as messages show it, for example WebM."""
    return _NAMES.get(format, format.upper())


def losses(value: Picture | Animation | Artwork, format: FileFormat) -> tuple[Note, ...]:
    """Return notes on what a value loses when it is written in a format.

    Lossy compression is not reported, since it is expected of such formats.
    """
    if format == "svg":
        return ()
    name = format_name(format)
    notes: list[Note] = []
    if isinstance(value, Artwork) and format not in LAYERED and len(list(value.leaves())) > 1:
        notes.append(Note("layers", f"the layers were flattened: {name} has no layers"))
    if isinstance(value, Artwork) and format in ("ora", "kra"):
        notes += _lost_in_baking(value, name)
    if format in ("aseprite", "piskel"):
        notes += _lost_in_sprites(value, format)
    if format in ("ico", "icns"):
        notes += _lost_in_icons(_shown(value)[0], format)
    if _depth(value) == 16 and not _stays_deep(value, format):
        notes.append(Note("depth", f"16 bits per sample were reduced to 8 for {name}"))
    elif format == "jxl" and any(map(_has_deep_alpha, _shown(value))):
        text = "16 bits of transparency were reduced to 8: cjxl writes no more for JPEG XL"
        notes.append(Note("alpha", text))
    if format in OPAQUE and any(map(has_transparency, _shown(value))):
        text = f"transparent parts were blended with white: {name} has no transparency"
        notes.append(Note("alpha", text))
    if format not in WITH_TEXTS and (lost := _texts(value, format)):
        notes.append(Note("text", f"texts were left out: {name} does not keep {', '.join(lost)}"))
    if format in ENDLESS and isinstance(value, Animation) and value.loop:
        notes.append(Note("frames", f"it repeats endlessly: {name} is written without a number"))
    if format == "gif":
        notes += _lost_in_gif(_shown(value))
        if isinstance(value, Animation) and _is_too_fast(value):
            notes.append(TOO_FAST_FOR_GIF)
    return tuple(notes)


def _lost_in_baking(artwork: Artwork, name: str) -> list[Note]:
    mixed = [layer for _, layer in artwork.leaves() if layer.mixing != PLAIN]
    notes = []
    if mixed:
        text = f"fill and Blend If of layers were baked into their pixels: {name} has neither"
        notes.append(Note("layers", text))
    if not all(map(is_exact, mixed)):
        text = f"some layers look different in {name}: it cannot say how they mix with those below"
        notes.append(Note("layers", text))
    return notes


def _texts(value: Picture | Animation | Artwork, format: FileFormat) -> list[str]:
    """Return the names of texts that are lost, but those named after an operation.

    These tell how the picture was made, as its history does, which all formats keep.
    """
    kept = (KEY, TAGS) if format == "aseprite" else (KEY,)
    return sorted(name for name in value.info.text if name not in kept and "." not in name)


def _lost_in_sprites(value: Picture | Animation | Artwork, format: FileFormat) -> list[Note]:
    name = format_name(format)
    notes = []
    if isinstance(value, Artwork):
        nodes = list(_nodes(value.layers))
        known = BLENDS if format == "aseprite" else ("normal",)
        if any(node.blend not in (*known, "pass-through") for node in nodes):
            text = f"some blend modes became normal: {name} does not have them"
            notes.append(Note("layers", text))
        if any(node.clipped for node in nodes):
            text = f"clipping of layers was baked into their pixels: {name} has none"
            notes.append(Note("layers", text))
        if any(isinstance(node, Layer) and node.mixing != PLAIN for node in nodes):
            text = f"fill and Blend If of layers were baked into their pixels: {name} has neither"
            notes.append(Note("layers", text))
        groups = [node for node in nodes if isinstance(node, Group)]
        if format == "piskel" and groups:
            notes.append(Note("layers", "groups were dissolved: Piskel has none"))
        elif len({node.blend == "pass-through" and node.opacity == 1 for node in groups}) > 1:
            text = "groups that pass through became groups of their own: Aseprite has one kind"
            notes.append(Note("layers", text))
    elif format == "piskel" and isinstance(value, Animation) and len(set(value.durations)) > 1:
        text = "all frames last equally long: Piskel has one speed"
        notes.append(Note("frames", text))
    return notes


def _nodes(layers: tuple[Layer | Group, ...]) -> Iterator[Layer | Group]:
    for node in layers:
        yield node
        if isinstance(node, Group):
            yield from _nodes(node.layers)


def _lost_in_icons(picture: Picture, format: FileFormat) -> list[Note]:
    notes = []
    side = icons.sizes_for(picture.pixels, icons.SIZES[format])[-1]
    if max(picture.size) > side:
        notes.append(Note("frames", f"made smaller: the largest icon has {side}×{side} pixels"))
    if picture.width != picture.height:
        notes.append(Note("frames", "fitted into a square with transparent margins, as icons are"))
    return notes


def _shown(value: Picture | Animation | Artwork) -> tuple[Picture, ...]:
    """Return the pictures that a format without layers contains."""
    if isinstance(value, Animation):
        return value.frames
    return (value.shown(),) if isinstance(value, Artwork) else (value,)


def _depth(value: Picture | Animation | Artwork) -> int:
    """Return the bits per sample: the maximum over all frames or layers."""
    pictures = value.frames if isinstance(value, Animation) else (value,)
    return max(picture.depth for picture in pictures)


def _lost_in_gif(frames: tuple[Picture, ...]) -> list[Note]:
    notes = []
    if any(map(_is_translucent, frames)):
        text = "half-transparent parts became opaque or transparent, as GIF requires"
        notes.append(Note("alpha", text))
    if any(map(_has_many_colors, frames)):
        text = f"colors were reduced to {MOST_COLORS} per frame, the limit of GIF"
        notes.append(Note("color", text))
    return notes


def _is_too_fast(animation: Animation) -> bool:
    return len(shown_frames(animation.durations)) < len(animation.frames)


def _stays_deep(value: Picture | Animation | Artwork, format: FileFormat) -> bool:
    if isinstance(value, Animation):
        # All frames of a file are written with the lowest depth among them.
        return format in DEEP and all(frame.depth == 16 for frame in value.frames)
    return format in DEEP or (format in DEEP_LAYERS and not isinstance(value, Drawing))


def _has_deep_alpha(picture: Picture) -> bool:
    """Return whether alpha has levels that 8 bits do not have."""
    deep = picture.channels == 4 and picture.depth == 16
    return deep and bool((picture.pixels[:, :, 3] % 257).any())


def _is_translucent(picture: Picture) -> bool:
    if picture.channels < 4:
        return False
    alpha = picture.reduced().pixels[:, :, 3]
    return bool(((alpha > 0) & (alpha < 255)).any())


def _has_many_colors(picture: Picture) -> bool:
    """Return whether a frame has more colors than a GIF can hold, counted as its writer does."""
    if picture.channels == 1:
        return False
    pixels = picture.reduced().pixels.reshape(-1, picture.channels)
    found: set[int] = set()
    for start in range(0, len(pixels), _BAND):
        found |= _colors(pixels[start : start + _BAND])
        if len(found) > MOST_COLORS:
            return True
    return False


def _colors(pixels: Array) -> set[int]:
    """Return the colors of pixels as numbers; -1 is transparent."""
    packed = pixels[:, :3].astype(np.int32) @ np.array([65536, 256, 1], np.int32)
    if pixels.shape[1] == 4:
        packed = np.where(pixels[:, 3] >= 128, packed, -1)
    return set(np.unique(packed).tolist())
