"""Halftone: tone, shapes, inks, edges."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen import Picture, Run, get
from nijigen.core.errors import Cancelled, SettingsError
from nijigen.imaging.color_spaces import to_linear

halftone = get("effects.halftone")
SHAPES = [shape for shape in get_args(halftone.parameters["shape"][0]) if shape != "own"]


def flat(value: int | tuple[int, int, int], side: int = 240) -> Picture:
    channels = 1 if isinstance(value, int) else 3
    return Picture(np.full((side, side, channels), value, np.uint8))


def centered_mean(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return the mean with a soft window, so that cells cut by the border count little."""
    window = [np.hanning(size + 2)[1:-1] for size in values.shape[:2]]
    weights = np.outer(*window)
    mean: NDArray[np.float64] = np.tensordot(weights / weights.sum(), values, 2)
    return mean


def light_of(picture: Picture) -> NDArray[np.float64]:
    return to_linear(picture.pixels / 255)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("cell", "angle"), [(2, 0), (5, 0), (8, 45), (7.5, 20)])
def test_mean_of_flat_gray_is_that_gray(shape: str, cell: float, angle: float) -> None:
    errors = [
        abs(centered_mean(halftone(flat(v), shape=shape, cell=cell, angle=angle).pixels)[0] - v)
        for v in range(0, 256, 51)
    ]
    assert max(errors) < 1


def test_every_gray_level_is_kept_and_tones_rise_evenly() -> None:
    means = [float(halftone(flat(v, 64), angle=0).pixels.mean()) for v in range(256)]
    assert np.abs(np.array(means) - np.arange(256)).max() < 0.5
    assert (np.diff(means) > 0).all()


@pytest.mark.parametrize("softness", [0, 0.5, 3])
def test_softness_keeps_the_tone(softness: float) -> None:
    for value in (20, 90, 128, 200):
        result = halftone(flat(value), angle=30, softness=softness)
        assert abs(centered_mean(result.pixels)[0] - value) < 1


def test_linear_tone_keeps_the_light() -> None:
    for value in (40, 128, 220):
        result = halftone(flat(value), tone="linear", cell=6)
        wanted = float(to_linear(np.array(value / 255)))
        assert abs(centered_mean(light_of(result))[0] - wanted) < 0.005


@pytest.mark.parametrize("shape", ["dot", "line", "ring"])
@pytest.mark.parametrize("black", [0, 0.5, 1])
@pytest.mark.parametrize(
    "color", [(230, 200, 180), (128, 128, 128), (120, 90, 60), (90, 140, 170), (40, 30, 30)]
)
def test_process_inks_keep_the_color(color: tuple[int, int, int], black: float, shape: str) -> None:
    result = halftone(flat(color), mode="cmyk", black=black, cell=5, shape=shape)
    assert np.abs(centered_mean(result.pixels) - color).max() < 4


def test_full_black_prints_gray_without_colored_inks() -> None:
    result = halftone(flat((128, 128, 128)), mode="cmyk", black=1).pixels.astype(int)
    assert np.ptp(result, axis=2).max() <= 3
    colored = halftone(flat((128, 128, 128)), mode="cmyk", black=0).pixels.astype(int)
    assert np.ptp(colored, axis=2).max() > 100


@pytest.mark.parametrize("mode", ["mono", "duotone", "cmyk"])
def test_white_is_bare_paper(mode: str) -> None:
    result = halftone(flat((255, 255, 255)), mode=mode, paper="#fff4dd").pixels
    assert (result == (255, 244, 221)).all()


def test_duotone_keeps_the_lightness() -> None:
    for value in (90, 160, 230):
        result = halftone(flat((value,) * 3), mode="duotone", cell=5)
        assert abs(centered_mean(result.pixels) @ (0.299, 0.587, 0.114) - value) < 3


def test_mono_prints_ink_and_paper_only_when_hard() -> None:
    ramp = Picture(np.tile(np.arange(256, dtype=np.uint8), (40, 1)))
    result = halftone(ramp, ink="#102030", paper="#f0e0d0", softness=0).pixels
    colors = {tuple(color) for color in result.reshape(-1, 3).tolist()}
    assert colors == {(16, 32, 48), (240, 224, 208)}


def test_light_ink_on_dark_paper_prints_the_lights() -> None:
    result = halftone(flat(200), ink="white", paper="black")
    assert abs(centered_mean(result.pixels)[0] - 200) < 1


