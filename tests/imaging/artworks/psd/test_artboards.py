"""Artboards: they cut their layers and paint their background."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from extras import needs
from imaging.artworks.psd.documents import (
    Record,
    artwork_of,
    block,
    divider,
    document,
    inner,
    notes,
    number,
    plain,
    settings,
    whole,
)

psd_tools = needs("psd_tools")
NOTHING = plain(32, 32, 255, 255, 255, 0)


def artboard(box: tuple[int, int, int, int], kind: int, *color: int) -> bytes:
    left, top, right, bottom = map(number, box)
    place = inner(b"classFloatRect", Top_=top, Left=left, Btom=bottom, Rght=right)
    values = {"artboardRect": place, "artboardBackgroundType": whole(kind)}
    if color:
        red, green, blue = map(number, color)
        values["Clr_"] = inner(b"RGBC", Rd__=red, Grn_=green, Bl__=blue)
    data = struct.pack(">I", 16) + settings(b"artboard", **values)
    return block(b"artb", data, padding=4)


def with_artboard(blocks: bytes, *layers: Record) -> list[Record]:
    top = Record("Artboard 1", blend=b"pass", blocks=divider(1, b"pass") + blocks)
    return [Record("end", blocks=divider(3)), *layers, top]


RED = Record("red", plain(14, 14, 255, 0, 0, 255))
"""From the corner of the canvas to 14."""


@pytest.mark.parametrize(
    ("kind", "color", "background"),
    [
        (1, (), [255, 255, 255, 255]),
        (2, (), [0, 0, 0, 255]),
        (3, (9, 9, 9), [0, 0, 0, 0]),
        (4, (0, 80, 255), [0, 80, 255, 255]),
    ],
)
def test_artboards(kind: int, color: tuple[int, ...], background: list[int]) -> None:
    layers = with_artboard(artboard((4, 6, 28, 26), kind, *color), RED)
    found = artwork_of(document(layers, NOTHING))
    assert notes(found) == []
    pixels = found.flatten().pixels
    assert pixels[8, 8].tolist() == [255, 0, 0, 255]
    assert pixels[20, 20].tolist() == background
    # Nothing is shown outside of 4..28 and 6..26.
    assert not pixels[:6].any()
    assert not pixels[26:].any()
    assert not pixels[:, :4].any()
    assert not pixels[:, 28:].any()
    assert pixels[6, 4].tolist() == [255, 0, 0, 255]


def test_modes_on_an_artboard_mix_with_its_background_only() -> None:
    shade = Record("shade", plain(32, 32, 100, 100, 100, 255), blend=b"mul ")
    board = with_artboard(artboard((4, 4, 28, 28), 4, 200, 100, 50), shade)
    pixels = artwork_of(document([Record("red", plain(32, 32, 255, 0, 0, 255)), *board], NOTHING))
    # 200 · 100 / 255 and so on, and nothing of the red below.
    assert pixels.flatten().pixels[16, 16].tolist() == [78, 39, 20]


def test_two_artboards_and_groups_in_them() -> None:
    group = [Record("end", blocks=divider(3)), RED, Record("g", blocks=divider(1))]
    left = with_artboard(artboard((0, 0, 10, 32), 3), *group)
    right = with_artboard(artboard((22, 0, 32, 32), 1))
    pixels = artwork_of(document([*left, *right], NOTHING)).flatten().pixels
    assert pixels[5, [5, 12, 25]].tolist() == [[255, 0, 0, 255], [0, 0, 0, 0], [255] * 4]


def test_an_artboard_that_nobody_can_read() -> None:
    layers = with_artboard(block(b"artb", b"nonsense" * 9, padding=4), RED)
    found = artwork_of(document(layers, plain(32, 32, 1, 2, 3)))
    assert found.shown().pixels[0, 0].tolist() == [1, 2, 3]
    assert notes(found)[0].startswith("not drawn: artboard (layer 'Artboard 1')")


def test_a_huge_artboard_is_no_trap() -> None:
    found = artwork_of(
        document(with_artboard(artboard((-200_000, -200_000, 200_000, 200_000), 1), RED), NOTHING)
    )
    assert found.flatten().pixels[20, 20].tolist() == [255, 255, 255]
    far = artboard((0, 0, 2**40, 2**40), 1)
    assert "artboard" in notes(artwork_of(document(with_artboard(far, RED), NOTHING)))[0]


def test_another_reader_sees_artboards_too() -> None:
    data = document(with_artboard(artboard((4, 6, 28, 26), 2), RED), NOTHING)
    (other,) = psd_tools.PSDImage.open(io.BytesIO(data))
    assert other.kind == "artboard"
    assert other.bbox == (4, 6, 28, 26)
    inside = np.asarray(other.composite(force=True).convert("RGBA"))
    # Without the background, which psd-tools does not paint.
    assert inside[0, 0].tolist() == [255, 0, 0, 255]
