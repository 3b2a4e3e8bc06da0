"""Fill, glow and Blend If in files: written, read back, by another reader, and baked for ORA."""

from __future__ import annotations

import io

import numpy as np
import pytest

from extras import needs
from imaging.artworks.psd.documents import Record, artwork_of, block, document, notes, plain
from nijigen import Artwork, Layer, Picture
from nijigen.core.artwork import Blend, Mixing
from nijigen.imaging.files import decode, encode
from nijigen.imaging.losses import losses
from pictures import drawing

psd_tools = needs("psd_tools")
RANGES = ((64, 96, 200, 255), (0, 0, 255, 255), (0, 9, 20, 30), (0, 0, 255, 255))
UNDER = ((10, 10, 240, 250),) + ((0, 0, 255, 255),) * 3


def mixed(mixing: Mixing, blend: Blend = "add") -> Artwork:
    paper = Layer("paper", Picture(np.full((40, 48, 3), (90, 140, 200), np.uint8)))
    return Artwork((48, 40), (paper, Layer("a", drawing(48, 40, 4), blend=blend, mixing=mixing)))


MIXINGS = [
    Mixing(fill=102 / 255),
    Mixing(glowing=True),
    Mixing(fill=51 / 255, glowing=True),
    Mixing(own=RANGES),
    Mixing(under=UNDER),
    Mixing(102 / 255, True, RANGES, UNDER),
]


@pytest.mark.parametrize("format", ["psd", "zip"])
@pytest.mark.parametrize("mixing", MIXINGS)
def test_mixing_is_written_and_read(format: str, mixing: Mixing) -> None:
    art = mixed(mixing)
    found = decode(encode(art, format))  # type: ignore[arg-type]
    assert isinstance(found, Artwork)
    layer = found.layers[1]
    assert isinstance(layer, Layer)
    kept, sides = layer.mixing, (mixing.own, mixing.under)
    assert (kept.fill, kept.glowing) == (pytest.approx(mixing.fill), mixing.glowing)
    assert (kept.own, kept.under) == sides
    assert np.array_equal(found.flatten().pixels, art.flatten().pixels)
    assert found.merged is None
    assert losses(art, format) == ()  # type: ignore[arg-type]


def test_another_reader_finds_fill_and_blend_if() -> None:
    art = mixed(Mixing(102 / 255, True, RANGES, UNDER))
    layer = psd_tools.PSDImage.open(io.BytesIO(encode(art, "psd")))[1]
    blocks = layer.tagged_blocks
    assert blocks.get_data(psd_tools.constants.Tag.BLEND_FILL_OPACITY) == 102
    assert blocks.get_data(psd_tools.constants.Tag.TRANSPARENCY_SHAPES_LAYER) == 0
    ranges = layer._record.blending_ranges
    # Two values of a byte each are one number of 16 bits there.
    whole = (0, 65535)
    assert ranges.composite_ranges == [(64 * 256 + 96, 200 * 256 + 255), (10 * 256 + 10, 61690)]
    assert ranges.channel_ranges == [
        [whole, whole],
        [(9, 20 * 256 + 30), whole],
        [whole, whole],
        # Of alpha.
        [whole, whole],
    ]


def test_glow_layers_of_clip_studio_and_sai() -> None:
    """Their opacity is the fill, their transparency does not shape them: 200 + 40 % of 200."""
    layer = plain(4, 4, 200, 200, 200, 204)
    blocks = block(b"iOpa", b"\x80\0\0\0") + block(b"tsly", bytes(4))
    glow = Record("発光", layer, blend=b"lddg", blocks=blocks)
    shown = plain(4, 4, 255, 255, 255)
    found = artwork_of(document([Record("paper", plain(4, 4, 200, 200, 200)), glow], shown))
    assert notes(found) == []
    assert found.flatten().pixels[0, 0].tolist() == [255] * 3
    dark = artwork_of(document([Record("paper", plain(4, 4, 100, 100, 100)), glow], shown))
    # 100 + 200 · .8 · 128/255.
    assert dark.flatten().pixels[0, 0].tolist() == [180] * 3


def test_fill_in_other_modes_is_opacity() -> None:
    layer = Record("a", plain(4, 4, 0, 0, 0), opacity=128, blocks=block(b"iOpa", b"\x80\0\0\0"))
    found = artwork_of(
        document([Record("p", plain(4, 4, 255, 255, 255)), layer], plain(4, 4, 1, 1, 1))
    )
    assert found.flatten().pixels[0, 0].tolist() == [191] * 3
    assert found.layers[1].mixing == Mixing()  # type: ignore[union-attr]


def test_blend_if_of_nothing_but_zeros() -> None:
    """From a program that writes the place for it and no values."""
    layer = Record("a", plain(4, 4, 9, 8, 7), ranges=bytes(40))
    found = artwork_of(document([layer], plain(4, 4, 1, 1, 1)))
    assert found.flatten().pixels[0, 0].tolist() == [9, 8, 7]


def in_ora(art: Artwork) -> Artwork:
    found = decode(encode(art, "ora"))
    assert isinstance(found, Artwork)
    assert all(layer.mixing == Mixing() for _, layer in found.leaves())
    return found


@pytest.mark.parametrize(
    ("blend", "mixing"),
    [
        ("add", Mixing(0.4)),
        ("color-burn", Mixing(0.4)),
        ("linear-light", Mixing(0.4)),
        ("multiply", Mixing(0.4)),
        ("normal", Mixing(own=RANGES)),
    ],
)
def test_ora_looks_the_same(blend: Blend, mixing: Mixing) -> None:
    art = mixed(mixing, blend)
    off = in_ora(art).flatten().pixels.astype(int) - art.flatten().pixels
    # Colors of eight bits are rounded once more, and color burn divides by them.
    assert np.abs(off).max() <= 2
    (note,) = losses(art, "ora")
    assert "baked" in note.text


@pytest.mark.parametrize(
    ("blend", "mixing"),
    [("hard-mix", Mixing(0.4)), ("add", Mixing(glowing=True)), ("normal", Mixing(under=UNDER))],
)
def test_a_note_says_where_ora_cannot(blend: Blend, mixing: Mixing) -> None:
    art = mixed(mixing, blend)
    in_ora(art)
    assert "look different" in losses(art, "ora")[1].text
    assert len(losses(art, "png")) == 1