@pytest.mark.parametrize("angle", [0, 45, 90])
def test_lines_run_along_the_angle(angle: float) -> None:
    result = halftone(flat(128, 64), shape="line", angle=angle, cell=8).pixels[:, :, 0]
    across, down = (np.abs(np.diff(result.astype(int), axis=axis)).sum() for axis in (1, 0))
    assert (across == 0, down == 0) == (angle == 0, angle == 90)


def test_rings_turn_around_the_center() -> None:
    result = halftone(flat(128, 65), shape="ring", cell=8).pixels
    assert np.abs(result.astype(int) - np.rot90(result)).max() <= 2
    moved = halftone(flat(128, 65), shape="ring", cell=8, center_x=0, center_y=0).pixels
    assert np.abs(moved.astype(int) - moved.transpose(1, 0, 2)).max() <= 2
    assert not np.array_equal(moved, result)


def test_dots_lie_a_cell_apart() -> None:
    result = halftone(flat(200, 96), cell=12, angle=0).pixels
    assert np.array_equal(result[12:], result[:-12])
    assert not np.array_equal(result[6:], result[:-6])


def test_solid_keeps_dark_lines_whole() -> None:
    drawing = np.full((80, 80), 200, np.uint8)
    drawing[:, 40:42] = 60
    broken = halftone(Picture(drawing)).pixels[:, 40:42]
    whole = halftone(Picture(drawing), solid=30).pixels[:, 40:42]
    assert broken.max() > 100
    assert whole.max() == 0


@pytest.mark.parametrize("mode", ["mono", "duotone", "cmyk"])
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (33, 17)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_any_size_and_channels(mode: str, size: tuple[int, int], channels: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, channels)).astype(np.uint8)
    result = halftone(Picture(pixels), mode=mode)
    assert result.pixels.shape[:2] == size
    assert result.channels == (channels if mode == "mono" else max(channels, 3))
    if channels == 4:
        assert np.array_equal(result.pixels[:, :, 3], pixels[:, :, 3])


def test_bands_do_not_show() -> None:
    # Wider than tall enough for several bands: each row must be as in a picture of one band.
    tall = halftone(flat(100, 700), angle=33, cell=9).pixels
    short = halftone(Picture(np.full((60, 700), 100, np.uint8)), angle=33, cell=9).pixels
    assert np.array_equal(tall[:60], short)
    wide = np.full((700, 700, 3), (90, 120, 200), np.uint8)
    once = halftone(Picture(wide), mode="cmyk", cell=10, angle=90).pixels
    # Black turned to 90 puts yellow at 45, cyan at 60: nothing repeats by rows but the bands.
    steps = np.abs(np.diff(once.astype(int), axis=0)).mean(axis=(1, 2))
    assert steps.max() < 2 * np.median(steps)


def test_out_of_range_names_the_setting() -> None:
    with pytest.raises(SettingsError, match="cell"):
        halftone(flat(9, 4), cell=1)


def test_can_be_cancelled() -> None:
    run = Run()
    run.cancel()
    with pytest.raises(Cancelled):
        halftone(flat(9, 4), run=run)


def pointer() -> Picture:
    """A shape that is not symmetrical: a triangle that points to the right, opaque."""
    y, x = np.mgrid[:40, :40]
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[np.abs(y - 20) < (35 - x) / 2] = 255
    return Picture(pixels)


def test_an_own_dot_keeps_the_tone_and_its_shape() -> None:
    for value in (40, 128, 220):
        result = halftone(flat(value), dot=pointer(), shape="own", cell=12, angle=0).pixels
        assert abs(centered_mean(result)[0] - value) < 1
    cell = halftone(flat(210, 96), dot=pointer(), shape="own", cell=24, angle=0).pixels[
        24:48, 24:48
    ]
    left, right = (255 - half.astype(int) for half in np.hsplit(cell[:, :, 0], 2))
    assert left.sum() > 1.5 * right.sum()


def test_an_own_shape_needs_a_dot() -> None:
    with pytest.raises(SettingsError, match="own"):
        halftone(flat(9, 4), shape="own")


def test_stochastic_dots_have_one_size_and_no_lattice() -> None:
    result = halftone(flat(200, 128), shape="stochastic", cell=8).pixels[:, :, 0]
    blocks = result.reshape(64, 2, 64, 2)
    assert (blocks == blocks[:, :1, :, :1]).all()
    ink = (result[::2, ::2] == 0).astype(float)
    power = np.abs(np.fft.fft2(ink - ink.mean())) ** 2
    assert power.max() < 0.02 * power.sum()


def test_lines_per_inch_set_the_cell() -> None:
    by_lpi = halftone(flat(120, 64), lpi=60, dpi=600).pixels
    assert np.array_equal(by_lpi, halftone(flat(120, 64), cell=10).pixels)


