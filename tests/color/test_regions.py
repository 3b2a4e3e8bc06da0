"""Regions: what the operation reports."""

from __future__ import annotations

import numpy as np
import pytest

from color.drawn import boxes, guided
from nijigen import Artwork, Picture
from nijigen.color._regions.listing import RegionList
from nijigen.color.regions import regions as operation


@pytest.mark.parametrize("value", [0, 255])
def test_a_bare_page_is_one_region(value: int) -> None:
    listed = operation(Picture(np.full((60, 90, 3), value, np.uint8)))
    assert isinstance(listed, RegionList)
    assert len(listed.regions) == 1
    assert listed.regions[0].outside
    assert listed.gaps == ()


def test_told_as_json() -> None:
    told = operation(boxes(2), hints='{"points": [{"x": 40, "y": 40, "color": "#c04030"}]}')
    assert isinstance(told, RegionList)
    assert (told.width, told.height, told.paper) == (120, 80, "#ffffff")
    hinted = [one for one in told.regions if one.color == "#c04030"]
    assert any(one.neighbors == (0, 2) for one in hinted)
    assert told.model_validate_json(told.to_json()) == told
    colors = operation(boxes(2), detail="colors")
    assert isinstance(colors, dict)
    assert colors["count"] == 3
    assert len(colors["colors"]) == 3


def test_what_guides_part_is_one_region_without_them() -> None:
    from nijigen.color.flat import flat

    kept, left = operation(guided()), operation(guided(), guides="colored")
    assert not isinstance(kept, dict)
    assert not isinstance(left, dict)
    assert len(left.regions) == 2 < len(kept.regions)
    flats = flat(guided(), guides="colored")
    assert isinstance(flats, Artwork)
    made = flats.flatten().rgb().pixels
    assert len(np.unique(made[25:95, 25:95].reshape(-1, 3), axis=0)) == 1
