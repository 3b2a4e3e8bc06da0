"""Which areas belong together, and what throws shadows on what."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.color._light.bodies import casters_of, joined, parts_of

Labels = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
SKIN, HAIR = (251, 220, 200), (90, 60, 140)


def halves() -> tuple[Labels, Labels]:
    """Return one body, and the regions above and below its middle."""
    bodies = np.zeros((100, 100), np.int32)
    bodies[10:90, 10:90] = 1
    regions = np.zeros((100, 100), np.int32)
    regions[50:] = 1
    return bodies, regions


@pytest.mark.parametrize(("drawn", "cut"), [(24, False), (76, True)])
def test_a_body_is_cut_only_along_what_is_drawn(drawn: int, cut: bool) -> None:
    bodies, regions = halves()
    ink = np.zeros((100, 100), np.uint8)
    ink[50, 12 : 12 + drawn] = 255
    found = parts_of(bodies, regions, ink)
    assert (found[30, 50] != found[70, 50]) == cut


def test_a_face_in_hair_is_a_body_of_its_own_and_an_eye_is_not() -> None:
    zones = np.zeros((200, 200), np.int32)
    zones[10:190, 10:190] = 1
    zones[80:140, 80:140] = 2
    zones[100:108, 100:108] = 3
    found = joined(zones, np.array([0, 0, 1, 0], np.float32), np.zeros(4, np.bool_), 180 * 180)
    assert found[20, 20] == 1
    assert found[90, 90] == found[104, 104] == 2


@pytest.mark.parametrize(("color", "skin", "thrown"), [(SKIN, True, True), (HAIR, False, False)])
def test_of_one_color_only_skin_throws_shadows_on_itself(
    color: tuple[int, int, int], skin: bool, thrown: bool
) -> None:
    bodies, regions = halves()
    cut = np.where(bodies > 0, regions + 1, 0).astype(np.int32)
    colors = np.array([(255, 255, 255), color], np.uint8)
    casters, hit, deep = casters_of(cut, bodies, colors, np.array([False, skin]), 113.0)
    assert hit[casters[30, 50], cut[70, 50]] == thrown
    assert not hit[casters[70, 50], cut[30, 50]]
    # What lies below other skin is a neck.
    assert deep[cut[70, 50]] == thrown
    assert not deep[cut[30, 50]]


def face_in_hair() -> tuple[Labels, NDArray[np.uint8], NDArray[np.bool_]]:
    """Hair all around a face, with as much of it below the face as above."""
    bodies = np.zeros((200, 200), np.int32)
    bodies[20:180, 40:160] = 1
    bodies[70:140, 70:130] = 2
    return bodies, np.array([(255, 255, 255), HAIR, SKIN], np.uint8), np.array([False, False, True])


def test_hair_around_a_face_throws_shadows_on_it() -> None:
    bodies, colors, skin = face_in_hair()
    casters, hit, deep = casters_of(bodies, bodies, colors, skin, 200.0)
    assert hit[casters[30, 100], 2]
    assert not hit[casters[100, 100]].any()
    assert not deep.any()


def test_clothes_between_locks_of_hair_do_not_lie_on_it() -> None:
    zones = np.zeros((200, 200), np.int32)
    zones[20:, 20:180] = 1
    zones[150:, 60:140] = 2
    hair = np.array([False, True, False])
    found = joined(zones, np.zeros(3, np.float32), hair, 180 * 160)
    assert found[180, 100] == 2
    # On cloth the same is a print that the rim cuts.
    found = joined(zones, np.zeros(3, np.float32), ~hair, 180 * 160)
    assert found[180, 100] == 1


@pytest.mark.parametrize(("round_below", "thrown"), [(True, True), (False, False)])
def test_a_chin_throws_a_shadow_on_its_neck_and_a_neck_none_on_a_shoulder(
    round_below: bool, thrown: bool
) -> None:
    y, x = np.mgrid[:200, :200]
    bow = (x - 100) ** 2 // 60
    border = 120 - bow if round_below else 80 + bow
    bodies = np.where((x > 40) & (x < 160) & (y > 10) & (y < 190), 1, 0).astype(np.int32)
    parts = np.where(bodies == 0, 0, np.where(y < border, 1, 2)).astype(np.int32)
    colors = np.array([(255, 255, 255), SKIN], np.uint8)
    casters, hit, deep = casters_of(parts, bodies, colors, np.array([False, True]), 200.0)
    assert hit[casters[30, 100], 2] == thrown
    assert deep[2] == thrown
