"""Style: how artists of one school draw; read from the TOML file of its name.

Each file was fitted to real drawings (``benchmarks/character_proportions.py`` measures them) and is
meant to be edited: see its comments.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from nijigen.generate._character.traits.parameters import Traits

StyleName = Literal["moe", "shoujo", "shounen", "seinen", "chibi", "nineties"]
STYLES: tuple[StyleName, ...] = get_args(StyleName)


@dataclass(frozen=True)
class Spread:
    """A normal distribution."""

    mean: float
    spread: float


@dataclass(frozen=True)
class Measure:
    """A proportion in figure units: means of young women and young men, standard deviation."""

    woman: float
    man: float
    spread: float


@dataclass(frozen=True)
class Lines:
    """How lines are drawn: thickness and taper, and the odds of each color of ink."""

    weight: Spread
    taper: Spread
    inking: Mapping[str, float]


@dataclass(frozen=True)
class Palette:
    """How colors of this style differ from the average: lightness added, chroma multiplied."""

    hair: tuple[float, float]
    eyes: tuple[float, float]
    skin: tuple[float, float]
    clothes: tuple[float, float]


@dataclass(frozen=True)
class DrawingStyle:
    """One style, or a mixture of two.

    Attributes:
        name: Of the style that has the larger share.
        share: How often the style is rolled, relative to the others.
        proportions: By the names of ``Proportions``.
        eye_variety: How much of their own size designs of eyes keep: 1 all, 0 none.
        wildness: How far locks stand off the crown, added to that of the cut.
        depth: How dark shadows are, relative to the average.
        lash: Weight of lashes, relative to the average.
        palette: Its colors.
        lines: Its lines.
        shading: Odds of each kind of shading.
        highlights: Odds of each kind of highlights on hair.
        hair: Odds of cuts and bangs relative to the average; those not named have 1.
        eyes: Odds of eye designs relative to the average; designs not named have 1.
        ages: Odds of ages relative to the average; ages not named have 1.
        presentation: The same of presentations.
    """

    name: StyleName
    share: float
    eye_variety: float
    wildness: float
    depth: float
    lash: float
    proportions: Mapping[str, Measure]
    palette: Palette
    lines: Lines
    shading: Mapping[str, float]
    highlights: Mapping[str, float]
    hair: Mapping[str, float]
    eyes: Mapping[str, float]
    ages: Mapping[str, float]
    presentation: Mapping[str, float]


def style_of(traits: Traits) -> DrawingStyle:
    """Return the style in which a character is drawn."""
    style = traits.style
    return mixture(style.style, style.style_second, style.style_mix)


@lru_cache(256)
def mixture(first: str, second: str, share: float) -> DrawingStyle:
    """Return the mixture of two styles; ``share`` 0 or a second style ``none`` is the first."""
    sheet = _sheet(first)
    if second != "none":
        sheet = _between(sheet, _sheet(second), share)
    name: Any = second if second != "none" and share > 0.5 else first
    lines = sheet["lines"]
    return DrawingStyle(
        name=name,
        share=sheet["share"],
        eye_variety=sheet["eye_variety"],
        wildness=sheet["wildness"],
        depth=sheet["depth"],
        lash=sheet["lash"],
        proportions={part: Measure(*value) for part, value in sheet["proportions"].items()},
        palette=Palette(**{part: tuple(value) for part, value in sheet["palette"].items()}),
        lines=Lines(Spread(*lines["weight"]), Spread(*lines["taper"]), lines["inking"]),
        shading=sheet["shading"],
        highlights=sheet["highlights"],
        hair=sheet["hair"],
        eyes=sheet["eyes"],
        ages=sheet["ages"],
        presentation=sheet["presentation"],
    )


@lru_cache(16)
def _sheet(name: str) -> dict[str, Any]:
    """Return the content of a file of this folder."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def _between(first: Any, second: Any, share: float) -> Any:
    """Return what is between two sheets; what only one of them names is 1 in the other."""
    if isinstance(first, Mapping):
        names = {**first, **second}
        return {n: _between(first.get(n, 1.0), second.get(n, 1.0), share) for n in names}
    if isinstance(first, list):
        return [_between(a, b, share) for a, b in zip(first, second, strict=True)]
    return first + (second - first) * share
