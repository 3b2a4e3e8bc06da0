"""A parameter of generate.character moves what it should, and nothing else: a row for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen import get
from nijigen.generate import REGIONS, Sample, sample

SIZE = 96
EYE = frozenset({"eye_white", "iris", "pupil", "eye_light", "lash"})
FEATURES = EYE | {"face", "brow", "mouth", "teeth", "tear", "beard"}
FIGURE = frozenset(REGIONS) - {"background"}


@dataclass(frozen=True)
class Row:
    """Two values, and the regions or masks (``lines``, ``shade``, ``light``) that may change."""

    first: Any
    second: Any
    where: frozenset[str] | set[str]
    given: Mapping[str, Any] = field(default_factory=dict)


# What the rows start from; where a row leaves something out, it is rolled.
PLAIN: dict[str, Any] = {
    "age": "teen", "femininity": 0.6, "hair_back": "bob", "hair_front": "short",
    "hair_side": "short", "hair_coloring": "plain", "ears": "human", "beard": "none",
    "glasses": "none", "headwear": "none", "ornament": "none", "jewelry": "none",
    "marking": "none", "outfit": "tee", "yaw": 8.0, "expression": "neutral", "mouth": "neutral",
    "blush": 0.0, "framing": "bust", "shading": "cel", "background": "plain",
    "background_color": "#d6ecf2", "light": -0.5,
}  # fmt: skip
# The colors of a man with a beard are natural ones.
COLORS = {"hair_color": "#59402f", "hair_second": "#8a6a50", "eye_color": "#3355aa",
          "eye_color_left": "#3355aa", "outfit_color": "#335577",
          "outfit_second": "#d0d8e0"}  # fmt: skip
MAN = {"age": "adult", "femininity": 0.0, **COLORS}
FREE = {"expression": None, "mouth": None, "blush": None}
ROWS: dict[str, Row] = {
    "seed": Row(2, 11, frozenset(REGIONS)),
    "style": Row("moe", "seinen", FIGURE),
    "style_second": Row("none", "chibi", FIGURE, {"style": "moe", "style_mix": 0.5}),
    "style_mix": Row(0.0, 0.5, FIGURE, {"style": "moe", "style_second": "chibi"}),
    "presentation": Row("feminine", "masculine", FIGURE, {"femininity": None, **COLORS}),
    "build": Row(0.0, 1.0, FIGURE),
    "vary": Row(None, "expression", FEATURES | {"hair"}, FREE),
    "vary_seed": Row(1, 4, FEATURES | {"hair"}, FREE),
    "age": Row("teen", "elderly", FIGURE),
    "femininity": Row(0.9, 0.1, FIGURE),
    "face": Row("round", "sharp", FIGURE),
    "skin": Row("#fde0cb", "#784a2d", {"skin", "face", "ear", "lines", "eye_white", "teeth"}),
    "eyes": Row("round", "fierce", EYE | {"face", "brow"}),
    "eye_size": Row(0.9, 1.12, EYE | {"face", "brow"}),
    "eye_spacing": Row(0.94, 1.06, EYE | {"face", "brow"}),
    "eye_color": Row("#3355aa", "#aa3333", EYE),
    "eye_color_left": Row("#3355aa", "#aa3333", EYE),
    "pupil": Row("round", "slit", {"iris", "pupil", "eye_light"}),
    "brows": Row("thin", "bushy", {"brow", "face", "hair"}),
    "brow_color": Row("#59402f", "#c02020", {"brow", "lines"}),
    "lip_color": Row("#fde0cb", "#c02040", {"face"}, {"skin": "#fde0cb"}),
    "nose": Row("dot", "strong", {"face"}),
    "ears": Row("human", "elf", {"ear", "lines"}),
    "hair_front": Row("blunt", "spiky", FIGURE - {"cloth"}),
    "hair_side": Row("short", "long", FIGURE),
    # A sharp tip is thinner than a pixel: ink without a region.
    "hair_back": Row("bob", "twin_tails", {"hair", "accessory", "face", "lines"}),
    "hair_volume": Row(0.9, 1.2, FIGURE - {"cloth"}),
    "hair_color": Row("#59402f", "#caa0ff", {"hair", "brow", "lines"}),
    "hair_second": Row("#59402f", "#caa0ff", {"hair"}, {"hair_coloring": "tips"}),
    "hair_coloring": Row("plain", "gradient", {"hair"}),
    "ahoge": Row("none", "leaf", {"hair"}),
    "beard": Row("none", "full", {"beard", "face", "mouth", "skin", "lines"}, MAN),
    "marking": Row("none", "freckles", {"face"}),
    "glasses": Row("none", "square", FEATURES | {"accessory", "hair", "ear", "lines"}),
    "glasses_color": Row("#2c2430", "#b08a3c", {"accessory", "lines"}, {"glasses": "square"}),
    "headwear": Row("none", "beret", {"accessory", "hair", "lines"}),
    "ornament": Row("none", "flower", {"accessory"}),
    "jewelry": Row("none", "choker", {"accessory", "skin"}),
    "jewelry_color": Row("#e3bf5c", "#3050c0", {"accessory", "lines"}, {"jewelry": "hoops"}),
    "accessory_color": Row("#335577", "#aa5533", {"accessory", "lines"}, {"headwear": "cap"}),
    "outfit": Row("tee", "hoodie", {"cloth", "skin"}),
    "outfit_color": Row("#335577", "#aa5533", {"cloth"}),
    "outfit_second": Row("#335577", "#aa5533", {"cloth"}),
    "yaw": Row(-20.0, 20.0, FIGURE),
    # The shadow of the chin falls on clothes.
    "pitch": Row(-10.0, 10.0, FIGURE - {"cloth"} | {"shade"}),
    "roll": Row(-10.0, 10.0, FIGURE),
    "gaze_x": Row(-0.5, 0.5, EYE),
    "gaze_y": Row(-0.5, 0.5, EYE),
    "sway": Row(-1.0, 1.0, {"hair", "face", "lines"}, {"hair_back": "long"}),
    "expression": Row("smile", "angry", FEATURES | {"hair"}, FREE),
    "expression_strength": Row(0.2, 1.2, FEATURES | {"hair"}, {**FREE, "expression": "sad"}),
    "mouth": Row("neutral", "laugh", {"face", "mouth", "teeth"}),
    "open_left": Row(1.0, 0.0, EYE | {"face"}),
    "open_right": Row(1.0, 0.0, EYE | {"face"}),
    "brow_raise": Row(0.0, 1.0, {"brow", "face", "hair"}),
    "brow_frown": Row(-1.0, 1.0, {"brow", "face", "hair"}),
    "blush": Row(0.0, 1.0, {"face"}),
    "tears": Row(0.0, 1.0, {"face", "tear", "lash", "eye_white"}),
    "maturity": Row(0.1, 0.9, FIGURE),
    "line_weight": Row(0.7, 1.6, {"lines", "face"}),
    # Thin lines are one sample wide, tapered or not.
    "line_taper": Row(0.0, 1.0, {"lines"}, {"line_weight": 1.6}),
    "inking": Row("black", "colored", {"lines"}),
    "shading": Row("cel", "none", {"shade"}),
    "highlights": Row("flat", "shine", {"light"}),
    "framing": Row("face", "upper", frozenset(REGIONS)),
    "light": Row(-0.9, 0.9, {"shade", "light", "lines", "face", "hair", *EYE}),
    "background": Row("plain", "stars", {"background"}),
    "background_color": Row("#d6ecf2", "#f2d6d6", {"background"}),
}
OF_THE_PICTURE = {"width", "height", "rendering", "show", "count", "columns", "text", "frames"}
"""Parameters that are no trait: tests of their own, below and with what they show."""


def _drawn(seed: int, name: str, row: Row, value: Any) -> Sample:
    given = {**PLAIN, **row.given}
    if name == "seed":
        return sample(value, size=SIZE, samples=2)
    if name == "vary":
        return sample(seed, size=SIZE, samples=2, given=given, vary={value: 3} if value else None)
    if name == "vary_seed":
        return sample(seed, size=SIZE, samples=2, given=given, vary={"expression": value})
    return sample(seed, size=SIZE, samples=2, given={**given, name: value})


def _allowed(drawn: Sample, where: frozenset[str] | set[str]) -> NDArray[np.bool_]:
    numbers = [REGIONS.index(name) for name in where if name in REGIONS]
    there: NDArray[np.bool_] = np.isin(drawn.regions, numbers)
    masks = {"lines": drawn.lines, "shade": drawn.shade, "light": drawn.highlight}
    for name in where & masks.keys():
        there = there | (masks[name] > 0)
    return there


def test_every_parameter_has_a_row() -> None:
    known = set(get("generate.character").parameters)
    assert known == ROWS.keys() | OF_THE_PICTURE


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("seed", [2, 11])
def test_a_parameter_moves_only_what_it_should(name: str, seed: int) -> None:
    row = ROWS[name]
    a, b = (_drawn(seed, name, row, value) for value in (row.first, row.second))
    differs = (a.rgb != b.rgb).any(axis=2)
    assert differs.any(), f"{name} changes nothing"
    allowed = (_allowed(a, row.where) | _allowed(b, row.where)).astype(np.uint8)
    # Lines and soft edges reach a few pixels over the rim of a region.
    reach = cv2.dilate(allowed, np.ones((5, 5), np.uint8)).astype(bool)
    wrong = np.bincount(np.concatenate([d.regions[differs & ~reach] for d in (a, b)]),
                        minlength=len(REGIONS))  # fmt: skip
    moved = {region: int(n) for region, n in zip(REGIONS, wrong, strict=True) if n}
    assert not moved, f"{name} moves {moved}"


@pytest.mark.parametrize("side", ["width", "height"])
def test_a_wider_or_higher_picture_shows_more_of_the_same(side: str) -> None:
    draw = get("generate.character")
    small = draw(seed=2, width=SIZE, height=SIZE, background="plain").pixels
    large = draw(
        seed=2, background="plain", **{"width": SIZE, "height": SIZE, side: SIZE + 32}
    ).pixels
    middle = large[16:-16] if side == "height" else large[:, 16:-16]
    assert large.size > small.size
    # Where paths leave the picture, clipping moves their edge by a hair.
    assert np.array_equal(middle[4:-4], small[4:-4])


def test_a_rendering_draws_the_same_figure() -> None:
    draw = get("generate.character")
    drawn = {
        kind: draw(seed=2, width=SIZE, height=SIZE, rendering=kind, background="plain").pixels
        for kind in ("color", "lines", "flat", "pencil", "manga", "gray")
    }
    lines = sample(2, size=SIZE, samples=3, given={"background": "plain"}).lines
    assert np.array_equal(drawn["lines"][:, :, 0], 255 - lines)
    # Without ink on it, a pixel of the flat colors has the colors of few others.
    assert len(np.unique(drawn["flat"][lines == 0], axis=0)) < 0.7 * len(
        np.unique(drawn["color"][lines == 0], axis=0)
    )
    for kind in ("manga", "gray", "pencil"):
        assert drawn[kind][lines == 255].mean() < drawn[kind][lines == 0].mean() - 60, kind
