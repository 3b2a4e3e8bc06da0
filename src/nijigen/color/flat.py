"""Flat: fill the regions of line art with flat colors."""

from typing import Annotated, Literal

from nijigen.color._document.layers import Sheet
from nijigen.color._document.settings import (
    PALETTE,
    REACH,
    Gap,
    Guides,
    Hints,
    Layers,
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


@operation(alpha="own", version=4)
def flat(
    picture: Picture | Artwork,
    *,
    hints: Hints = None,
    rule: Rule = "auto",
    reach: Reach = REACH,
    palette: Palette = PALETTE,
    gap: Gap = None,
    smallest: Smallest = None,
    guides: Guides = "keep",
    seed: Seed = 0,
    layers: Layers = "one",
    show: Annotated[Literal["artwork", "labels", "gaps"], Setting(advanced=True)] = "artwork",
    run: Run = SILENT,
) -> Artwork | Picture:
    """Fill the regions of line art with flat colors.

    Colors extend under the lines up to their center, so that no fringe of paper is visible. The
    result has the layers ``paper``, ``flat`` and ``line``; existing layers of these names are
    replaced, others stay. Each frame of an animation is flattened. A megapixel takes about a
    second; another hint on the same drawing a tenth of that, or a third if it divides a large
    region.

    Args:
        picture: Line art of any size, on paper or transparent; or an artwork, whose layer ``line``
            is used.
        show: The layered document; each pixel's region number as a color, red × 65536 +
            green × 256 + blue; or the lines with closed gaps in red and open ones in blue.

    Returns:
        Layers, or the picture that ``show`` selects.

    Raises:
        SettingsError: The hints or the palette are invalid.

    Source: Sýkora et al., LazyBrush (2009), for strokes that select regions without exact edges;
        L. Grady, Random walks for image segmentation (2006), for how colors spread and divide.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.flat import flat
        >>> page = np.full((32, 32), 255, np.uint8)
        >>> page[4:28, (4, 27)] = page[(4, 27), 4:28] = 0
        >>> made = flat(Picture(page), hints='{"points": [{"x": 16, "y": 16, "color": "gold"}]}')
        >>> [layer.name for layer in made.layers]
        ['paper', 'flat', 'line']
        >>> made.flatten().pixels[16, 16].tolist()
        [255, 215, 0]
    """
    run.result_size(picture.size)
    from nijigen.color._flats.flatting import (
        FillOptions,
        flatted,
        gaps_drawn,
        numbers,
        parts_of,
    )

    sheet = Sheet.of(picture, run.part(0, 0.4), guides=guides)
    options = FillOptions(rule, reach, palette, seed)
    flats, regions = flatted(
        sheet.art, hints, options, gap=gap, smallest=smallest, run=run.part(0.4, 0.9)
    )
    if show == "labels":
        return numbers(flats)
    if show == "gaps":
        return gaps_drawn(sheet.art, regions)
    parts = parts_of(sheet.art, regions, run.part(0.9, 1)) if layers == "per-part" else None
    colored = sheet.with_paper().with_flat(
        flats.pixels(), per_color=layers == "per-color", parts=parts
    )
    return colored.artwork()
