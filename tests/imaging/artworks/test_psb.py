from __future__ import annotations

import io

import numpy as np
import pytest
from psd_tools import PSDImage

from nijigen import Artwork, Layer
from nijigen.core.errors import UnsupportedFormat
from nijigen.imaging.files import decode, encode
from pictures import artwork, drawing


def test_layers_come_back_as_from_a_psd() -> None:
    large, usual = (decode(encode(artwork(), format)) for format in ("psb", "psd"))  # type: ignore[arg-type]
    assert isinstance(large, Artwork)
    assert isinstance(usual, Artwork)
    assert repr(large.layers) == repr(usual.layers)
    assert np.array_equal(large.flatten().pixels, usual.flatten().pixels)


def test_psd_tools_reads_it() -> None:
    data = encode(artwork(), "psb")
    other = PSDImage.open(io.BytesIO(data))
    assert other.version == 2
    ours = [layer.name for _, layer in artwork().leaves()]
    assert [layer.name for layer in other.descendants() if not layer.is_group()] == ours
    merged = np.asarray(other.topil())
    assert np.array_equal(merged, decode(data).shown().pixels)  # type: ignore[union-attr]


def test_sides_that_a_psd_cannot_have() -> None:
    wide = Artwork((40_000, 2), (Layer("a", drawing(9, 2), 39_990, 0),))
    with pytest.raises(UnsupportedFormat, match="30000"):
        encode(wide, "psd")
    value = decode(encode(wide, "psb"))
    assert isinstance(value, Artwork)
    assert value.size == (40_000, 2)
    assert value.layers[0].box == (39_990, 0, 39_999, 2)  # type: ignore[union-attr]
