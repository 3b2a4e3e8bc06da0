"""A contact sheet: many characters on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nijigen.core.picture import Picture
from nijigen.generate._character.draw import drawn
from nijigen.generate._character.parameters import Group, Rendering, traits


def contact_sheet(
    seeds: Sequence[int],
    *,
    columns: int = 10,
    size: int = 192,
    vary: Group | None = None,
    rendering: Rendering = "color",
    given: Mapping[str, Any] | None = None,
) -> Picture:
    """Return one character for each seed, row by row.

    Args:
        seeds: One for each; with ``vary``, seeds of that group of the character ``given["seed"]``
            rolls, or seed 7.
        columns: Characters in a row.
        size: Side of one in pixels.
        vary: The group that the seeds roll; None rolls everything.
        rendering: As of the operation.
        given: Parameters by name.

    Raises:
        SettingsError: A parameter is unknown or contradicts another.
    """
    fixed = dict(given or {})
    first = fixed.pop("seed", 7)
    rows = -(-len(seeds) // columns)
    page = np.full((rows * size, columns * size, 3), 255, np.uint8)
    for number, seed in enumerate(seeds):
        person = traits(first, fixed, {vary: seed}) if vary else traits(seed, fixed)
        row, column = divmod(number, columns)
        picture = Picture(drawn(person, size, size, rendering)).rgb()
        page[row * size : (row + 1) * size, column * size : (column + 1) * size] = picture.pixels
    return Picture(page)
