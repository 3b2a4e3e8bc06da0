"""Regions: find the areas that the lines of a drawing enclose."""

from typing import Annotated, Any, Literal

from nijigen.color._document.layers import Sheet
from nijigen.color._document.settings import (
    PALETTE,
    REACH,
    Gap,
    Guides,
    Hints,
    Palette,
    Reach,
    Rule,
    Seed,
    Smallest,
)
from nijigen.color._regions.listing import RegionList, listed
from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=2)
def regions(
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
    detail: Annotated[Literal["regions", "colors"], Setting(advanced=True)] = "regions",
    run: Run = SILENT,
) -> RegionList | dict[str, Any]:
    """Find the areas that the lines of a drawing enclose.

    Paper may be white, gray, yellowed or dark; lines may be pale, colored, or on nothing. Lines
    that break off are joined where they aim at each other, or at a line, and where it parts areas
    worth parting; doors that are narrow beside the rooms behind them count as closed as well.
    Regions meet under the middle of the lines. Pages with a side above 2048 pixels are looked at
    reduced, and the borders moved to the lines of the full size.

    Args:
        picture: Line art of any size, on paper or on nothing; or an artwork, whose layer ``line``
            is taken.
        detail: All about each region and gap; or only how many there are, and their colors.

    Returns:
        Size, color of the paper, regions and gaps; for each frame of an animation.

    Raises:
        SettingsError: The hints are none, or the palette is.

    Source: Fourey, Tschumperlé and Revoy, A fast and efficient semi-guided algorithm for flat
        coloring line-arts (2018); Zhang et al., Vectorizing cartoon animations (2009), for the
        trapped ball.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.regions import regions
        >>> page = np.full((32, 32), 255, np.uint8)
        >>> page[4:28, (4, 27)] = page[(4, 27), 4:28] = 0
        >>> [(one.area, one.outside) for one in regions(Picture(page)).regions]
        [(496, True), (528, False)]
    """
    from nijigen.color._flats.flatting import Wish, flatted

    sheet = Sheet.of(picture, run.part(0, 0.4), guides=guides)
    wish = Wish(rule, reach, palette, seed)
    flats, found = flatted(
        sheet.art, hints, wish, gap=gap, smallest=smallest, run=run.part(0.4, 0.9)
    )
    colors = flats.hex()
    if detail == "colors":
        return {"count": len(colors), "colors": colors}
    return listed(found, colors, sheet.art.paper)
