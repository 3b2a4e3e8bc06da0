"""One odd block costs no more than itself; what has no pixels is damage."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from imaging.artworks.psd.documents import (
    Record,
    artwork_of,
    block,
    document,
    notes,
    plain,
    sized,
)
from nijigen.core.errors import BadPicture

GRAY, RED = plain(16, 16, 60, 60, 60, 255), plain(4, 4, 255, 0, 0, 255)
ID = block(b"lyid", bytes(4))


def with_blocks(blocks: bytes) -> bytes:
    fill = block(b"iOpa", b"\x80\0\0\0")
    layers = [Record("a", GRAY, blocks=blocks + fill), Record("b", RED, 2, 2)]
    merged = plain(16, 16, 60, 60, 60)
    merged[2:6, 2:6] = (255, 0, 0)
    return document(layers, merged)


FINE = {
    "no padding": block(b"lyid", b"xyz", padding=1),
    "padding to four": block(b"lyid", b"xyz", padding=4) + block(b"lclr", bytes(6), padding=4),
    "another signature": block(b"lyid", b"xy", signature=b"8B64"),
    "empty": block(b"lyid", b""),
}
ODD = {
    "bytes between blocks": ID + b"whatever" + ID,
    "a length that is too small": b"8BIMlyid" + struct.pack(">I", 2) + bytes(40) + ID,
    "a length beyond the end": b"8BIMlyid" + struct.pack(">I", 9999) + ID,
    "a signature of its own": block(b"lyid", b"xyzw", signature=b"ABCD") + ID,
}


@pytest.mark.parametrize("blocks", FINE.values(), ids=FINE)
def test_blocks_that_are_fine(blocks: bytes) -> None:
    found = artwork_of(with_blocks(blocks))
    assert notes(found) == []
    # What comes after it is read.
    assert round(found.layers[0].opacity * 255) == 128


@pytest.mark.parametrize("blocks", ODD.values(), ids=ODD)
def test_odd_blocks(blocks: bytes) -> None:
    found = artwork_of(with_blocks(blocks))
    assert [layer.name for layer in found.layers] == ["a", "b"]
    assert round(found.layers[0].opacity * 255) == 128
    assert found.flatten().pixels[3, 3].tolist()[:3] == [255, 0, 0]
    assert notes(found) == ["damaged properties were skipped (layer 'a')"]


def test_bytes_after_the_last_block() -> None:
    layer = Record("a", GRAY, blocks=ID + bytes(3))
    assert notes(artwork_of(document([layer], GRAY[:, :, :3]))) == []
    layer = Record("a", GRAY, blocks=ID + b"more than padding")
    assert notes(artwork_of(document([layer], GRAY[:, :, :3]))) == [
        "damaged properties were skipped (layer 'a')"
    ]


def test_properties_that_are_all_wrong() -> None:
    """The lengths of mask, ranges and name do not fit, but where the pixels are is known."""
    data = document([Record("a", GRAY)], GRAY[:, :, :3])
    at = data.index(sized(b"") + sized(b"") + b"\5layer")
    found = artwork_of(data[:at] + struct.pack(">I", 2**31) + data[at + 4 :])
    assert found.flatten().pixels[0, 0].tolist() == [60, 60, 60]
    assert notes(found) == ["damaged properties were skipped (layer '')"]


@pytest.mark.parametrize(
    "resources",
    [
        b"ABCD" + struct.pack(">HH", 1, 0) + sized(b"12"),
        b"8BIM" + struct.pack(">HH", 1, 0) + struct.pack(">I", 10**6),
        b"8BIM" + struct.pack(">HB", 1, 255),
    ],
)
def test_odd_resources(resources: bytes) -> None:
    found = artwork_of(document([Record("a", GRAY)], GRAY[:, :, :3], resources=resources))
    assert found.flatten().pixels[0, 0].tolist() == [60, 60, 60]
    assert notes(found) == ["damaged metadata of the file was skipped"]


def test_odd_blocks_of_the_document() -> None:
    after = block(b"Patt", b"xyz", padding=1) + b"8BIMcinf" + struct.pack(">I", 9999)
    found = artwork_of(document([Record("a", GRAY)], GRAY[:, :, :3], after_layers=after))
    assert found.flatten().pixels[0, 0].tolist() == [60, 60, 60]


def test_pixels_that_end_too_early_are_damage() -> None:
    data = with_blocks(ID)
    with pytest.raises(BadPicture, match="cut off"):
        artwork_of(data[:-1])
    layers = struct.unpack_from(">I", data, 34 + struct.unpack_from(">I", data, 30)[0])[0]
    start = 38 + struct.unpack_from(">I", data, 30)[0]
    cut = bytearray(data)
    # The layers end in the middle of their pixels.
    struct.pack_into(">I", cut, start, struct.unpack_from(">I", data, start)[0] - 500)
    assert layers
    with pytest.raises(BadPicture, match="cut off"):
        artwork_of(bytes(cut))


def test_a_name_longer_than_its_place() -> None:
    data = document([Record("a", GRAY)], GRAY[:, :, :3])
    at = data.index(b"\5layer")
    found = artwork_of(data[:at] + b"\xfe" + data[at + 1 :])
    assert np.array_equal(found.flatten().pixels, GRAY[:, :, :3])
