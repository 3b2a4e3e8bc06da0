"""Pages cut out of photographs, scans turned upright."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from line_drawings import page
from nijigen import Picture
from nijigen.core.run import Run
from nijigen.lines._scan import straightened


def table() -> tuple[Picture, np.ndarray]:
    """A page lying on a dark table, seen from an angle, and its corners."""
    sheet = np.pad(page(200).pixels[:, :, 0], 20, constant_values=245)
    goal = np.array([(70, 50), (330, 80), (350, 360), (60, 340)], np.float32)
    side = len(sheet)
    start = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32) - 0.5
    turn = cv2.getPerspectiveTransform(start, goal)
    seen = cv2.warpPerspective(sheet, turn, (420, 420), borderValue=70)
    return Picture(np.asarray(seen, np.uint8)), goal


def test_a_page_is_cut_out_of_a_photograph() -> None:
    photo, corners = table()
    run = Run()
    made = straightened(photo, run)
    assert "cut out" in run.notes[0].text
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    assert made.width == pytest.approx(sides[0::2].mean(), abs=8)
    assert made.height == pytest.approx(sides[1::2].mean(), abs=8)
    # The table is gone, the drawing is where it was on the page.
    inner = made.pixels[4:-4, 4:-4]
    assert (inner < 100).mean() < 0.12
    whole = np.pad(page(200).pixels[:, :, 0], 20, constant_values=245)
    same = cv2.resize(made.pixels[:, :, 0], whole.shape[::-1], interpolation=cv2.INTER_AREA)
    dark = cv2.dilate((whole < 128).astype(np.uint8), np.ones((9, 9)))
    assert dark[same < 110].mean() > 0.9


@pytest.mark.parametrize("angle", [-4.0, 1.5, 6.0])
def test_a_scan_is_turned_upright(angle: float) -> None:
    canvas = np.full((600, 500), 244, np.uint8)
    for top, left, bottom, right in ((40, 40, 260, 460), (300, 40, 560, 230), (300, 260, 560, 460)):
        cv2.rectangle(canvas, (left, top), (right, bottom), 30, 2)
    turn = cv2.getRotationMatrix2D((250, 300), angle, 0.85)
    askew = cv2.warpAffine(canvas, turn, (500, 600), borderValue=244)
    run = Run()
    made = straightened(Picture(np.asarray(askew, np.uint8)), run)
    turned = float(run.notes[0].text.removeprefix("the scan was turned by ").removesuffix("°"))
    assert turned == pytest.approx(-angle, abs=0.3)
    dark = made.pixels[:, :, 0] < 130
    # Edges of panels are columns and rows again.
    assert dark.mean(axis=0).max() > 0.6
    assert dark.mean(axis=1).max() > 0.6


def test_a_dark_rim_is_cut_off() -> None:
    scan = np.pad(page(200).pixels[:, :, 0], ((0, 30), (20, 0)), constant_values=20)
    made = straightened(Picture(scan), Run())
    assert made.size == pytest.approx((200, 200), abs=2)
    assert np.median(made.pixels[:, 0]) == 255


@pytest.mark.parametrize("level", [0, 200, 255])
def test_what_has_no_page_stays(level: int) -> None:
    flat = Picture(np.full((50, 70), level, np.uint8))
    assert straightened(flat, Run()) is flat


def test_a_drawing_keeps_its_own_slanted_lines() -> None:
    canvas = np.full((400, 400), 250, np.uint8)
    for angle in range(0, 180, 7):
        x, y = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        start, end = ((round(200 + s * 180 * x), round(200 + s * 180 * y)) for s in (-1, 1))
        cv2.line(canvas, start, end, 20, 2)
    drawing = Picture(canvas)
    assert straightened(drawing, Run()).size == drawing.size
