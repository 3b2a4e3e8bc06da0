import json

import numpy as np
import pytest

from nijigen.color._palettes.swatches import read
from nijigen.color.palette import MainColors, nearest_traditional, palette
from nijigen.core.binary import Binary
from nijigen.core.errors import InputError
from nijigen.core.picture import Picture


def _flats(alpha=False):
    """Paper, hair, skin and a small iris: 1/400 of the picture."""
    pixels = np.full((200, 200, 3), (250, 250, 245), np.uint8)
    pixels[20:120, 20:180] = (90, 60, 50)
    pixels[60:140, 60:140] = (250, 220, 200)
    pixels[80:90, 80:90] = (30, 120, 220)
    return Picture(np.dstack([pixels, np.full((200, 200), 255, np.uint8)]) if alpha else pixels)


def test_flat_colors_come_out_exactly_with_their_shares():
    found = palette(_flats()).colors
    assert [entry.hex for entry in found] == ["#fafaf5", "#5a3c32", "#fadcc8", "#1e78dc"]
    assert sum(entry.share for entry in found) == pytest.approx(1, abs=1e-3)
    assert found[-1].share == pytest.approx(100 / 40000)
    assert found[-1].rgb == (30, 120, 220)
    assert found[-1].cmyk == (86, 45, 0, 14)


def test_a_small_iris_is_kept_among_gradients():
    pixels = _flats().pixels.astype(int)
    ramp = np.linspace(-20, 20, 200).astype(int)[None, :, None]
    pixels = np.where(pixels == (30, 120, 220), pixels, np.clip(pixels + ramp, 0, 255))
    found = palette(Picture(pixels.astype(np.uint8)), colors=8).colors
    assert any(entry.hex == "#1e78dc" for entry in found)


def test_fewer_colors_than_asked_and_no_more():
    assert len(palette(_flats(), colors=2).colors) == 2
    assert len(palette(_flats(), colors=64).colors) == 4


def test_transparent_parts_have_no_color():
    pixels = _flats(alpha=True).pixels.copy()
    pixels[pixels[:, :, 0] == 250, 3] = 0
    assert {entry.hex for entry in palette(Picture(pixels)).colors} == {"#5a3c32", "#1e78dc"}
    with pytest.raises(InputError, match="transparent"):
        palette(Picture(np.zeros((4, 4, 4), np.uint8)))


def test_gray_pictures_have_gray_colors():
    found = palette(Picture(np.tile(np.array([[0, 255]], np.uint8), (8, 8)))).colors
    assert {entry.hex for entry in found} == {"#000000", "#ffffff"}


def test_colors_are_named_after_the_nearest_traditional_one():
    entry, difference = nearest_traditional("#edc3ae")
    assert (entry.name, difference) == ("藕荷", 0)
    assert palette(Picture(np.full((2, 2, 3), (237, 195, 175), np.uint8))).colors[0].nearest.name


@pytest.mark.parametrize("format", ["gpl", "ase", "aco", "css"])
def test_swatch_files_hold_the_same_colors(format):
    made = palette(_flats(), format=format)
    assert isinstance(made, Binary)
    assert made.ending == format
    found = [entry.hex for entry in palette(_flats()).colors]
    assert [swatch.color for swatch in read(made.content)] == found
    # A job keeps it as JSON.
    assert Binary.model_validate_json(json.dumps(made.model_dump(mode="json"))) == made


def test_a_picture_of_swatches_shows_every_color():
    made = palette(_flats(), format="png")
    shown = {tuple(color) for color in made.pixels.reshape(-1, 3)}
    data = palette(_flats())
    assert isinstance(data, MainColors)
    assert all(tuple(entry.rgb) in shown for entry in data.colors)
