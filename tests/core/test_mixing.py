"""Fill, glow and Blend If, by numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from nijigen import Artwork, Group, Layer, Picture
from nijigen.core.artwork import Mixing
from nijigen.core.errors import BadPicture


def dots(*values: tuple[int, ...]) -> Picture:
    """One row of pixels."""
    return Picture(np.array([values], np.uint8))


def stack(*layers: Layer | Group) -> list[list[int]]:
    width = next(layer.pixels.width for layer in layers if isinstance(layer, Layer))
    return Artwork((width, 1), layers).flatten().pixels[0].tolist()


@pytest.mark.parametrize(
    ("blend", "below", "above", "fill", "wanted"),
    [
        # The color of the layer moves towards the one that changes nothing: black, white, gray.
        ("add", 200, 200, 0.5, 255),  # 200 + 100, cut off; opacity would give 228
        ("color-dodge", 100, 204, 0.5, 167),  # 100 / (1 − .4)
        ("difference", 100, 204, 0.5, 2),  # 100 − 102
        ("linear-burn", 77, 51, 0.5, 0),  # 77 − 102; opacity would give 38
        ("color-burn", 200, 51, 0.5, 163),  # 255 − 55 / .6
        ("linear-light", 100, 204, 0.5, 177),  # 100 + (408 − 255) / 2 = 176.5
        ("vivid-light", 100, 204, 0.5, 143),  # dodge by (408 − 255) / 2: 100 / (1 − .3)
        ("vivid-light", 200, 51, 0.5, 176),  # burn: 255 − 55 / (1 − .3)
        # The step becomes a slope: (b − f(255 − s)) / (1 − f).
        ("hard-mix", 100, 204, 0.5, 149),
        ("hard-mix", 100, 204, 1.0, 255),
        ("hard-mix", 100, 155, 1.0, 0),
        ("hard-mix", 155, 100, 1.0, 255),
        # In all other modes it is opacity.
        ("normal", 100, 200, 0.5, 150),
        ("multiply", 100, 51, 0.5, 60),
    ],
)
def test_fill(blend: str, below: int, above: int, fill: float, wanted: int) -> None:
    upper = Layer("s", dots((above,) * 3), blend=blend, mixing=Mixing(fill))  # type: ignore[arg-type]
    assert abs(stack(Layer("b", dots((below,) * 3)), upper)[0][0] - wanted) <= 1


def test_opacity_comes_after_fill() -> None:
    """200 + 50 % of 200 is cut off at 255; half of the way from 200 to it is 228."""
    upper = Layer("s", dots((200,) * 3), 0, 0, "add", 0.5, mixing=Mixing(0.5))
    assert stack(Layer("b", dots((200,) * 3)), upper) == [[228] * 3]


def test_glow() -> None:
    """Alpha acts as fill does: 200 + 40 % of 200 is cut off, not mixed (which gives 222)."""
    below, brush = Layer("b", dots((200,) * 3)), dots((200, 200, 200, 102))
    assert stack(below, Layer("s", brush, blend="add")) == [[222] * 3]
    assert stack(below, Layer("s", brush, blend="add", mixing=Mixing(glowing=True))) == [[255] * 3]
    # With a fill of one half: 20 % of it.
    half = Layer("s", brush, blend="add", mixing=Mixing(0.5, glowing=True))
    assert stack(below, half) == [[240] * 3]
    # Nothing is painted where there is no alpha, nor made opaque where there is nothing.
    empty = Layer("s", dots((200, 200, 200, 0)), blend="add", mixing=Mixing(glowing=True))
    assert stack(below, empty) == [[200] * 3]
    assert stack(Layer("s", brush, blend="add", mixing=Mixing(glowing=True))) == [
        [200, 200, 200, 102]
    ]


def test_fill_where_there_is_nothing_below() -> None:
    """There the layer is as opaque as its fill."""
    layer = Layer("s", dots((200, 100, 50, 255)), blend="add", mixing=Mixing(0.4))
    assert stack(layer) == [[200, 100, 50, 102]]


GREEN = (0, 160, 0)
STEPS = (0, 63, 64, 95, 96, 200, 201, 255)


def grays(*values: int) -> Picture:
    return dots(*((value,) * 3 for value in values))


def test_blend_if_this_layer() -> None:
    """Hidden below 64 and above 200; shown by 1/33, ... from 64 on, whole from 96 on."""
    layer = Layer("s", grays(*STEPS), mixing=Mixing(own=((64, 96, 200, 200),)))
    found = stack(Layer("b", dots(*[GREEN] * 8)), layer)
    assert [pixel[0] for pixel in found] == [0, 0, 2, 92, 96, 200, 0, 0]
    assert found[0] == found[-1] == list(GREEN)
    # 64: 64 / 33 is 1.9; 95: 95 × 32 / 33 is 92.1.


def test_blend_if_underlying_layer() -> None:
    layer = Layer("s", dots(*[GREEN] * 8), mixing=Mixing(under=((64, 96, 200, 200),)))
    found = stack(Layer("b", grays(*STEPS)), layer)
    # The gray that is left: all of it outside, 32/33 of 64, 1/33 of 95, none inside.
    assert [pixel[0] for pixel in found] == [0, 63, 62, 3, 0, 0, 201, 255]


def test_blend_if_of_a_channel_hides_all_of_the_color() -> None:
    red = Mixing(own=((0, 0, 255, 255), (0, 0, 99, 99)))
    layer = Layer("s", dots((99, 1, 2), (100, 1, 2)), mixing=red)
    assert stack(Layer("b", dots(GREEN, GREEN)), layer) == [[99, 1, 2], list(GREEN)]
    # Gray is .299 red, .59 green, .111 blue: pure green is 150.45 of 255.
    gray = Mixing(own=((150, 150, 255, 255),))
    assert stack(Layer("b", dots((9, 9, 9))), Layer("s", dots((0, 255, 0)), mixing=gray)) == [
        [0, 255, 0]
    ]
    gray = Mixing(own=((151, 151, 255, 255),))
    assert stack(Layer("b", dots((9, 9, 9))), Layer("s", dots((0, 255, 0)), mixing=gray)) == [
        [9, 9, 9]
    ]


def test_nothing_below_hides_nothing() -> None:
    layer = Layer("s", dots((7, 8, 9)), mixing=Mixing(under=((64, 64, 255, 255),)))
    assert stack(layer) == [[7, 8, 9]]


def test_clipped_layers_and_bases_mix_too() -> None:
    """A base of fill 50 % in mode add, and a layer clipped to it that does the same to it."""
    base = Layer("b", dots((100,) * 3), blend="add", mixing=Mixing(0.5))
    over = Layer("c", dots((100,) * 3), blend="add", clipped=True, mixing=Mixing(0.5))
    # The clipped layer makes the base 150, half of that is added to 100.
    assert stack(Layer("p", dots((100,) * 3)), base, over) == [[175] * 3]


@pytest.mark.parametrize(
    "settings", [{"fill": 1.5}, {"fill": float("nan")}, {"own": ((9, 0, 255, 255),)}]
)
def test_impossible_mixing(settings: dict[str, float]) -> None:
    with pytest.raises(BadPicture) as caught:
        Mixing(**settings)  # type: ignore[arg-type]
    assert caught.value.hint
