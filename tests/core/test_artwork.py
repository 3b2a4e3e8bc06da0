"""Artworks: layers composited by the formulas of the W3C, checked with numbers of our own."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nijigen import Animation, Artwork, Group, Layer, Picture
from nijigen.core import artwork as module
from nijigen.core.errors import BadPicture, InputError
from nijigen.core.operation import operation
from pictures import animation, artwork, drawing


def dot(*channels: int) -> Picture:
    return Picture(np.array([[channels]], np.uint8))


def stack(*layers: Layer | Group) -> list[int]:
    """The one pixel that these layers show."""
    return Artwork((1, 1), layers).flatten().pixels[0, 0].tolist()


def hard_light(b: float, s: float) -> float:
    return 2 * b * s if s <= 0.5 else 1 - 2 * (1 - b) * (1 - s)


def soft_light(b: float, s: float) -> float:
    if s <= 0.5:
        return b - (1 - 2 * s) * b * (1 - b)
    d = ((16 * b - 12) * b + 4) * b if b <= 0.25 else b**0.5
    return b + (2 * s - 1) * (d - b)


def color_dodge(b: float, s: float) -> float:
    return 0 if b == 0 else 1 if s == 1 else min(1, b / (1 - s))


def color_burn(b: float, s: float) -> float:
    return 1 if b == 1 else 0 if s == 0 else 1 - min(1, (1 - b) / s)


def vivid_light(b: float, s: float) -> float:
    if s in (0, 1):
        return s
    return 1 - min(1, (1 - b) / (2 * s)) if s <= 0.5 else min(1, b / (2 - 2 * s))


FORMULAS: dict[str, Callable[[float, float], float]] = {
    "normal": lambda b, s: s,
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: 1 - (1 - b) * (1 - s),
    "overlay": lambda b, s: hard_light(s, b),
    "darken": min,
    "lighten": max,
    "color-dodge": color_dodge,
    "color-burn": color_burn,
    "hard-light": hard_light,
    "soft-light": soft_light,
    "difference": lambda b, s: abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
    "add": lambda b, s: min(1, b + s),
    "linear-burn": lambda b, s: max(0, b + s - 1),
    "subtract": lambda b, s: max(0, b - s),
    "divide": lambda b, s: min(1, b / s) if s else float(b > 0),
    "vivid-light": vivid_light,
    "linear-light": lambda b, s: min(1, max(0, b + 2 * s - 1)),
    "pin-light": lambda b, s: min(b, 2 * s) if s <= 0.5 else max(b, 2 * s - 1),
    # Sums of whole 255ths: a sum of exactly 255 rounds the color below.
    "hard-mix": lambda b, s: float(round((b + s) * 255) + (b > 0.5) > 255),
    # Of grays, the darker and the lighter color are the darker and the lighter value.
    "darker-color": min,
    "lighter-color": max,
}
LEVELS = (0, 1, 40, 64, 127, 128, 200, 254, 255)


@pytest.mark.parametrize("blend", FORMULAS)
@pytest.mark.parametrize(
    ("below", "above", "opacity"), [(255, 255, 1), (255, 140, 0.7), (90, 200, 1)]
)
def test_formulas(blend: str, below: int, above: int, opacity: float) -> None:
    """co = cs·αs·(1−αb) + cb·αb·(1−αs) + αs·αb·B(cb, cs), and αo = αs + αb·(1−αs)."""
    pairs = [(b, s) for b in LEVELS for s in LEVELS]
    lower, upper = (
        np.array([[[v] * 3 + [a] for v in values]], np.uint8)
        for values, a in zip(zip(*pairs, strict=True), (below, above), strict=True)
    )
    layers = (Layer("b", Picture(lower)), Layer("s", Picture(upper), 0, 0, blend, opacity))  # type: ignore[arg-type]
    found = Artwork((len(pairs), 1), layers).flatten().pixels[0]
    ab, a = below / 255, above / 255 * opacity
    alpha = a + ab * (1 - a)
    for (b, s), pixel in zip(pairs, found.astype(float), strict=True):
        mixed = FORMULAS[blend](b / 255, s / 255)
        color = s / 255 * a * (1 - ab) + b / 255 * ab * (1 - a) + a * ab * mixed
        assert np.abs(pixel[:3] - color / alpha * 255).max() <= 0.51, (b, s)
        assert len(pixel) == 3 or abs(pixel[3] - alpha * 255) <= 0.51


def test_every_blend_mode_has_a_test() -> None:
    assert {*FORMULAS, "hue", "saturation", "color", "luminosity"} == set(module.FUNCTIONS)


def luminosity(color: list[int]) -> float:
    return float(np.dot(color[:3], (0.3, 0.59, 0.11)))


@pytest.mark.parametrize("below", [(200, 30, 90), (10, 240, 120), (128, 128, 128)])
@pytest.mark.parametrize("above", [(20, 60, 250), (255, 255, 0), (0, 0, 0)])
def test_modes_of_hue_and_light(below: tuple[int, ...], above: tuple[int, ...]) -> None:
    found = {
        mode: stack(Layer("b", dot(*below)), Layer("s", dot(*above), blend=mode))  # type: ignore[arg-type]
        for mode in ("hue", "saturation", "color", "luminosity")
    }
    for mode in ("hue", "saturation", "color"):
        assert abs(luminosity(found[mode]) - luminosity(list(below))) <= 1
    assert abs(luminosity(found["luminosity"]) - luminosity(list(above))) <= 1
    if len(set(above)) > 1:
        wanted = colorsys.rgb_to_hsv(*above)[0]
        if max(found["color"]) - min(found["color"]) > 20:
            assert abs(colorsys.rgb_to_hsv(*found["color"])[0] - wanted) < 0.03
    else:
        assert max(found["saturation"]) == min(found["saturation"])


def test_the_example_of_the_specification() -> None:
    """Half of blue over half of red, by hand."""
    assert stack(
        Layer("r", dot(255, 0, 0), opacity=0.5), Layer("b", dot(0, 0, 255), opacity=0.5)
    ) == [*(85, 0, 170, 191)]


def test_a_closed_group_mixes_with_nothing_below() -> None:
    paper, ink = Layer("p", dot(100, 100, 100)), Layer("i", dot(128, 128, 128), blend="multiply")
    assert stack(paper, ink) == [50, 50, 50]
    assert stack(paper, Group("g", (ink,))) == [128, 128, 128]
    assert stack(paper, Group("g", (ink,), "pass-through")) == [50, 50, 50]
    assert stack(paper, Group("g", (ink,), "pass-through", 0.5)) == [75, 75, 75]
    assert stack(paper, Group("g", (ink,), "multiply")) == [50, 50, 50]
    assert stack(paper, Group("g", (ink,), "normal", 0.5)) == [114, 114, 114]
    assert stack(paper, Group("g", (ink,), visible=False)) == [100, 100, 100]
    assert stack(paper, Group("empty")) == [100, 100, 100]


def test_clipping() -> None:
    base, shade = Layer("b", dot(200, 100, 50, 128)), Layer("s", dot(0, 0, 0), clipped=True)
    assert stack(base, shade) == [0, 0, 0, 128]
    assert stack(base, replace(shade, opacity=0.5)) == [100, 50, 25, 128]
    gray = replace(shade, pixels=dot(128, 128, 128), blend="multiply")
    assert stack(base, gray) == [100, 50, 25, 128]
    assert stack(Layer("none", dot(9, 9, 9, 0)), shade) == [0, 0, 0, 0]
    assert stack(replace(base, visible=False), shade) == [0, 0, 0, 0]
    assert stack(replace(base, opacity=0.5), shade) == [0, 0, 0, 64]
    # With nothing below to be clipped to, it is a layer like any other.
    assert stack(shade) == [0, 0, 0]


def test_several_layers_are_clipped_to_the_same_one() -> None:
    base = Layer("b", dot(100, 100, 100, 51))
    lights = [Layer("l", dot(50, 0, 0), blend="add", clipped=True) for _ in range(3)]
    assert stack(base, *lights) == [250, 100, 100, 51]


def test_a_group_clips_and_is_clipped() -> None:
    white = Layer("w", dot(255, 255, 255))
    group = Group("g", (Layer("x", dot(10, 20, 30, 128)),))
    assert stack(group, replace(white, clipped=True)) == [255, 255, 255, 128]
    assert stack(Layer("b", dot(0, 0, 0, 100)), replace(Group("g", (white,)), clipped=True)) == [
        *(255, 255, 255, 100)
    ]


def test_a_single_layer_comes_out_as_it_is() -> None:
    for channels in (1, 3, 4):
        source = drawing(channels=channels)
        found = Artwork.of(source).flatten()
        assert found.channels == channels
        seen = source.pixels[:, :, 3] > 0 if channels == 4 else np.s_[:]
        assert np.array_equal(found.pixels[seen], source.pixels[seen])


def test_what_shows_nothing_is_black() -> None:
    found = Artwork.of(drawing(channels=4)).flatten().pixels
    assert not found[found[:, :, 3] == 0].any()
    assert not Artwork((3, 2), ()).flatten().pixels.any()


def test_layers_reach_over_the_edges() -> None:
    pixels = np.arange(1, 10, dtype=np.uint8).reshape(3, 3)
    for left, top in [(-1, -2), (2, 1), (-3, 0), (5, 0), (0, 9), (-1, 0)]:
        found = Artwork((3, 2), (Layer("a", Picture(pixels), left, top),)).flatten()
        wanted = np.zeros((2, 3), np.uint8)
        for y in range(2):
            for x in range(3):
                if 0 <= y - top < 3 and 0 <= x - left < 3:
                    wanted[y, x] = pixels[y - top, x - left]
        assert np.array_equal(found.pixels[:, :, 0], wanted)


def test_bands_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = artwork().flatten().pixels
    monkeypatch.setattr(module, "_BAND", 7 * 60)
    assert np.array_equal(artwork().flatten().pixels, whole)


def test_flat_areas_have_smooth_edges_in_what_is_flattened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    y, x = np.mgrid[0:40, 0:60]
    areas = np.full((40, 60, 4), (200, 60, 20, 255), np.uint8)
    areas[y + 3 * x > 90] = (20, 60, 200, 255)
    areas[(y + 3 * x > 140)] = 0
    layer = Layer("flat", Picture(areas), 5, 3, flat=True)
    paper = Layer("paper", Picture(np.full((50, 70, 3), 255, np.uint8)))
    hard, soft = (
        Artwork((70, 50), (paper, replace(layer, flat=flat))).flatten().pixels
        for flat in (False, True)
    )
    changed = (hard != soft).any(axis=2)
    inner = np.abs(hard[1:, 1:].astype(int) - hard[:-1, :-1]).max(axis=2) > 0
    assert 0 < changed.mean() < 3 * inner.mean()
    inside = soft[3:43, 5:65][areas[:, :, 3] > 0]
    # Steps between two areas are smaller, and within them no paper shows.
    assert len(np.unique(inside, axis=0)) > 2
    assert inside.min() == 20
    assert inside.max() == 200
    monkeypatch.setattr(module, "_BAND", 70 * 3)
    assert (Artwork((70, 50), (paper, layer)).flatten().pixels == soft).all()


def test_16_bits_are_kept() -> None:
    deep = np.array([[[1000, 2000, 3001]]], np.uint16)
    layers = (Layer("a", Picture(deep)), Layer("b", dot(0, 0, 0, 0)))
    found = Artwork((1, 1), layers).flatten()
    assert np.array_equal(found.pixels, deep)


def test_trimming_changes_nothing_to_see() -> None:
    layer = Layer("a", drawing(channels=4), 3, -2)
    small = layer.trimmed()
    assert small.pixels.pixels.size < layer.pixels.pixels.size
    one, other = (Artwork((60, 50), (one,)).flatten().pixels for one in (layer, small))
    assert np.array_equal(one, other)
    assert Layer("none", dot(1, 2, 3, 0)).trimmed().pixels.size == (1, 1)


def test_leaves_know_their_groups() -> None:
    found = [("/".join(path), layer.name) for path, layer in artwork().leaves()]
    assert found[1] == ("顔 face", "flat")
    assert found[5] == ("through/inner", "ink")
    assert len(found) == 8


def test_changed_layers_drop_what_the_file_showed() -> None:
    told = replace(artwork(), merged=drawing(60, 50))
    assert np.array_equal(told.shown().pixels, drawing(60, 50).pixels)
    assert told.with_layers(told.layers).merged is None


@pytest.mark.parametrize("opacity", [-0.1, 1.1, float("nan")])
def test_impossible_layers(opacity: float) -> None:
    with pytest.raises(BadPicture, match="opacity"):
        Layer("a", drawing(), opacity=opacity)
    with pytest.raises(BadPicture, match="blend") as caught:
        Group("a", blend="dissolve")  # type: ignore[arg-type]
    assert "pass-through" in caught.value.hint
    with pytest.raises(BadPicture):
        Layer("a", drawing(), blend="pass-through")  # type: ignore[arg-type]
    with pytest.raises(BadPicture):
        Artwork((0, 5), ())


def test_operations_on_pictures_get_what_is_to_see() -> None:
    @operation(alpha="own", version=1)
    def negative(picture: Picture) -> Picture:
        return picture.with_pixels(255 - picture.pixels)

    source = replace(artwork(), info=replace(artwork().info, text={"Title": "x"}))
    found = negative.apply({"picture": source}, {})
    assert np.array_equal(found.pixels, 255 - source.flatten().pixels)
    assert found.info.text == {"Title": "x"}
    assert len(found.info.history.steps) == 1


def test_operations_on_artworks() -> None:
    def upside(art: Artwork) -> Artwork:
        return art.with_layers(art.layers[::-1])

    declared = operation(alpha="own", version=1)(upside)
    found = declared.apply({"art": artwork()}, {})
    assert found.layers[0].name == "line"
    assert len(found.info.history.steps) == 1
    assert len(declared.apply({"art": drawing()}, {}).layers) == 1
    with pytest.raises(InputError, match="Artwork"):
        declared.apply({"art": animation()}, {})


def test_operations_that_take_layers_or_none() -> None:
    @operation(alpha="own", version=1)
    def count(picture: Picture | Artwork) -> Picture | Artwork:
        return picture

    assert count.ports[0].type is count.returns is Picture
    assert isinstance(count.apply({"picture": artwork()}, {}), Artwork)
    assert isinstance(count.apply({"picture": animation()}, {}), Animation)
