"""Gaps that are closed, marked and listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from nijigen import Picture
from nijigen.lines import _linework
from nijigen.lines.close import close


def ring(channels: int = 1) -> Picture:
    """A ring with two gaps."""
    pixels = np.full((200, 200), 255, np.uint8)
    for start, stop in ((8, 172), (184, 352)):
        cv2.ellipse(pixels, (100, 100), (70, 70), 0, start, stop, 40, 4, cv2.LINE_AA)
    return Picture(pixels if channels == 1 else np.repeat(pixels[:, :, None], 3, axis=2))


def enclosed(picture: Picture) -> bool:
    paper = (picture.gray().pixels[:, :, 0] > 150).astype(np.uint8)
    areas = cv2.connectedComponents(paper, connectivity=4)[1]
    return bool(areas[100, 100] != areas[5, 5])


def listed(picture: Picture, **settings: float) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(close(picture, **settings).info.text["gaps"])  # type: ignore[arg-type]
    return found


def test_a_ring_is_closed_and_the_list_says_where() -> None:
    assert not enclosed(ring())
    made = close(ring(), gap=30)
    assert enclosed(made)
    gaps = listed(ring(), gap=30)
    assert sorted(round(np.mean([x for x, _ in gap["points"]]) / 70) for gap in gaps) == [0, 2]
    for gap in gaps:
        reach = np.hypot(*(np.array(gap["points"]) - 100.5).T)
        # Along the ring, not across.
        np.testing.assert_allclose(reach, 70, atol=3)
        assert gap["separates"]
        assert 8 < gap["width"] < 32


def test_what_was_drawn_is_not_changed() -> None:
    made = close(ring(), gap=30)
    changed = made.pixels != ring().pixels
    assert 0 < changed.sum() < 400
    assert (made.pixels <= ring().pixels).all()


def test_marks_are_in_color() -> None:
    made = close(ring(), gap=30, show="marks")
    assert made.channels == 3
    assert (made.pixels[:, :, 0].astype(int) - made.pixels[:, :, 1] > 120).sum() > 20


def test_a_gap_wider_than_wanted_stays() -> None:
    assert listed(ring(), gap=3) == []


def test_lines_in_alpha_are_joined_in_their_color() -> None:
    art = ring(3).pixels
    pixels = np.dstack([np.full_like(art, 7) * (art < 255), 255 - art[:, :, :1]])
    made = close(Picture(pixels), gap=30)
    filled = (made.pixels[:, :, 3] > 128) & (pixels[:, :, 3] == 0)
    assert filled.sum() > 20
    assert (made.pixels[filled][:, :3] == 7).all()


def test_large_pages_are_followed_at_a_reduced_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_linework, "LARGEST", 100)
    made = close(ring(), gap=30)
    assert enclosed(made)
    for gap in listed(ring(), gap=30):
        np.testing.assert_allclose(np.hypot(*(np.array(gap["points"]) - 100.5).T), 70, atol=4)


@pytest.mark.parametrize("level", [0, 255])
def test_a_page_without_lines_has_no_gaps(level: int) -> None:
    assert listed(Picture(np.full((30, 40), level, np.uint8))) == []


def test_a_file_keeps_the_list(tmp_path: Path) -> None:
    close(ring(), gap=30).save(tmp_path / "ring.png")
    assert len(json.loads(Picture.open(tmp_path / "ring.png").info.text["gaps"])) == 2
