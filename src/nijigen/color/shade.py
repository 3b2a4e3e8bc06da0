"""Shade: let a lamp fall on flat colors, as layers of shadow and light."""

from typing import Annotated, Literal

from nijigen.color._document.dials import (
    AMBIENT,
    CAST,
    HIGHLIGHT,
    LAMP_COLOR,
    LAMP_HEIGHT,
    LAMP_X,
    LAMP_Y,
    RIM,
    SHADOW_SIZE,
    SOFTNESS,
    STEPS,
    TINT,
    Ambient,
    Cast,
    Highlight,
    LampColor,
    LampHeight,
    LampX,
    LampY,
    Rim,
    ShadowSize,
    Softness,
    Steps,
    Tint,
)
from nijigen.color._document.layers import Sheet
from nijigen.color._light.shading import Lamp, Look, normal_map, shaded
from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=4)
def shade(
    picture: Picture | Artwork,
    *,
    x: LampX = LAMP_X,
    y: LampY = LAMP_Y,
    height: LampHeight = LAMP_HEIGHT,
    color: LampColor = LAMP_COLOR,
    ambient: Ambient = AMBIENT,
    steps: Steps = STEPS,
    softness: Softness = SOFTNESS,
    size: ShadowSize = SHADOW_SIZE,
    cast: Cast = CAST,
    highlight: Highlight = HIGHLIGHT,
    rim: Rim = RIM,
    tint: Tint = TINT,
    show: Annotated[Literal["artwork", "normals"], Setting(advanced=True)] = "artwork",
    run: Run = SILENT,
) -> Artwork | Picture:
    """Light flat colors with a lamp, as layers of shadow and light.

    The areas of the layer ``flat`` are inflated to surfaces, creased along lines, and lit. The
    layers ``shadow`` (multiply), ``highlight`` and ``light`` (screen) are added or replaced; others
    stay. A drawing without flats is shaded on white. The surfaces are cached: a change of the lamp
    alone takes a twentieth of the first run.

    Args:
        picture: An artwork with the layers ``flat`` and ``line``, or plain line art.
        show: The layered document, or its normal map: ``(n + 1) * 127.5``, x right, y down, z to
            the viewer.

    Returns:
        Layers, or the normal map as RGB.

    Source: Johnston, Lumo (2002): illumination of drawings by normals from their lines.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.shade import shade
        >>> page = np.full((48, 48), 255, np.uint8)
        >>> page[8:40, (8, 39)] = page[(8, 39), 8:40] = 0
        >>> made = shade(Picture(page))
        >>> [layer.name for layer in made.layers]
        ['paper', 'flat', 'shadow', 'highlight', 'line']
    """
    run.result_size(picture.size)
    sheet = Sheet.of(picture, run.part(0, 0.3))
    if show == "normals":
        return Picture(normal_map(sheet))
    lamp = Lamp(x, y, height, size, steps, softness, cast)
    look = Look(color, tint, ambient, highlight, rim)
    return shaded(sheet, lamp, look).artwork()
