"""Light: shadows lie away from the lamp, have clean edges, and fall from what lies above."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from nijigen.color._light.light import Lamp, rim, shadow, shine
from nijigen.color._light.normals import calmed, normals_of
from nijigen.color._light.shapes import firm
from nijigen.color._light.surfaces import Surfaces, surfaces_of
from nijigen.color._light.tones import light_tones, luma, shadow_multipliers, warmth

LEFT = Lamp(-1.0, 0.5, 1.0, 0.5, 1, 0.0, 0.0)
UPPER = Lamp(0.3, 0.0, 0.9, 0.5, 1, 0.0, 0.0)
SKIN, HAIR = (253, 222, 200), (120, 80, 50)


def ball() -> Surfaces:
    y, x = np.mgrid[:200, :200] + 0.5 - 100
    flat = np.zeros((200, 200, 4), np.uint8)
    flat[np.hypot(x, y) < 80] = (80, 140, 200, 255)
    return surfaces_of(flat, np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.int32))


def bust() -> Surfaces:
    """Hair over a face."""
    flat = np.zeros((200, 200, 4), np.uint8)
    flat[20:90, 40:160] = (*HAIR, 255)
    flat[90:180, 50:150] = (*SKIN, 255)
    return surfaces_of(flat, np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.int32))


def test_the_side_away_from_the_lamp_is_dark() -> None:
    found = ball()
    dark = shadow(normals_of(found), found, LEFT)
    assert dark[100, 170] == 1
    assert dark[100, 40] == 0
    assert not dark[~found.figure].any()
    right = shadow(normals_of(found), found, Lamp(2.0, 0.5, 1.0, 0.5, 1, 0.0, 0.0))
    assert np.abs(right[:, ::-1] - dark).mean() < 0.03


def test_the_edge_of_a_cel_shadow_is_drawn() -> None:
    """One shape, no specks, an edge of a pixel or two, and no staircase."""
    found = ball()
    dark = shadow(normals_of(found), found, LEFT)
    count, _ = cv2.connectedComponents((dark > 0.5).astype(np.uint8))
    assert count == 2
    soft = ((dark > 0.02) & (dark < 0.98)).sum()
    outline = (cv2.Canny((dark > 0.5).astype(np.uint8) * 255, 50, 150) > 0).sum()
    assert 0 < soft < 3 * outline
    across = np.array([row[row > 0].sum() for row in dark[60:140]])
    # The width of the crescent changes by parts of a pixel from row to row.
    assert np.abs(np.diff(across, 2)).max() < 1.5


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_as_many_tones_as_steps(steps: int) -> None:
    found = ball()
    dark = shadow(normals_of(found), found, Lamp(-0.6, 0.5, 0.35, 0.6, steps, 0.0, 0.0))
    tones, counts = np.unique(dark.round(3)[found.figure], return_counts=True)
    broad = tones[counts > 60]
    assert np.allclose(broad, np.arange(steps + 1) / steps, atol=1e-3)


def test_smooth_shadow_has_no_bands() -> None:
    found = ball()
    dark = shadow(normals_of(found), found, Lamp(0.0, 0.5, 0.6, 0.5, 0, 0.5, 0.0))
    inside = np.diff(dark[100, 30:170])
    assert inside.max() < 0.06


def test_hair_throws_a_shadow_on_the_face_and_not_the_other_way() -> None:
    found = bust()
    above = Lamp(0.5, -0.3, 0.6, 0.0, 1, 0.0, 1.0)
    with_cast = shadow(normals_of(found), found, above)
    without = shadow(normals_of(found), found, Lamp(0.5, -0.3, 0.6, 0.0, 1, 0.0, 0.0))
    added = with_cast - without
    assert added[92:96, 60:140].min() > 0.9
    assert not added[:90].any()
    assert not added[120:].any()


def test_rim_light_lies_along_the_outline_away_from_the_lamp() -> None:
    found = ball()
    seam = rim(found, LEFT, 1.0)
    assert seam[100, 178] > 0.5
    assert not seam[:, :100].any()
    assert not seam[100, 100:170].any()


def test_hair_shines_and_skin_hardly_does() -> None:
    flat = np.zeros((200, 200, 4), np.uint8)
    flat[20:180, 20:180] = (*HAIR, 255)
    ink = np.zeros((200, 200), np.uint8)
    ink[20:180, 32:176:12] = ink[20:180, 33:176:12] = 255
    hair = surfaces_of(flat, ink, np.zeros((200, 200), np.int32))
    assert hair.strands.any()
    assert shining(hair).sum() > 200
    flat[20:180, 20:180] = (*SKIN, 255)
    face = surfaces_of(flat, np.zeros_like(ink), np.zeros((200, 200), np.int32))
    assert shining(face).sum() == 0


def test_hair_shines_in_one_band_across_its_strands() -> None:
    """Long, it shines along the crown: in one shape, wider than high, and as thick as drawn."""
    flat = np.zeros((300, 300, 4), np.uint8)
    cv2.ellipse(flat, (150, 180), (100, 150), 0, 0, 360, (*HAIR, 255), -1)
    ink = np.zeros((300, 300), np.uint8)
    ink[30:300, 62:250:12] = ink[30:300, 63:250:12] = 255
    shape = (shining(surfaces_of(flat, ink, np.zeros((300, 300), np.int32))) > 0.5).view(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(shape)
    assert count == 2
    assert stats[1, cv2.CC_STAT_WIDTH] > 2 * stats[1, cv2.CC_STAT_HEIGHT]
    assert shape.sum(axis=0).max() < 20


def shining(of: Surfaces, lamp: Lamp = UPPER) -> np.ndarray:
    normals = normals_of(of)
    return np.asarray(shine(normals, calmed(normals, of), of, lamp, 0.5))


def test_a_shadow_leaves_no_crumbs_beside_its_body() -> None:
    """Two balls that touch along a slanted border: dark on one side, and lit on the other."""
    y, x = np.mgrid[:200, :200]
    flat = np.zeros((200, 200, 4), np.uint8)
    flat[20:180, 20:180] = (80, 140, 200, 255)
    flat[(np.abs(x - 100) < 80) & (np.abs(y - 100) < 80) & (x > 90 + y // 7)] = (230, 160, 80, 255)
    found = surfaces_of(flat, np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.int32))
    dark = shadow(normals_of(found), found, LEFT)
    right = flat[:, :, 0] == 230
    border = right & ~np.roll(right, 1, axis=1)
    assert dark[~right & np.roll(border, -1, axis=1)].mean() > 0.5
    assert not dark[border][20:140].any()


def test_tiny_bodies_are_not_shaded() -> None:
    flat = np.zeros((200, 200, 4), np.uint8)
    flat[20:180, 20:120] = (80, 140, 200, 255)
    flat[100:104, 150:154] = (230, 160, 180, 255)
    found = surfaces_of(flat, np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.int32))
    dark = shadow(normals_of(found), found, LEFT)
    assert dark[:, :130].any()
    assert not dark[:, 130:].any()


def test_a_sliver_along_the_outline_is_a_shadow_and_a_patch_amid_a_body_is_none() -> None:
    found = ball()
    wide = float(found.figure.sum())
    for left, stays in ((95, False), (166, True)):
        cover = np.zeros(found.figure.shape, np.float32)
        cover[90:106, left : left + 16] = 1
        cover *= found.figure
        assert found.speck < cover.sum() < 0.02 * wide
        assert (firm(cover, found, found.least).sum() > 0.9 * cover.sum()) == stays


def test_a_shadow_falls_twice_as_far_on_a_neck() -> None:
    """A chin over a neck, with a line between."""
    flat = np.zeros((200, 200, 4), np.uint8)
    flat[20:110, 40:160] = flat[110:190, 70:130] = (*SKIN, 255)
    ink = np.zeros((200, 200), np.uint8)
    ink[109:111, 40:160] = 255
    halves = np.zeros((200, 200), np.int32)
    halves[110:] = 1
    found = surfaces_of(flat, ink, halves)
    assert found.deep[found.parts[150, 100]]
    lamp = Lamp(0.5, -0.5, 0.9, 0.0, 1, 0.0, 0.5)
    far = shadow(normals_of(found), found, lamp)[115:, 100].sum()
    flatter = replace(found, deep=np.zeros_like(found.deep))
    near = shadow(normals_of(found), flatter, lamp)[115:, 100].sum()
    assert near > 0
    assert far > 1.5 * near


def test_below_a_lamp_the_top_of_a_head_is_lit_and_its_shadow_runs_out() -> None:
    """A lamp at the upper rim of the page lights what touches that rim; no end is cut off."""
    flat = np.zeros((200, 200, 4), np.uint8)
    cv2.ellipse(flat, (100, 80), (60, 78), 0, 0, 360, (80, 140, 200, 255), -1)
    found = surfaces_of(flat, np.zeros((200, 200), np.uint8), np.zeros((200, 200), np.int32))
    dark = shadow(normals_of(found), found, Lamp(0.5, 0.0, 0.9, 0.5, 1, 0.0, 0.0)) > 0.5
    first = int(np.flatnonzero(dark.any(axis=1))[0])
    assert first > 12
    assert dark[first + 2].sum() <= 10
    assert dark[:, 100].sum() > 20


def test_shadows_are_darker_not_gray() -> None:
    flats = np.array([SKIN, (240, 210, 80), (255, 255, 255), (60, 120, 200), (0, 0, 0)], np.uint8)
    skin = warmth(flats.astype(np.float32) / 255)[:, 0]
    assert skin[0] > 0.9
    assert not skin[2:].any()
    times = shadow_multipliers(flats, skin, "#a58fd0", 0.6)
    color = flats.astype(np.float32) / 255
    made = color * times
    assert (luma(made) <= luma(color)).all()

    def saturation(of: np.ndarray) -> np.ndarray:
        return np.asarray(1 - of.min(axis=1) / np.maximum(of.max(axis=1), 1e-6))

    assert (saturation(made)[:4] > saturation(color)[:4]).all()
    # White turns cool, skin stays warm.
    assert made[2, 2] > made[2, 0]
    assert made[0, 0] > made[0, 2]
    assert (luma(light_tones(color)) > luma(color)).all() or color.max() == 1
