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


@operation(alpha="own", version=3)
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

    Paper may be white, gray, yellowed or dark; lines may be pale, colored, or on a transparent
    ground. Gaps are closed where the ends of lines point at each other or at another line, and
    where closing them separates sizable areas; openings that are narrow compared to the areas
    behind them are closed as well. Regions meet under the center of the lines. Pages with a side
    above 2048 pixels are analyzed at a reduced size; borders are then aligned to the full-size
    lines.

    Args:
        picture: Line art of any size, on paper or transparent; or an artwork, whose layer ``line``
            is used.
        detail: Full data of each region and gap; or only the number of regions and their colors,
            and with the rule ``propose`` also the part and the figure of each region, how sure that
            is, and which regions are decided by hints and which are doubtful.

    Returns:
        Size, paper color, regions and gaps; for each frame of an animation.

    Raises:
        SettingsError: The hints or the palette are invalid.

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
    from nijigen.color._flats.flatting import FillOptions, parts_listed, with_parts

    sheet = Sheet.of(picture, run.part(0, 0.4), guides=guides)
    options = FillOptions(rule, reach, palette, seed)
    flats, found, proposer = with_parts(
        sheet.art, hints, options, gap=gap, smallest=smallest, run=run.part(0.4, 0.9)
    )
    colors = flats.hex()
    if detail == "colors":
        parts = parts_listed(flats, proposer) if proposer else {}
        return {"count": len(colors), "colors": colors, **parts}
    return listed(found, colors, sheet.art.paper)
