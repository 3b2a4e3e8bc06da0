"""Palette: colors of hair, eyes, skin and clothes that go together.

Hair and eyes are chosen as in real drawings (``palette.toml``), clothes in view of both, and the
style shifts lightness and chroma. All from a stream of their own: a color that is given by hand
does not change the others.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from nijigen.generate._character.drawing.colors import mixed
from nijigen.generate._character.traits.dice import relative, weighted

Known = Mapping[str, Any]
Tone = tuple[float, float]
"""Lightness added and chroma multiplied."""

_SKINS = ("#fff1e8", "#ffead9", "#fee1cc", "#f9d5b9", "#efc5a2", "#dba97f", "#bd8559", "#966138",
          "#75492d", "#5b3722")  # fmt: skip
_NATURAL = ("brown", "blonde", "black", "red", "gray")
_AGED = {"gray": 6.0, "white": 4.0}
_GRAYING = {"brown": 3.0, "black": 4.0, "blonde": 1.5, "red": 0.6, "gray": 2.5}


def hair_kind(known: Known) -> str:
    """Return the name of the color of the hair that is rolled for somebody."""
    source = _source(known, "hair")
    # Beards are seen with colors that hair has by nature.
    bearded = known.get("beard", "none") != "none"
    if known["age"] == "elderly":
        return weighted(source, _AGED)
    if known["age"] == "middle":
        return weighted(source, _GRAYING)
    shares = {name: float(entry[0]) for name, entry in _data()["hair"].items()}
    if bearded:
        shares = {name: shares[name] for name in _NATURAL}
    elif known["femininity"] < 0.4:
        # Boys and men have pink hair less often.
        shares = relative(shares, {"pink": 0.25, "black": 1.5, "brown": 1.3, "aqua": 0.6})
    return weighted(source, shares)


def hair_color(known: Known, tone: Tone) -> str:
    """Return the color of the hair."""
    return _color(_source(known, "hair color"), _data()["hair"][hair_kind(known)], tone)


def second_color(known: Known, tone: Tone) -> str:
    """Return the second color of dyed hair: a neighbor or the complement, clearly different."""
    source = _source(known, "second")
    _, _, _, hue = _data()["hair"][hair_kind(known)]
    turn = source.choice((-70, -40, 40, 70, 150, 180, 210))
    lightness = source.uniform(0.6, 0.85)
    return oklch(lightness + tone[0], source.uniform(0.08, 0.13) * tone[1], hue[0] + turn)


def eye_color(known: Known, tone: Tone, which: str = "eyes") -> str:
    """Return the color of an iris."""
    source = _source(known, which)
    kind = weighted(source, _data()["pairs"][hair_kind(known)])
    return _color(source, _data()["eyes"][kind], tone)


def skin_color(source: random.Random, tone: Tone) -> str:
    """Return a color of skin: fair in most drawings, and all the others."""
    place = source.random() ** 9 * (len(_SKINS) - 1)
    first = min(int(place), len(_SKINS) - 2)
    color = mixed(_SKINS[first], _SKINS[first + 1], place - first)
    return shifted(color, tone)


def cloth_color(known: Known, tone: Tone, second: bool = False) -> str:
    """Return a main or a second color of clothes.

    Hues are those of the hair or of the eyes, their neighbors, or the complement of the hair; the
    second color is an accent on a main one without hue, else often neutral.
    """
    main = _cloth(_source(known, "cloth"), known, tone, {})
    if not second:
        return main[1]
    plain = main[0] in ("white", "black", "navy", "gray", "beige")
    bold, calm = (2.0, 0.4) if plain else (0.4, 1.5)
    factors = {"vivid": bold * 1.5, "deep": bold, "wine": bold, "white": calm, "black": calm,
               "gray": 0.4, main[0]: 0.0}  # fmt: skip
    return _cloth(_source(known, "second cloth"), known, tone, factors)[1]


def _cloth(
    source: random.Random, known: Known, tone: Tone, factors: Mapping[str, float]
) -> tuple[str, str]:
    """Return the name and the value of a color."""
    entries = _data()["clothes"]
    kind = weighted(source, relative({n: float(e[0]) for n, e in entries.items()}, factors))
    _, lightness, chroma, *hues = entries[kind]
    hair = _data()["hair"][hair_kind(known)][3][0]
    eyes = _data()["eyes"][weighted(_source(known, "eyes"), _data()["pairs"][hair_kind(known)])]
    hue = hues[0] if hues else source.choice((hair + 180, hair + 150, hair + 30, eyes[3][0],
                                              eyes[3][0] + 25, eyes[3][0] + 180))  # fmt: skip
    return kind, oklch(source.uniform(*lightness) + tone[0], source.uniform(*chroma) * tone[1],
                       hue + source.gauss(0, 8))  # fmt: skip


def ground_color(source: random.Random) -> str:
    """Return a color of the background: light and pale."""
    return oklch(source.uniform(0.88, 0.96), source.uniform(0.015, 0.045), source.uniform(0, 360))


def _source(known: Known, name: str) -> random.Random:
    return random.Random(f"{known['own_colors']}/{name}")


def _color(source: random.Random, entry: Any, tone: Tone) -> str:
    _, lightness, chroma, hue = entry
    return oklch(
        source.gauss(*lightness) + tone[0], source.gauss(*chroma) * tone[1], source.gauss(*hue)
    )


def oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return the color of Oklch coordinates; the hue in degrees."""
    # Numpy is loaded on first use: the command line must not wait for it.
    import numpy as np

    from nijigen.imaging.color_spaces import from_lch, from_oklab, to_bytes

    place = np.array((min(1.0, lightness), max(0.0, chroma), hue % 360))
    red, green, blue = to_bytes(from_oklab(from_lch(place))).tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"


def shifted(color: str, tone: Tone) -> str:
    """Return a color with another lightness and chroma."""
    lightness, chroma, hue = lch_of(color)
    return oklch(lightness + tone[0], chroma * tone[1], hue)


@lru_cache(4096)
def lch_of(color: str) -> tuple[float, float, float]:
    """Return lightness, chroma and hue (Oklch, degrees) of ``#rrggbb``."""
    import numpy as np

    from nijigen.imaging.color_spaces import lch, oklab

    bytes_ = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)], np.uint8)
    lightness, chroma, hue = lch(oklab(bytes_)).tolist()
    return lightness, chroma, hue


@lru_cache(1)
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("palette.toml").read_text("utf-8"))