def test_wavering_lines_keep_the_tone() -> None:
    straight = halftone(flat(120), shape="line", cell=9).pixels
    wavy = halftone(flat(120), shape="line", cell=9, wobble=1).pixels
    assert abs(centered_mean(wavy)[0] - 120) < 2
    assert np.abs(wavy.astype(int) - straight).mean() > 20


def test_angles_of_single_inks() -> None:
    color = flat((90, 140, 170), 96)
    usual = halftone(color, mode="cmyk").pixels
    assert not np.array_equal(usual, halftone(color, mode="cmyk", cyan_angle=-20).pixels)
    assert np.array_equal(usual, halftone(color, mode="cmyk", second_angle=0).pixels)


def test_screentone_has_only_the_tones_of_sheets() -> None:
    for value, percent in ((252, 0), (243, 5), (225, 10), (150, 40), (80, 70), (5, 100)):
        result = halftone(flat(value), mode="screentone", solid=1, lpi=60).pixels
        assert abs(centered_mean(result)[0] - 255 * (1 - percent / 100)) < 1


def test_screentone_gives_a_part_one_tone() -> None:
    ramp = Picture(np.tile(np.linspace(120, 240, 240).astype(np.uint8), (240, 1)))
    parts = np.full((24, 24, 3), (200, 30, 30), np.uint8)
    result = halftone(ramp, parts=Picture(parts), mode="screentone", cell=8).pixels
    left, right = (half.mean() for half in np.hsplit(result, 2))
    assert abs(left - right) < 3
    free = halftone(ramp, mode="screentone", cell=8).pixels
    assert np.hsplit(free, 2)[0].mean() < np.hsplit(free, 2)[1].mean() - 30


@pytest.mark.parametrize("settings", [{}, {"shape": "line"}, {"mode": "cmyk", "softness": 1}])
def test_vectors_have_as_much_ink(settings: dict[str, object], tmp_path: Path) -> None:
    y, x = np.mgrid[:90, :120]
    picture = Picture(np.stack([x * 2, y * 2 + 40, x + y], -1).astype(np.uint8))
    drawing = halftone(picture, cell=9, **settings)
    drawing.save(tmp_path / "screen.svg")
    text = (tmp_path / "screen.svg").read_text()
    assert text.count("<path") == (4 if settings.get("mode") == "cmyk" else 1)
    drawn = Picture.open(tmp_path / "screen.svg").rgb().pixels.astype(float)
    pixels = drawing.rgb().pixels.astype(float)
    ink = 255 - pixels.mean(axis=(0, 1))
    assert np.abs(drawn.mean(axis=(0, 1)) - pixels.mean(axis=(0, 1))).max() < 0.02 * ink.max()
    assert np.corrcoef(drawn.ravel(), pixels.ravel())[0, 1] > 0.95


def test_marks_lie_around_the_picture_in_every_ink(tmp_path: Path) -> None:
    gray = Picture(np.full((60, 80, 3), 128, np.uint8))
    halftone(gray, mode="cmyk", cell=8, marks=True).save(tmp_path / "marks.svg")
    text = (tmp_path / "marks.svg").read_text()
    assert 'viewBox="-5 -5 90 70"' in text
    assert 'width="90"' in text
    assert text.count("stroke-width") == 4
    drawn = Picture.open(tmp_path / "marks.svg").rgb().pixels.min(axis=2)
    assert drawn.shape == (70, 90)
    for column, row in [(45, 2), (45, 67), (2, 35), (87, 35)]:
        assert drawn[row - 2 : row + 3, column - 2 : column + 3].min() < 200


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, {"mode": "cmyk"}])
def test_inkscape_prints_as_much_ink(settings: dict[str, object], tmp_path: Path) -> None:
    inkscape = shutil.which("inkscape")
    if inkscape is None:
        pytest.skip("Inkscape is not installed (apt-get install inkscape)")
    y, x = np.mgrid[:240, :320]
    picture = Picture(np.stack([x * 0.7, y * 0.9 + 20, (x + y) * 0.4], -1).astype(np.uint8))
    drawing = halftone(picture, cell=9, **settings)
    drawing.save(tmp_path / "screen.svg")
    command = [inkscape, str(tmp_path / "screen.svg"), "-o", str(tmp_path / "screen.png")]
    subprocess.run(command, check=True, capture_output=True)
    drawn = Picture.open(tmp_path / "screen.png").rgb().pixels.astype(float)
    ink, theirs = (255 - pixels.mean(axis=(0, 1)) for pixels in (drawing.rgb().pixels, drawn))
    assert (np.abs(theirs - ink) / ink).max() < 0.02
