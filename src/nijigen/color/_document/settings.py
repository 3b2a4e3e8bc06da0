"""Settings that the operations on line art share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from nijigen.color._flats.hints import ColorHints
from nijigen.color._palettes.swatches import Swatches
from nijigen.core.document import text_schema
from nijigen.core.settings import Setting

Hints = Annotated[
    str | None,
    BeforeValidator(ColorHints.as_text),
    WithJsonSchema(text_schema("color-hints")),
    Setting(
        description="Which color goes where, as JSON: points, strokes, closed scribbles and global "
        "anchors, and edits of regions; or a list of Style2Paints. A region has exactly the color "
        "of its hint; where hints of several colors meet in one region, it is divided between them."
    ),
]
Guides = Annotated[
    Literal["keep", "blue", "red", "colored"],
    Setting(
        description="Guide lines to leave out, by their pencil: blue, red, or any color. Black "
        "and gray lines stay."
    ),
]
Rule = Annotated[
    Literal["auto", "leave", "nearest", "palette", "distinct"],
    Setting(
        description="Color of regions without a hint: none; the one that spreads most easily from "
        "the hints around; one of the palette, or one of many pale ones, never that of a region "
        "beside it. By default what is nearest, and distinct ones where there are no hints. "
        "Paper around the figure stays paper."
    ),
]
Reach = Annotated[
    float,
    Setting(
        description="How far from a hint its color spreads to regions without one, in percent of "
        "the longer side.",
        ge=1,
        le=100,
        step=1,
        unit="%",
    ),
]
PALETTE = (
    "#f7d9c4", "#4b3f63", "#8fb8de", "#f2b5b5", "#f6e7b2", "#7aa57c", "#c9c9d9", "#e58a6f",
)  # fmt: skip
Palette = Annotated[
    Swatches,
    Setting(
        description="Colors to choose from: a list, the name of a set (``zhongguose``, ``css``), "
        "or the content of a swatch file.",
        shown_when={"rule": "palette"},
    ),
]
Gap = Annotated[
    float | None,
    Setting(
        description="Length of the widest gap in a line that is closed; 0 closes none. By default "
        "a 40th of the longer side.",
        ge=0,
        le=200,
        step=1,
        unit="px",
    ),
]
Smallest = Annotated[
    int | None,
    Setting(
        description="Pixels of the smallest region; a smaller one goes into its neighbor. By "
        "default 16 in 1024×1024.",
        ge=1,
        le=100_000,
        advanced=True,
    ),
]
Seed = Annotated[
    int,
    Setting(
        description="Which of many choices of colors, where they are distinct.",
        ge=0,
        le=2**31 - 1,
        advanced=True,
    ),
]
Layers = Annotated[
    Literal["one", "per-color"],
    Setting(description="All flats in one layer, or a group with a layer for each color."),
]
REACH = 30.0
