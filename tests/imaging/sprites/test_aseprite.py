from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest

from nijigen import Animation, Artwork, Group, Layer, Picture
from nijigen.core.errors import BadPicture, PictureTooLarge
from nijigen.core.picture import Info
from nijigen.imaging.files import decode, encode
from nijigen.imaging.sprites.aseprite_reading import read_sprite
from pictures import animation, artwork, drawing

RED, GREEN = (255, 0, 0, 255), (0, 255, 0, 255)


def chunk(kind: int, data: bytes) -> bytes:
    return struct.pack("<IH", len(data) + 6, kind) + data


def text(value: str) -> bytes:
    return struct.pack("<H", len(value)) + value.encode()


def sprite(*frames: list[bytes], bits: int = 8, size: tuple[int, int] = (4, 2)) -> bytes:
    """Return a file as Aseprite writes it; the transparent index is 0."""
    parts = []
    for number, chunks in enumerate(frames):
        body = b"".join(chunks)
        head = struct.pack("<IHHH2xI", len(body) + 16, 0xF1FA, len(chunks), 50 + number, 0)
        parts.append(head + body)
    body = b"".join(parts)
    head = struct.pack("<IHHHHHI", 128 + len(body), 0xA5E0, len(frames), *size, bits, 1)
    return (head + struct.pack("<H8xB3xH", 100, 0, 0)).ljust(128, b"\0") + body


def layer(name: str, kind: int = 0, flags: int = 1, level: int = 0, extra: bytes = b"") -> bytes:
    numbers = struct.pack("<HHHHHHB3x", flags, kind, level, 0, 0, 0, 255)
    return chunk(0x2004, numbers + text(name) + extra)


def cel(place: int, content: bytes, kind: int = 2, left: int = 0, top: int = 0) -> bytes:
    return chunk(0x2005, struct.pack("<HhhBHh5x", place, left, top, 255, kind, 0) + content)


def packed(width: int, height: int, pixels: bytes) -> bytes:
    return struct.pack("<HH", width, height) + zlib.compress(pixels)


PALETTE = chunk(
    0x2019,
    struct.pack("<III8x", 3, 0, 2)
    + b"".join(struct.pack("<H4B", 0, *color) for color in ((9, 9, 9, 255), RED, GREEN)),
)


def test_indexed_with_a_background_and_a_linked_cel() -> None:
    first = [PALETTE, layer("back", flags=9), layer("top"), cel(0, packed(4, 2, bytes(8)))]
    first.append(cel(1, packed(2, 1, b"\1\0"), left=1, top=1))
    tags = chunk(0x2018, struct.pack("<H8x", 1) + struct.pack("<HHBH6x4x", 0, 1, 2, 3) + text("go"))
    data = sprite([*first, tags], [cel(0, struct.pack("<H", 0), kind=1)])
    value = decode(data)
    assert isinstance(value, Animation)
    assert value.durations == (50, 51)
    dark = [[[9, 9, 9]] * 4, [[9, 9, 9], [255, 0, 0], [9, 9, 9], [9, 9, 9]]]
    assert value.frames[0].pixels.tolist() == dark
    assert value.frames[1].pixels.tolist() == [[[9, 9, 9]] * 4] * 2
    assert json.loads(value.info.text["tags"]) == [
        {"name": "go", "first": 0, "last": 1, "direction": "pingpong", "repeat": 3}
    ]
    assert [note.text for note in value.info.notes] == [
        "the layers of an animated sprite were flattened"
    ]


def test_an_old_palette_comes_before_cels_wherever_it_stands() -> None:
    old = chunk(0x0004, struct.pack("<HBB", 1, 1, 1) + bytes(RED[:3]))
    value = decode(sprite([layer("a"), cel(0, packed(1, 1, b"\1")), old]))
    assert isinstance(value, Artwork)
    assert value.flatten().pixels[0, 0].tolist() == [*RED]


