"""Piskel files: JSON with a sheet of PNG frames for each layer.

Source: the files of Piskel 0.14 and its serializer (Apache-2.0).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from nijigen.core.strict import printable, read_json
from nijigen.imaging.artworks.archive import png_bytes
from nijigen.imaging.artworks.document import Document
from nijigen.imaging.codecs import png
from nijigen.imaging.codecs.content import Array, Content, damaged
from nijigen.imaging.codecs.modes import with_channels
from nijigen.imaging.sprites.sprite import Cel, Sprite, SpriteBudget, SpriteLayer, every

LONGEST = 65535
_VERSION = 2
_PREFIX = "data:image/png;base64,"


def is_piskel(head: bytes) -> bool:
    """Return whether the first bytes are those of a Piskel file."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") and b'"modelVersion"' in text[:400] + text[-400:]


def read(data: bytes, *, first: bool) -> Content | Document:
    """Read a sprite: one frame as layers, several as an animation.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more frames, layers or pixels than the limits allow.
    """
    return read_sprite(data).content(first=first)


def read_sprite(data: bytes) -> Sprite:
    """Read a sprite as it is, without its hidden frames.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more frames, layers or pixels than the limits allow.
    """
    try:
        record = read_json(data.removeprefix(b"\xef\xbb\xbf"))
        known = record["piskel"]
        if int(record["modelVersion"]) != _VERSION:
            raise damaged(f"version {record['modelVersion']} of Piskel files is not known")
        size = int(known["width"]), int(known["height"])
        layers = [read_json(text) if isinstance(text, str) else text for text in known["layers"]]
        count = max((int(layer["frameCount"]) for layer in layers), default=1)
        budget = SpriteBudget(size, count)
        fps = Fraction(str(known.get("fps") or 12)).limit_denominator(1000)
        sprite = Sprite(size, [Fraction(1000) / max(fps, Fraction(1, 100))] * count)
        for layer in layers:
            budget.count(1)
            sprite.layers.append(_layer(layer, size, budget))
        hidden = {int(number) for number in known.get("hiddenFrames") or ()}
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise damaged(f"the Piskel file makes no sense ({error})") from error
    _hide(sprite, hidden)
    return sprite


def _layer(record: Any, size: tuple[int, int], budget: SpriteBudget) -> SpriteLayer:
    count = int(record["frameCount"])
    opacity = min(max(float(record.get("opacity", 1)), 0.0), 1.0)
    layer = SpriteLayer(printable(str(record.get("name", ""))), opacity=opacity)
    chunks = record.get("chunks") or [
        {"base64PNG": record["base64PNG"], "layout": [[n] for n in range(count)]}
    ]
    for chunk in chunks:
        sheet = _sheet(str(chunk["base64PNG"]), budget)
        for column, numbers in enumerate(chunk["layout"]):
            for row, number in enumerate(numbers):
                left, top = column * size[0], row * size[1]
                part = sheet[top : top + size[1], left : left + size[0]]
                if part.shape[:2] != (size[1], size[0]) or not 0 <= number < count:
                    raise damaged("a sheet of the Piskel file is smaller than its frames")
                layer.cels[number] = Cel(part)
    return layer


def _sheet(text: str, budget: SpriteBudget) -> Array:
    if not text.startswith(_PREFIX):
        raise damaged("a sheet of the Piskel file is no PNG")
    try:
        data = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise damaged("a sheet of the Piskel file is no PNG") from error
    if data[:8] != png.SIGNATURE or len(data) < 25:
        raise damaged("a sheet of the Piskel file is no PNG")
    budget.spend(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    pixels = png.read(data, first=True).frames[0]
    if pixels.dtype != np.uint8:
        pixels = (pixels >> 8).astype(np.uint8)
    return with_channels(pixels, 4)


def _hide(sprite: Sprite, hidden: set[int]) -> None:
    shown = [number for number in range(len(sprite.durations)) if number not in hidden]
    if hidden and shown:
        sprite.durations = sprite.durations[: len(shown)]
        for layer in sprite.layers:
            cels = {new: layer.cels[old] for new, old in enumerate(shown) if old in layer.cels}
            layer.cels = cels


def write(sprite: Sprite) -> bytes:
    """Return the bytes of a file; groups are dissolved, and all frames last equally long."""
    count = len(sprite.durations)
    usual = Counter(sprite.durations).most_common(1)[0][0]
    fps = float(round(Fraction(1000) / Fraction(usual), 3))
    known = {
        "name": "Sprite",
        "description": "",
        "fps": int(fps) if fps.is_integer() else fps,
        "height": sprite.size[1],
        "width": sprite.size[0],
        "layers": [_record(layer, visible, sprite, count) for layer, visible in _all(sprite)],
        "hiddenFrames": [],
    }
    record = {"modelVersion": _VERSION, "piskel": known}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _all(sprite: Sprite) -> Iterator[tuple[SpriteLayer, float]]:
    """Yield layers with their opacity, that of their groups included; 0 for hidden ones."""

    def walk(layers: Sequence[SpriteLayer], share: float) -> Iterator[tuple[SpriteLayer, float]]:
        for layer in layers:
            own = share * layer.opacity * layer.visible
            if layer.layers is None:
                yield layer, own
            else:
                yield from walk(layer.layers, own)

    yield from walk(sprite.layers, 1.0)
    if not any(every(sprite.layers)):
        yield SpriteLayer("Layer 1"), 1.0


def _record(layer: SpriteLayer, opacity: float, sprite: Sprite, count: int) -> str:
    width, height = sprite.size
    sheet: Array = np.zeros((height, width * count, 4), np.uint8)
    for number, cel in layer.cels.items():
        left, top, right, bottom = _inside(cel, sprite.size)
        if left < right and top < bottom:
            part = cel.pixels[top - cel.top : bottom - cel.top, left - cel.left : right - cel.left]
            place = sheet[top:bottom, number * width + left : number * width + right]
            place[:] = part
            place[:, :, 3] = (part[:, :, 3] * cel.opacity + 0.5).astype(np.uint8)
    text = _PREFIX + base64.b64encode(png_bytes(sheet)).decode()
    chunk = {"layout": [[number] for number in range(count)], "base64PNG": text}
    record = {
        "name": layer.name,
        "opacity": round(opacity, 4),
        "frameCount": count,
        "chunks": [chunk],
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _inside(cel: Cel, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the box of the part of a cel that is on the canvas."""
    height, width = cel.pixels.shape[:2]
    right, bottom = min(cel.left + width, size[0]), min(cel.top + height, size[1])
    return max(cel.left, 0), max(cel.top, 0), right, bottom
