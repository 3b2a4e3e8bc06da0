"""Shade: layers in their places, the same bytes again, no fringe at borders."""

from __future__ import annotations

import numpy as np
import pytest

from color.drawn import colored, layer, whole
from nijigen import Artwork, Picture
from nijigen.color.shade import shade
from nijigen.core.artwork import Layer


def test_layers_lie_in_their_places() -> None:
    made = shade(colored(), rim=0.5, highlight=1)
    assert isinstance(made, Artwork)
    names = [one.name for one in made.layers]
    assert names == ["paper", "flat", "shadow", "highlight", "light", "line"]
    assert layer(made, "shadow").blend == "multiply"
    assert layer(made, "highlight").blend == "screen"
    assert all(layer(made, name).clipped for name in ("shadow", "highlight", "light"))


def test_other_layers_stay_and_its_own_are_replaced() -> None:
    start = colored()
    note = Layer("note", Picture(np.full((4, 4, 4), 200, np.uint8)), visible=False)
    start = start.with_layers((*start.layers, note))
    once = shade(start, rim=0.5)
    again = shade(once, x=0.9)
    assert isinstance(once, Artwork)
    assert isinstance(again, Artwork)
    names = [one.name for one in again.layers]
    assert names == ["paper", "flat", "shadow", "highlight", "line", "note"]
    assert np.array_equal(whole(again, "flat"), whole(start, "flat"))
    direct = shade(start, x=0.9)
    assert isinstance(direct, Artwork)
    assert np.array_equal(whole(again, "shadow"), whole(direct, "shadow"))


def test_same_input_same_bytes() -> None:
    from nijigen.imaging import memory

    first = shade(colored(), steps=2, softness=0.3, rim=0.4)
    memory._MEMORY = memory.Memory()
    second = shade(colored(), steps=2, softness=0.3, rim=0.4)
    assert isinstance(first, Artwork)
    assert isinstance(second, Artwork)
    for (_, one), (_, other) in zip(first.leaves(), second.leaves(), strict=True):
        assert one.name == other.name
        assert np.array_equal(one.pixels.pixels, other.pixels.pixels)


@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("x", [-0.3, 0.5, 1.3])
def test_no_fringe_at_borders(x: float, steps: int) -> None:
    """Right at a border a flat is as dark as three pixels inside it: no seam, dark or light."""
    made = shade(colored(4), x=x, steps=steps, highlight=0)
    assert isinstance(made, Artwork)
    shadow = whole(made, "shadow")
    alpha = shadow[:, :, 3].astype(int)
    rows = slice(120, 360)
    for border, inside in ((319, 316), (320, 323)):
        off = np.abs(alpha[rows, border] - alpha[rows, inside])
        # A smooth shadow may deepen a little towards a rim; a drawn one may run out there.
        assert (off > (16 if steps == 0 else 2)).mean() <= 0.08 * max(steps, 1), (border, x)
    # Each flat has its own color of shadow up to the middle of the line.
    assert len(np.unique(shadow[rows, 88:320, :3].reshape(-1, 3), axis=0)) == 1
    assert (shadow[rows, 319, :3] != shadow[rows, 320, :3]).any()


def test_nothing_falls_beside_the_figure() -> None:
    made = shade(colored(), rim=1, highlight=1, color="#ff8000")
    assert isinstance(made, Artwork)
    flat = whole(made, "flat")[:, :, 3] > 0
    for name in ("shadow", "highlight", "light"):
        assert not whole(made, name)[:, :, 3][~flat].any()
    bare = made.flatten().rgb().pixels
    assert (bare[:18] == 255).all()


def test_more_ambient_light_is_a_paler_shadow() -> None:
    alphas = []
    for ambient in (0.0, 0.5, 1.0):
        made = shade(colored(), x=-0.5, ambient=ambient)
        assert isinstance(made, Artwork)
        alphas.append(int(whole(made, "shadow")[:, :, 3].max()))
    assert alphas[0] == 255
    assert 120 < alphas[1] < 135
    assert alphas[2] == 0


def test_a_colored_lamp_stains() -> None:
    made = shade(colored(), color="#ff4000", highlight=0)
    assert isinstance(made, Artwork)
    light = whole(made, "light")
    assert light[60, 40].tolist()[:3] == [255, 64, 0]
    assert 0 < light[60, 40, 3] < 128


def test_normal_map() -> None:
    made = shade(colored(), show="normals")
    assert isinstance(made, Picture)
    assert made.pixels[5, 5].tolist() == [128, 128, 255]
    assert made.pixels[60, 26, 0] < 110
    assert made.pixels[60, 134, 0] > 145


def test_a_large_page_is_lit_at_a_reduced_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from nijigen.color._light import shading

    plain = shade(colored(), x=-0.5, highlight=0)
    monkeypatch.setattr(shading, "_LIMIT", 80 * 60)
    small = shade(colored(), x=-0.5, highlight=0)
    assert isinstance(plain, Artwork)
    assert isinstance(small, Artwork)
    one, other = whole(plain, "shadow")[:, :, 3], whole(small, "shadow")[:, :, 3]
    assert one.shape == other.shape
    assert np.abs(one.astype(int) - other).mean() < 12
    normals = shade(colored(), show="normals")
    assert isinstance(normals, Picture)
    assert normals.size == small.size
