"""Gradient: nothing at 0, soft inside flats, nothing across borders."""

from __future__ import annotations

import numpy as np

from color.drawn import colored, layer, whole
from nijigen import Artwork
from nijigen.color.gradient import gradient


def made(amount: float) -> Artwork:
    return gradient(colored(), amount=amount)


def test_cel_is_clear_and_watercolor_is_not() -> None:
    assert not whole(made(0), "gradient")[:, :, 3].any()
    half, full = (whole(made(a), "gradient")[:, :, 3].astype(int) for a in (0.5, 1.0))
    assert full.max() > 40
    assert np.abs(half * 2 - full).max() <= 2


def test_it_is_one_normal_layer_clipped_to_the_flats() -> None:
    artwork = made(1)
    assert [one.name for one in artwork.layers] == ["paper", "flat", "gradient", "line"]
    assert layer(artwork, "gradient").clipped
    assert layer(artwork, "gradient").blend == "normal"
    assert not whole(artwork, "gradient")[:, :, 3][whole(artwork, "flat")[:, :, 3] == 0].any()


def test_no_color_reaches_the_flat_beside_it() -> None:
    """Yellow stays yellow and blue blue up to the middle of the line between them."""
    found = whole(made(1), "gradient").astype(int)
    yellow, blue = found[30:90, 24:80], found[30:90, 80:136]
    assert (yellow[:, :, 0] > yellow[:, :, 2]).all()
    assert (blue[:, :, 2] > blue[:, :, 0]).all()


def test_transitions_are_soft() -> None:
    shown = made(1).flatten().rgb().pixels.astype(int)
    for part in (shown[28:92, 28:72], shown[28:92, 88:132]):
        assert np.abs(np.diff(part, axis=0)).max() <= 6
        assert np.abs(np.diff(part, axis=1)).max() <= 6
        assert np.ptp(part[:, :, 1]) >= 4


def test_same_input_same_bytes() -> None:
    assert np.array_equal(whole(made(0.7), "gradient"), whole(made(0.7), "gradient"))
