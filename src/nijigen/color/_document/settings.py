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
        description="Which color goes where, as JSON: points, strokes, closed outlines, global "
        "anchors and edits of regions; or a Style2Paints list. A region gets exactly the color of "
        "its hint; a region with hints of several colors is divided between them."
    ),
]
Guides = Annotated[
    Literal["keep", "blue", "red", "colored"],
    Setting(
        description="Guide lines to remove, by pencil color: blue, red, or any color. Black and "
        "gray lines stay."
    ),
]
Rule = Annotated[
    Literal["auto", "leave", "nearest", "palette", "distinct", "propose"],
    Setting(
        description="Color of regions without a hint: none; the one that spreads there most easily "
        "from nearby hints; one from the palette, or a distinct pale one, never that of an "
        "adjacent region; or that of its part of the figure, as ``color.propose`` finds it. "
        "``auto`` is nearest, and distinct if there are no hints. Paper around the figure stays "
        "paper."
    ),
]
Reach = Annotated[
    float,
    Setting(
        description="How far the color of a hint spreads to regions without one, in percent of the "
        "longer side.",
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
        description="Widest gap in a line that is closed; 0 closes none. By default 1/40 of the "
        "longer side.",
        ge=0,
        le=200,
        step=1,
        unit="px",
    ),
]
Smallest = Annotated[
    int | None,
    Setting(
        description="Area of the smallest region; smaller ones are merged into a neighbor. By "
        "default 16 pixels at 1024×1024.",
        ge=1,
        le=100_000,
        advanced=True,
    ),
]
Seed = Annotated[
    int,
    Setting(
        description="Selects one of many assignments of distinct colors.",
        ge=0,
        le=2**31 - 1,
        advanced=True,
    ),
]
Layers = Annotated[
    Literal["one", "per-color", "per-part"],
    Setting(
        description="All flats in one layer; a group with a layer for each color; or a group for "
        "each part of the figure, as ``color.propose`` finds them, with such layers."
    ),
]
Mood = Annotated[
    Literal["soft", "clear", "vivid"],
    Setting(description="How light and how saturated proposed colors are."),
]
REACH = 30.0