def test_groups_gray_and_hidden_reference_layers() -> None:
    pixel = packed(1, 1, bytes([200, 255]))
    chunks = [
        layer("group", kind=1), layer("inner", level=1), layer("reference", flags=65),
        cel(1, pixel), cel(2, pixel, left=1),
    ]  # fmt: skip
    value = decode(sprite(chunks, bits=16))
    assert isinstance(value, Artwork)
    group, reference = value.layers
    assert isinstance(group, Group)
    assert (group.blend, [inner.name for inner in group.layers]) == ("pass-through", ["inner"])
    assert not reference.visible
    assert value.flatten().pixels[0].tolist() == [[200, 200, 200, 255]] + [[0, 0, 0, 0]] * 3


def test_tile_maps() -> None:
    tiles = bytes([0] * 4 + [1, 2, 1, 1])
    compressed = zlib.compress(tiles)
    tileset = chunk(
        0x2023,
        struct.pack("<IIIHHh14x", 7, 2, 2, 2, 2, 1)
        + text("tiles")
        + struct.pack("<I", len(compressed))
        + compressed,
    )
    mask, flip_x, flip_y, turned = 0x1FFFFFFF, 0x20000000, 0x40000000, 0x80000000
    entries = struct.pack("<2I", 1 | flip_x, 1 | turned)
    head = struct.pack("<HHHIIII10x", 2, 1, 32, mask, flip_x, flip_y, turned)
    content = cel(0, head + zlib.compress(entries), kind=3)
    data = sprite([PALETTE, tileset, layer("map", kind=2, extra=struct.pack("<I", 7)), content])
    value = decode(data)
    assert isinstance(value, Artwork)
    red, green = list(RED), list(GREEN)
    assert value.flatten().pixels.tolist() == [
        [c[:3] for c in (green, red, red, red)], [c[:3] for c in (red, red, green, red)],
    ]  # fmt: skip


def test_layers_come_back() -> None:
    made = artwork()
    value = decode(encode(made, "aseprite"))
    assert isinstance(value, Artwork)
    assert [one.name for _, one in value.leaves()] == [one.name for _, one in made.leaves()]
    pixels = drawing(20, 10, 4)
    layers = (Layer("a", pixels, -3, 4, "screen", 0.5), Layer("b", pixels, 1, 1, visible=False))
    plain = Artwork((30, 20), (Group("g", layers, "pass-through"),))
    value = decode(encode(plain, "aseprite"))
    assert isinstance(value, Artwork)
    assert np.abs(value.flatten().pixels.astype(int) - plain.flatten().pixels).max() <= 1
    (group,) = value.layers
    assert isinstance(group, Group)
    assert group.blend == "pass-through"
    first, second = group.layers
    assert isinstance(first, Layer)
    assert (first.blend, first.left, first.top) == ("screen", -3, 4)
    assert not second.visible


def test_frames_tags_and_links_come_back() -> None:
    tags = [{"name": "歩く", "first": 1, "last": 2, "direction": "reverse", "repeat": 0}]
    moving = replace(animation(4, 4), info=Info(text={"tags": json.dumps(tags)}))
    data = encode(moving, "aseprite")
    value = decode(data)
    assert isinstance(value, Animation)
    assert value.durations == moving.durations
    for found, made in zip(value.frames, moving.frames, strict=True):
        seen = made.pixels[:, :, 3:] > 0
        assert np.array_equal(found.pixels * seen, made.pixels * seen)
    assert json.loads(value.info.text["tags"]) == tags
    cels = read_sprite(data).layers[0].cels
    assert cels[3] is cels[0]


def test_few_colors_are_written_as_a_palette() -> None:
    pixels = np.zeros((2, 4, 4), np.uint8)
    pixels[0], pixels[1] = RED, GREEN
    assert sorted(read_sprite(encode(Picture(pixels), "aseprite")).palette) == [GREEN, RED]


def test_bombs_and_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = sprite([layer("a"), cel(0, packed(65535, 65535, bytes(99)))], size=(9, 9))
    with pytest.raises(PictureTooLarge, match="all cels together"):
        decode(huge)
    with pytest.raises(BadPicture, match="not complete"):
        decode(sprite([layer("a"), cel(0, packed(400, 400, bytes(99)))]))
    with pytest.raises(BadPicture, match="cut off"):
        decode(encode(animation(3), "aseprite")[:-9])
    monkeypatch.setenv("NIJIGEN_MAX_FRAMES", "2")
    with pytest.raises(PictureTooLarge, match="3 frames"):
        decode(encode(animation(3), "aseprite"))
