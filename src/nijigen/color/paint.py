"""Paint: flats, soft transitions, shading and colored lines at once."""

from collections.abc import Sequence
from typing import Annotated

from nijigen.color._document.dials import (
    AMBIENT,
    CAST,
    CONTOUR,
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
    Contour,
    Highlight,
    LampColor,
    LampHeight,
    LampX,
    LampY,
    LineColors,
    Rim,
    ShadowSize,
    Softness,
    Steps,
    Tint,
    Transitions,
)
from nijigen.color._document.layers import Sheet
from nijigen.color._document.settings import (
    PALETTE,
    REACH,
    Gap,
    Guides,
    Hints,
    Layers,
    Mood,
    Palette,
    Reach,
    Rule,
    Seed,
    Smallest,
)
from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=6)
def paint(
    picture: Picture | Artwork,
    reference: Sequence[Picture] = (),
    *,
    hints: Hints = None,
    rule: Rule = "propose",
    reach: Reach = REACH,
    palette: Palette = PALETTE,
    gap: Gap = None,
    smallest: Smallest = None,
    guides: Guides = "keep",
    seed: Seed = 0,
    mood: Mood = "clear",
    gradient: Transitions = 0.3,
    shading: Annotated[bool, Setting(section="shading")] = True,
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
    lines: LineColors = 0.0,
    contour: Contour = CONTOUR,
    layers: Layers = "one",
    run: Run = SILENT,
) -> Artwork | Picture:
    """Paint line art: flats, transitions, shadow, light and lines.

    Runs ``color.flat``, ``color.gradient``, ``color.shade`` and ``color.lines`` one after the
    other; the result is one layered document. Each frame of an animation is flattened. Without
    hints it paints a proposal of ``color.propose``; with hints it obeys them exactly and proposes
    the rest, unless another ``rule`` is given.

    Args:
        picture: Line art of any size, on paper or transparent; or an artwork, whose layer ``line``
            is used.
        reference: Pictures that show the figure colored: where colors are proposed, the same parts
            get its colors. Of several figures in one, the one with the largest face counts.
        shading: Light the flats with a lamp.

    Returns:
        Layers.

    Raises:
        SettingsError: The hints or the palette are invalid.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.paint import paint
        >>> page = np.full((48, 48), 255, np.uint8)
        >>> page[8:40, (8, 39)] = page[(8, 39), 8:40] = 0
        >>> made = paint(Picture(page), hints='{"points": [{"x": 24, "y": 24, "color": "gold"}]}')
        >>> [layer.name for layer in made.layers]
        ['paper', 'flat', 'gradient', 'shadow', 'highlight', 'line']
    """
    run.result_size(picture.size)
    from nijigen.color._flats.flatting import FillOptions, flatted, parts_of
    from nijigen.color._light.line_colors import with_line_colors
    from nijigen.color._light.shading import Lamp, Look, shaded
    from nijigen.color._light.transitions import with_gradient
    from nijigen.color._parts.features import spared
    from nijigen.color._parts.proposing import Style
    from nijigen.color._parts.reference import reference_colors
    from nijigen.color._parts.seeing import FACES, part_map

    sheet = Sheet.of(picture, run.part(0, 0.3), guides=guides)
    options = FillOptions(rule, reach, palette, seed)
    shown = reference_colors(reference, run) if rule == "propose" else {}
    # Regions are freed before layers are made: for a scan they take as much memory as a layer.
    flats, regions = flatted(
        sheet.art,
        hints,
        options,
        gap=gap,
        smallest=smallest,
        style=Style(seed, mood, reference=shown),
        run=run.part(0.3, 0.6),
    )
    colors = flats.pixels()
    parts = parts_of(sheet.art, regions) if layers == "per-part" else None
    del flats, regions
    for name in ("gradient", "shadow", "highlight", "light"):
        # Layers of an earlier run do not fit these flats.
        sheet = sheet.without(name)
    sheet = sheet.with_flat(colors, per_color=layers == "per-color", parts=parts)
    if gradient:
        sheet = with_gradient(sheet, gradient)
        run.progress(0.8)
    if shading:
        lamp = Lamp(x, y, height, size, steps, softness, cast)
        look = Look(color, tint, ambient, highlight, rim)
        # Only proposals have looked for faces.
        faces = part_map(sheet.art.ink, SILENT).faces[:FACES] if rule == "propose" else ()
        spare = spared(sheet.art.ink, faces, SILENT) if faces else None
        sheet = shaded(sheet, lamp, look, spare)
        run.progress(0.9)
    if lines:
        sheet = with_line_colors(sheet, lines, contour)
    # Last: for a large scan it takes memory that shading needs before.
    return sheet.with_paper().artwork()
