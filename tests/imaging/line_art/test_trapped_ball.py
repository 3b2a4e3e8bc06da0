"""Rooms that only a narrow door joins."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.imaging.line_art.trapped_ball import rooms


def two_rooms(door: int, side: int = 40) -> NDArray[np.bool_]:
    free = np.zeros((side + 4, 2 * side + 6), np.bool_)
    free[2:-2, 2 : side + 2] = free[2:-2, side + 4 : -2] = True
    free[side // 2 : side // 2 + door, side + 2 : side + 4] = True
    return free


@pytest.mark.parametrize("door", [1, 3, 6])
def test_a_narrow_door_is_closed(door: int) -> None:
    found = rooms(two_rooms(door), 10)
    assert found[20, 10] != found[20, 70]
    assert ((found > 0) == two_rooms(door)).all()


def test_the_door_is_closed_where_it_is() -> None:
    found = rooms(two_rooms(4), 10)
    assert len(np.unique(found[5:-5, 4:38])) == 1
    assert len(np.unique(found[5:-5, 50:80])) == 1


def test_a_wide_door_is_open() -> None:
    found = rooms(two_rooms(16), 10)
    assert found[20, 10] == found[20, 70]


def test_a_corridor_is_one_room() -> None:
    free = np.zeros((30, 120), np.bool_)
    free[10:18, 5:115] = True
    free[10:14, 50:70] = False
    assert len(np.unique(rooms(free, 10))) == 2


def test_no_door_at_all() -> None:
    free = two_rooms(4)
    assert len(np.unique(rooms(free, 0))) == 2
    assert not rooms(np.zeros((5, 5), np.bool_), 10).any()
