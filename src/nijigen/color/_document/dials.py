"""Dials: settings of transitions, lamp and lines, shared by ``paint`` and its three steps."""

from __future__ import annotations

from typing import Annotated

from nijigen.core.settings import Setting
from nijigen.core.values import Color


def _dial(description: str, section: str) -> Setting:
    return Setting(description=description, ge=0, le=1, step=0.05, section=section)


Transitions = Annotated[
    float, _dial("Transitions inside the flats: 0 is cel, 1 is watercolor.", "shading")
]
LampX = Annotated[
    float,
    Setting(
        description="Horizontal position of the lamp, in widths of the picture.",
        ge=-1,
        le=2,
        step=0.01,
        section="shading",
    ),
]
LampY = Annotated[
    float,
    Setting(
        description="Vertical position of the lamp, in heights of the picture.",
        ge=-1,
        le=2,
        step=0.01,
        section="shading",
    ),
]
LampHeight = Annotated[
    float,
    Setting(
        description="Distance of the lamp from the paper, in longer sides of the picture.",
        ge=0.05,
        le=3,
        step=0.05,
        section="shading",
    ),
]
LampColor = Annotated[Color, Setting(description="Color of the lamp.", section="shading")]
Ambient = Annotated[
    float,
    _dial("Light that reaches shadows: 0 is dark, 1 leaves no shadow.", "shading"),
]
Steps = Annotated[
    int,
    Setting(
        description="Number of shadow tones with hard edges; 0 is one smooth shadow.",
        ge=0,
        le=4,
        section="shading",
    ),
]
Softness = Annotated[float, _dial("How soft the edges of the tones are.", "shading")]
ShadowSize = Annotated[float, _dial("How much of the figure is in shadow.", "shading")]
Cast = Annotated[
    float,
    _dial("Length of cast shadows, such as hair on faces and chins on necks.", "shading"),
]
Highlight = Annotated[float, _dial("Size of highlights; 0 is none.", "shading")]
Rim = Annotated[
    float,
    _dial(
        "Width of the rim light, on the side away from the lamp; 0 is none.",
        "shading",
    ),
]
Tint = Annotated[
    Color,
    Setting(
        description="Tint of shadows; each flat keeps its hue under it, more saturated.",
        section="shading",
    ),
]
LineColors = Annotated[
    float, _dial("How far lines take the adjacent colors; 0 keeps their own.", "lines")
]
Contour = Annotated[
    float,
    _dial("How much darker the outline of the figure stays when lines are colored.", "lines"),
]

LAMP_X, LAMP_Y, LAMP_HEIGHT, LAMP_COLOR = 0.25, 0.0, 0.9, "#fff6e6"
AMBIENT, STEPS, SOFTNESS, SHADOW_SIZE = 0.4, 1, 0.0, 0.5
CAST, HIGHLIGHT, RIM, TINT = 0.5, 0.4, 0.0, "#a58fd0"
CONTOUR = 0.7
