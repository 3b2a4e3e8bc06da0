"""Back-projection: what an enlarged picture averages to."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.imaging import back_projection
from nijigen.imaging.area import Axis
from nijigen.imaging.back_projection import Mode, Residual
from nijigen.imaging.resize import resize
from nijigen.imaging.rows import Rows
from pictures import drawing


def back_project(
    large: NDArray[np.uint16], source: NDArray[np.generic], mode: Mode
) -> tuple[NDArray[np.generic], Residual]:
    """The whole result for arrays."""
    out = np.zeros((*large.shape[:2], source.shape[2]), source.dtype)

    def write(first: int, rows: NDArray[np.generic]) -> None:
        out[first : first + len(rows)] = rows

    residual = back_projection.back_project(Rows.of(large), Rows.of(source), mode, write)
    return out, residual


def averaged(pixels: NDArray[np.generic], height: int, width: int) -> NDArray[np.float64]:
    """Average areas by exact fractions, pixel by pixel: the definition, not our matrices."""

    def along(array: NDArray[np.float64], count: int) -> NDArray[np.float64]:
        ratio = Fraction(len(array), count)
        rows = []
        for index in range(count):
            start, end = index * ratio, (index + 1) * ratio
            parts = range(floor(start), ceil(end))
            weights = [float(min(end, p + 1) - max(start, p)) for p in parts]
            rows.append(np.average(array[parts.start : parts.stop], axis=0, weights=weights))
        return np.array(rows)

    down = along(pixels.astype(np.float64), height)
    return along(down.swapaxes(0, 1), width).swapaxes(0, 1)


def noisy(source: NDArray[np.generic], size: tuple[int, int]) -> NDArray[np.uint16]:
    """An enlarged drawing that is wrong: noise, and a shift in blue."""
    from nijigen import Picture

    large = resize(Picture(source).widened(), size).pixels.astype(np.float64)
    large += np.random.default_rng(1).normal(0, 800, large.shape)
    large[:, :, -1] -= 600
    return large.clip(0, 65535).astype(np.uint16)


@pytest.mark.parametrize(("width", "height"), [(96, 80), (144, 120), (768, 640), (192, 80)])
def test_whole_factors_keep_every_pixel_exactly(width: int, height: int) -> None:
    source = drawing().pixels
    made, residual = back_project(noisy(source, (width, height)), source, "exact")
    assert np.abs(averaged(made, 40, 48) - source).max() < 1e-6
    assert residual.worst < 1e-4


@pytest.mark.parametrize(
    ("width", "height"),
    [(53, 44), (55, 46), (58, 48), (62, 52), (77, 64), (72, 60), (101, 84), (240, 97)],
)
def test_other_factors_keep_them_closely(width: int, height: int) -> None:
    # Not black on white: a black pixel that shares result pixels with a white one cannot be black.
    source = drawing().pixels // 4 + np.uint8(96)
    made, residual = back_project(noisy(source, (width, height)), source, "exact")
    error = np.abs(averaged(made, 40, 48) - source)
    assert error.mean() == pytest.approx(residual.mean, abs=1e-3)
    assert error.max() == pytest.approx(residual.worst, abs=1e-3)
    assert error.mean() <= 0.1
    assert error.max() <= 1


def test_black_and_white_are_not_overshot() -> None:
    """Where a correction is cut off, the rest of the block takes it."""
    rng = np.random.default_rng(0)
    source = rng.choice(np.array([0, 1, 3, 252, 254, 255], np.uint8), (20, 30, 1))
    large = rng.choice(np.array([0, 65535], np.uint16), (60, 90, 1))
    made, _ = back_project(large, source, "exact")
    assert np.abs(averaged(made, 20, 30) - source).max() < 1e-6


def test_areas_keep_their_color_where_pixels_may_change() -> None:
    grain = np.random.default_rng(2).integers(-6, 7, (128, 160, 3))
    source = (drawing(160, 128).pixels + grain).clip(0, 255).astype(np.uint8)
    large = noisy(source, (320, 256))
    before, after = (
        np.abs((averaged(made, 16, 20) - averaged(source, 16, 20))[:, :, 2]).mean()
        for made in (back_project(large, source, mode)[0] for mode in ("off", "color"))  # type: ignore[arg-type]
    )
    assert before > 2
    assert after < 0.2
    # The detail is left alone: only a smooth shift was added.
    made = back_project(large, source, "color")[0].astype(int) - large // 257
    assert np.abs(np.diff(made, axis=1)).max() <= 2


@pytest.mark.parametrize("mode", ["exact", "color", "off"])
@pytest.mark.parametrize("level", [0, 1, 128, 254, 255])
def test_constant_stays_constant(mode: str, level: int) -> None:
    source = np.full((60, 50, 3), level, np.uint8)
    source[:10, :10] = (10, 200, 90)
    for size in ((100, 120), (77, 91)):
        made, _ = back_project(noisy(source, size), source, mode)  # type: ignore[arg-type]
        assert (made[size[1] // 2 :, size[0] // 2 :] == level).all()


@pytest.mark.parametrize("mode", ["exact", "color", "off"])
@pytest.mark.parametrize("size", [(96, 80), (77, 64)])
def test_gray_areas_of_a_colored_picture_stay_gray(mode: str, size: tuple[int, int]) -> None:
    source = np.repeat(drawing(channels=1).pixels, 3, axis=2)
    source[:8, :8] = (200, 30, 30)
    made, _ = back_project(noisy(source, size), source, mode)  # type: ignore[arg-type]
    gray = made[size[1] // 2 :].astype(int)
    assert (gray == gray[:, :, :1]).all()


@pytest.mark.parametrize("mode", ["exact", "color", "off"])
@pytest.mark.parametrize("size", [(96, 80), (77, 64), (101, 84)])
def test_bands_leave_no_seam(
    mode: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = drawing().pixels
    large = noisy(source, size)
    whole, residual = back_project(large, source, mode)  # type: ignore[arg-type]
    monkeypatch.setattr(back_projection, "BLOCK", (17, 23))
    monkeypatch.setattr(back_projection, "ALIGNED_BLOCK", (18, 12))
    banded, in_bands = back_project(large, source, mode)  # type: ignore[arg-type]
    assert np.array_equal(banded, whole)
    assert in_bands.mean == pytest.approx(residual.mean)
    assert in_bands.worst == residual.worst


def test_rows_are_released_when_they_were_used() -> None:
    source = np.random.default_rng(3).integers(0, 256, (900, 700, 3), np.uint8)
    large = noisy(source, (1400, 1800))
    ends, released = [], [0]

    def read(first: int, last: int) -> NDArray[np.uint16]:
        assert first >= released[-1]
        ends.append(last - released[-1])
        return large[first:last]

    rows = Rows(large.shape, large.dtype, read, released.append)
    for mode in ("exact", "color", "off"):
        released[:] = [0]
        ends.clear()
        back_projection.back_project(rows, Rows.of(source), mode, lambda first, rows: None)  # type: ignore[arg-type]
        # Colors of areas need 9 cells of 8 source pixels beyond.
        assert max(ends) <= (300 if mode == "color" else 100)
        assert released[-1] == 1800


def test_16_bits() -> None:
    source = drawing(depth=16).pixels
    made, residual = back_project(noisy(source, (96, 80)), source, "exact")
    assert made.dtype == np.uint16
    assert residual.worst < 0.01
    assert np.abs(averaged(made, 40, 48) - source).max() < 1


def test_an_axis_is_its_own_average() -> None:
    axis = Axis(3, 5, 0, 3)
    values = np.array([[1.0, 2, 3, 4, 5]], np.float32)
    # 5/3 pixels each: 1 and 2/3 of 2; 1/3 of 2, 3 and 1/3 of 4; 2/3 of 4 and 5.
    expected = [(1 + 4 / 3) * 0.6, (2 / 3 + 3 + 4 / 3) * 0.6, (8 / 3 + 5) * 0.6]
    assert axis.average(values, 1)[0] == pytest.approx(expected)
    assert axis.spread(np.array([[3.0, 6, 9]], np.float32), 1)[0] == pytest.approx([3, 4, 6, 8, 9])
