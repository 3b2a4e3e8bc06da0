"""Masks of PSD layers and groups: density, feather, settings in the order of real files."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest

from extras import needs
from imaging.artworks.psd.documents import (
    Mask,
    Pixels,
    Record,
    artwork_of,
    divider,
    document,
    notes,
    plain,
)

psd_tools = needs("psd_tools")
BLANK = plain(40, 8, 255, 255, 255)
PAPER = Record("paper", BLANK)
RED = plain(40, 8, 255, 0, 0, 255)


def halves() -> Pixels:
    """Hidden on the left, shown on the right."""
    mask = np.full((8, 40), 255, np.uint8)
    mask[:, :20] = 0
    return mask


def row(mask: Mask) -> list[int]:
    """Green along a row of a red layer with this mask over white: 255 where it is hidden."""
    found = artwork_of(document([PAPER, Record("red", RED, mask=mask)], BLANK))
    assert notes(found) == []
    return found.flatten().pixels[4, :, 1].tolist()


def density(value: int) -> bytes:
    return bytes([1, value])


def feather(value: float) -> bytes:
    return bytes([2]) + struct.pack(">d", value)


def test_density() -> None:
    """A density of 40 % hides 40 %: 60 % of the red layer is left, and 102 of 255 of the white."""
    assert row(Mask(halves(), settings=density(102))) == [102] * 20 + [0] * 20
    assert row(Mask(halves(), settings=density(255))) == [255] * 20 + [0] * 20
    assert row(Mask(halves(), settings=density(0))) == [0] * 40
    # A mask that is off does nothing.
    assert row(Mask(halves(), flags=2, settings=density(102))) == [0] * 40


def test_density_applies_outside_of_the_mask_too() -> None:
    small = Mask(np.full((8, 10), 255, np.uint8), left=30, settings=density(102))
    assert row(small) == [102] * 30 + [0] * 10


@pytest.mark.parametrize("sigma", [2.0, 3.0, 7.9, 17.0])
def test_feather_is_a_blur(sigma: float) -> None:
    """An edge blurred by a Gaussian is its error function, at the middles of pixels."""
    tall = np.full((308, 160), 255, np.uint8)
    tall[:, :80] = 0
    # So large that the edge at 20 is the only one that is near.
    found = row(Mask(tall, -60, -150, settings=feather(sigma)))
    for x, green in enumerate(found):
        edge = 0.5 * (1 + math.erf((20 - (x + 0.5)) / (sigma * math.sqrt(2))))
        assert abs(green - 255 * edge) <= 2, x


def test_feather_goes_on_outside_of_the_mask() -> None:
    """The same edge, as a mask that begins there."""
    tall = np.full((100, 60), 255, np.uint8)
    found = row(Mask(tall, 20, -46, outside=0, settings=feather(3)))
    edges = [0.5 * (1 + math.erf((20 - (x + 0.5)) / (3 * math.sqrt(2)))) for x in range(40)]
    assert np.abs(np.subtract(found, np.multiply(edges, 255))).max() <= 2


def test_settings_of_the_vector_mask_are_no_settings_of_the_mask() -> None:
    both = bytes([15, 102]) + struct.pack(">d", 0) + bytes([7]) + struct.pack(">d", 9)
    assert row(Mask(halves(), settings=both)) == [102] * 20 + [0] * 20
    vector = bytes([12, 7]) + struct.pack(">d", 9)
    assert row(Mask(halves(), settings=vector)) == [255] * 20 + [0] * 20


@pytest.mark.parametrize("settings", [bytes([3]), bytes([2, 1]), bytes([255])])
def test_settings_that_end_too_early(settings: bytes) -> None:
    assert row(Mask(halves(), settings=settings))[20:] == [0] * 20


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -5.0])
def test_an_impossible_feather(value: float) -> None:
    assert row(Mask(halves(), settings=feather(value))) == [255] * 20 + [0] * 20


def test_another_reader_finds_the_same() -> None:
    import io

    data = document([PAPER, Record("red", RED, mask=Mask(halves(), settings=density(102)))], BLANK)
    other = psd_tools.PSDImage.open(io.BytesIO(data)).composite(force=True).convert("RGB")
    ours = artwork_of(data).flatten().pixels
    # psd-tools cuts off where we round.
    assert np.abs(np.asarray(other).astype(int) - ours).max() <= 1


def grouped(mask: Mask, *layers: Record) -> bytes:
    top = Record("group", blocks=divider(1), mask=mask)
    return document([PAPER, Record("end", blocks=divider(3)), *layers, top], plain(40, 8, 1, 2, 3))


def test_masks_of_groups() -> None:
    blue = Record("blue", plain(40, 8, 0, 0, 255, 128))
    found = artwork_of(grouped(Mask(halves()), Record("red", RED), blue))
    assert found.merged is None
    assert found.flatten().pixels[4, ::39].tolist() == [[255, 255, 255], [127, 0, 128]]


def test_soft_masks_of_groups_with_one_layer() -> None:
    found = artwork_of(grouped(Mask(halves(), settings=density(102)), Record("red", RED)))
    assert found.merged is None
    assert found.flatten().pixels[4, ::39].tolist() == [[255, 102, 102], [255, 0, 0]]


def test_soft_masks_of_groups_with_several_layers() -> None:
    """Half of two layers that overlap is not two halves on top of each other."""
    mask = Mask(halves(), settings=density(102))
    found = artwork_of(grouped(mask, Record("red", RED), Record("blue", RED)))
    assert found.shown().pixels[0, 0].tolist() == [1, 2, 3]
    assert notes(found)[0].startswith("not drawn: soft mask of a group (layer 'group')")
