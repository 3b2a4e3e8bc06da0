"""The people of the samples: drawn by generate.character, with all that tells them apart given."""

from __future__ import annotations

from typing import Any

from PIL import Image

from nijigen import get

GIRL: dict[str, Any] = {
    "seed": 7, "age": "teen", "femininity": 1.0, "face": "heart", "skin": "#ffe6d8",
    "eyes": "big", "eye_color": "#1f8f92", "pupil": "round", "brows": "soft", "nose": "dot",
    "ears": "human", "hair_front": "choppy", "hair_side": "long", "hair_back": "long",
    "hair_color": "#ee93a4", "hair_coloring": "plain", "ahoge": "curl", "ornament": "bow",
    "outfit": "sailor", "outfit_color": "#3b4f8c", "outfit_second": "#ea5a52", "glasses": "none",
    "headwear": "none", "marking": "none", "jewelry": "none", "yaw": -8.0, "pitch": 0.0,
    "roll": 3.0, "gaze_x": 0.1, "gaze_y": 0.0, "expression": "smile", "mouth": "open",
    "maturity": 0.45, "shading": "cel", "highlights": "shine", "framing": "bust", "light": -0.5,
    "background": "plain", "background_color": "#fff4dc",
}  # fmt: skip
SAILOR: dict[str, Any] = {
    "seed": 300, "age": "elderly", "femininity": 0.0, "face": "square", "skin": "#8d5a3b",
    "eyes": "narrow", "eye_color": "#4a5f6d", "brows": "bushy", "nose": "strong", "ears": "human",
    "beard": "full", "hair_front": "short", "hair_side": "short", "hair_back": "short",
    "hair_color": "#c9c7cc", "hair_coloring": "plain", "ahoge": "none", "glasses": "none",
    "headwear": "cap", "ornament": "none", "marking": "none", "jewelry": "none",
    "outfit": "sweater", "outfit_color": "#2f4a6d", "outfit_second": "#27405f", "yaw": 12.0,
    "pitch": 0.0, "roll": -2.0, "gaze_x": 0.0, "gaze_y": 0.0, "expression": "smile",
    "mouth": "smile", "shading": "soft", "framing": "bust", "light": 0.6,
    "background": "gradient", "background_color": "#bcd6e2",
}  # fmt: skip


def drawn(person: dict[str, Any], width: int, height: int, **changes: Any) -> Image.Image:
    """Return a person, with some traits changed."""
    draw = get("generate.character")
    image: Image.Image = draw(**{**person, **changes}, width=width, height=height).pil()
    return image
