"""Propose: find the parts of a drawn figure and propose a color for each region."""

from collections.abc import Sequence
from typing import Annotated, Literal

from nijigen.color._document.layers import Sheet
from nijigen.color._document.settings import Gap, Guides, Hints, Mood, Seed, Smallest
from nijigen.color._flats.hints import ColorHints
from nijigen.color._palettes.swatches import Swatches
from nijigen.core.artwork import Artwork
from nijigen.core.document import Value
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


class Variants(Value):
    """Several proposals for one drawing, told apart by their colors."""

    variants: tuple[ColorHints, ...]


@operation(alpha="own", version=3)
def propose(
    picture: Picture | Artwork,
    reference: Sequence[Picture] = (),
    *,
    hints: Hints = None,
    variants: Annotated[int, Setting(ge=1, le=12)] = 1,
    mood: Mood = "clear",
    palette: Swatches | None = None,
    gap: Gap = None,
    smallest: Smallest = None,
    guides: Guides = "keep",
    seed: Seed = 0,
    show: Annotated[Literal["all", "sure"], Setting(advanced=True)] = "all",
    run: Run = SILENT,
) -> ColorHints | Variants:
    """Find the parts of a drawn figure and propose a color for each region.

    A network finds background, hair, skin, eye white, iris, mouth, brow, top, bottom, shoes and
    accessories; the pixels of a region vote, small regions follow their neighbors, and strands of
    hair are joined. Colors of hair, eyes, skin and clothes are drawn together from combinations
    measured on real pictures. Regions whose part is doubtful have no color. The result is hints:
    edit them, and pass them to ``color.paint``.

    Args:
        picture: Line art of any size, on paper or transparent; or an artwork, whose layer ``line``
            is used.
        reference: Pictures that show the figure colored: the same parts get its colors. Of several
            figures in one, the one with the largest face counts.
        hints: Colors that are decided already: their parts have them, and the rest goes with them.
        variants: How many proposals with different colors.
        palette: Colors to choose from; by default any. A list, the name of a set
            (``zhongguose``, ``css``), or the content of a swatch file.
        show: All regions, or only those with a color.

    Returns:
        Hints with a point for each region, its part and how sure that is; or several of them.

    Raises:
        SettingsError: The hints or the palette are invalid.
        ModelError: Weights are missing or corrupt.

    Source: a network of our own on EfficientNet-lite0 (Tan and Le, 2019; Apache-2.0).

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.propose import propose
        >>> page = np.full((32, 32), 255, np.uint8)
        >>> page[4:28, (4, 27)] = page[(4, 27), 4:28] = 0
        >>> [point.part for point in propose(Picture(page)).points]
        ['background', None]
    """
    from nijigen.color._flats.flatting import proposals
    from nijigen.color._parts.proposing import Style
    from nijigen.color._parts.reference import reference_colors

    sheet = Sheet.of(picture, run.part(0, 0.4), guides=guides)
    shown = reference_colors(reference, run)
    made = proposals(
        sheet.art,
        hints,
        [Style(seed, mood, palette, shown, number) for number in range(variants)],
        gap=gap,
        smallest=smallest,
        only_sure=show == "sure",
        run=run.part(0.4, 1),
    )
    return made[0] if variants == 1 else Variants(variants=tuple(made))
