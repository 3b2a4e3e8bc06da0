"""A contact sheet: many characters on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nijigen.core.errors import SettingsError
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.generate._character.traits.parameters import Traits

Draw = Callable[[Traits], Picture]

MOST_PIXELS = 64_000_000
"""Maximum pixels of a sheet, or of all frames together: 192 MB of RGB."""


def check_room(count: int, width: int, height: int) -> None:
    """Reject more pictures than fit into memory, before the first is drawn.

    Raises:
        SettingsError: They have more than :data:`MOST_PIXELS` together.
    """
    if count * width * height > MOST_PIXELS:
        side = int((MOST_PIXELS / count) ** 0.5)
        raise SettingsError(
            f"{count} pictures of {width}×{height} are {count * width * height / 1e6:.0f} million "
            f"pixels; the limit is {MOST_PIXELS / 1e6:.0f} million",
            f"make fewer, or smaller: {side}×{side} fit",
            field="width",
        )


def contact_sheet(people: Sequence[Traits], draw: Draw, columns: int, run: Run) -> Picture:
    """Return a sheet of characters, row by row; it has alpha if all of them have.

    Args:
        people: The characters.
        draw: Draws one; all pictures have one size.
        columns: Number of characters in a row.
        run: Receives progress.
    """
    clear = all(person.scene.background == "none" for person in people)
    picture = draw(people[0])
    width, height = picture.size
    rows, across = -(-len(people) // columns), min(columns, len(people))
    channels = picture.channels if clear or picture.channels == 1 else 3
    empty = 0 if channels == 4 else 255
    page = np.full((rows * height, across * width, channels), empty, np.uint8)
    for number, person in enumerate(people):
        picture = draw(person) if number else picture
        row, column = divmod(number, columns)
        place = page[row * height :, column * width :][:height, :width]
        place[:] = (picture.rgb() if channels == 3 else picture).pixels
        run.progress((number + 1) / len(people))
        run.show(lambda: Picture(page))
    return Picture(page)
