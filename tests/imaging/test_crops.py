from __future__ import annotations

import numpy as np
import pytest

from nijigen.imaging.crops import square_crop


def _ramp(width: int, height: int) -> np.ndarray:
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.dstack([x, y, np.zeros_like(x)]).astype(np.uint8)


def test_the_square_is_centred_on_the_box_and_has_the_side_asked_for() -> None:
    crop, affine = square_crop(_ramp(200, 160), (60, 50, 100, 90), 1.5, 60)
    assert affine.tolist() == [[60, 0, 50], [0, 60, 40]]
    assert crop.shape == (60, 60, 3)
    assert crop[0, 0].tolist() == [50, 40, 0]
    assert crop[-1, -1].tolist() == [109, 99, 0]


@pytest.mark.parametrize("size", [17, 40, 128])
def test_the_map_leads_back_to_the_picture(size: int) -> None:
    crop, affine = square_crop(_ramp(200, 160), (60, 40, 124, 96), 1.3, size)
    u, v = (size // 3 + 0.5) / size, (size // 2 + 0.5) / size
    x, y = affine @ (u, v, 1)
    found = crop[size // 2, size // 3].astype(float)
    # A pixel's number is its left edge, and the map speaks of points: half a pixel apart.
    assert found[:2] == pytest.approx([x - 0.5, y - 0.5], abs=0.8)


def test_beyond_the_picture_the_outermost_pixels_go_on() -> None:
    crop, affine = square_crop(_ramp(40, 30), (-5, -5, 15, 15), 2.0, 40)
    assert affine[:, 2].tolist() == [-15, -15]
    assert (crop[:15, :15] == 0).all()
    assert crop[20, :15, 1].tolist() == [5] * 15
    inside, _ = square_crop(_ramp(40, 30), (900, 900, 910, 910), 1.0, 8)
    assert (inside == [39, 29, 0]).all()


def test_reduced_crops_are_averaged() -> None:
    fine = (np.indices((256, 256)).sum(0) % 2 * 255).astype(np.uint8)
    crop, _ = square_crop(np.dstack([fine] * 3), (0, 0, 256, 256), 1.0, 32)
    assert np.abs(crop.astype(int) - 127).max() <= 2


def test_a_box_far_larger_than_memory_costs_no_more_than_the_crop() -> None:
    crop, affine = square_crop(_ramp(20, 20), (-1e7, -1e7, 1e7, 1e7), 1.7, 16)
    assert crop.shape == (16, 16, 3)
    assert affine[0, 0] == pytest.approx(3.4e7)


def test_one_pixel_is_enough() -> None:
    crop, _ = square_crop(np.full((1, 1, 3), 7, np.uint8), (0, 0, 1, 1), 1.7, 128)
    assert (crop == 7).all()


@pytest.mark.parametrize(
    "box", [(3, 3, 3, 9), (9, 3, 3, 9), (float("nan"), 0, 4, 4), (0, 0, float("inf"), 4)]
)
def test_a_box_without_area_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="no square crop"):
        square_crop(_ramp(20, 20), box, 1.7, 16)
