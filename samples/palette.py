"""The colors of a figure: a flat and a shadow of each part, and the line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """The colors of one drawing."""

    line: str = "#4b2236"
    skin: str = "#ffe8da"
    skin_shadow: str = "#f4bfae"
    blush: str = "#f58f8b"
    mouth: str = "#b5484f"
    hair: str = "#ee93a4"
    hair_shadow: str = "#c96a8b"
    hair_deep: str = "#9c4872"
    shine: str = "#ffdcd9"
    iris: tuple[str, ...] = ("#123a52", "#1f7f92", "#7fe6d2")
    pupil: str = "#0d2436"
    white: str = "#ffffff"
    white_shadow: str = "#d3d9ee"
    cloth: str = "#3b4f8c"
    cloth_shadow: str = "#29376a"
    scarf: str = "#ea5a52"
    scarf_shadow: str = "#b93a48"
