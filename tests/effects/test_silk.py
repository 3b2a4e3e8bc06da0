"""Silk: strokes, symmetry, replay, growth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, Picture
from nijigen.core.drawing import Drawing
from nijigen.core.errors import InputError
from nijigen.effects.silk import silk

STROKES = json.dumps({"strokes": [[[0.4 + n / 200, 0.35 + n / 300] for n in range(20)]]})
SMALL = {"width": 96, "height": 96}


def test_the_same_strokes_and_seed_give_the_same_picture_at_any_size() -> None:
    one = silk(STROKES, seed=5, **SMALL)
    assert isinstance(one, Drawing)
    assert np.array_equal(one.pixels, silk(STROKES, seed=5, **SMALL).pixels)
    assert not np.array_equal(one.pixels, silk(STROKES, seed=6, **SMALL).pixels)
    large = silk(STROKES, seed=5, width=192, height=192).pixels.astype(float)
    reduced = large.reshape(96, 2, 96, 2, 3).mean(axis=(1, 3))
    assert np.corrcoef(reduced.ravel(), one.pixels.ravel())[0, 1] > 0.9


def test_symmetry() -> None:
    made = silk(STROKES, folds=4, mirror=True, width=97, height=97).pixels.astype(int)
    assert made.max() > 60
    for other in (np.rot90(made), made[:, ::-1], made[::-1]):
        assert np.abs(made - other).mean() < 0.5
    alone = silk(STROKES, folds=1, mirror=False, width=97, height=97).pixels.astype(int)
    assert np.abs(alone - alone[:, ::-1]).mean() > 1


def test_transparency_on_a_ground_is_the_picture_with_the_ground() -> None:
    clear = silk(STROKES, transparent=True, **SMALL)
    assert clear.channels == 4
    dark = silk(STROKES, ground="#000000", **SMALL)
    assert np.abs(clear.rgb((0, 0, 0)).pixels.astype(int) - dark.pixels).max() <= 2


def test_it_grows_into_the_picture() -> None:
    made = silk(STROKES, grow=1, fps=10, **SMALL)
    assert isinstance(made, Animation)
    light = [int(frame.pixels.astype(int).sum()) for frame in made.frames]
    assert len(light) == 10
    assert light == sorted(light)
    assert np.array_equal(made.frames[-1].pixels, silk(STROKES, **SMALL).pixels)


def test_vectors_show_the_same(tmp_path: Path) -> None:
    made = silk(STROKES, folds=3, **SMALL)
    made.save(tmp_path / "silk.svg")
    drawn = Picture.open(tmp_path / "silk.svg").rgb().pixels
    assert np.corrcoef(drawn.ravel(), made.pixels.ravel())[0, 1] > 0.8


@pytest.mark.parametrize(
    "text", ["{", '{"strokes": 3}', '[[[1, "a"]]]', "[[[1, 2, 3]]]", "[[[900, 0]]]", "[[]]"]
)
def test_what_is_no_stroke_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        silk(text, **SMALL)
