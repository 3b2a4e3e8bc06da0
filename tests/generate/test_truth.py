"""The truth that comes with a drawing: exact, finite, and true."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.generate import LANDMARKS, REGIONS, Sample, sample
from nijigen.generate._character.drawing.raster import rasterized
from nijigen.generate._character.drawing.view import framed
from nijigen.generate._character.figure import figure
from nijigen.generate._character.traits.parameters import traits

SIZE = 96


def check(drawn: Sample) -> None:
    """What must hold for every seed."""
    size = drawn.rgb.shape[0]
    for picture in (drawn.rgb, drawn.flat, drawn.normals):
        assert picture.shape == (size, size, 3)
    for plane in (drawn.lines, drawn.shade, drawn.highlight, drawn.regions, drawn.parts):
        assert plane.shape == (size, size)
        assert plane.dtype == np.uint8
    assert drawn.landmarks.shape == (len(LANDMARKS), 2)
    assert np.isfinite(drawn.landmarks).all()
    inside = ((drawn.landmarks >= 0) & (drawn.landmarks < size)).all(axis=1)
    assert (inside | ~drawn.visible).all()
    assert drawn.visible.sum() >= 12
    left, top, right, bottom = drawn.face_box
    assert left < right
    assert top < bottom
    assert drawn.head_box[1] < top
    assert drawn.parts.max() < len(drawn.part_names)
    # Each part stands inside of its parent.
    assert drawn.mask("face").any(), "there is no face"
    for child in ("eye_white", "iris", "pupil", "teeth", "mouth"):
        rows, columns = np.nonzero(drawn.mask(child))
        if len(rows):
            assert top - 2 <= rows.min() <= rows.max() <= bottom + 2
            assert left - 3 <= columns.min() <= columns.max() <= right + 3


def test_a_hundred_seeds() -> None:
    for seed in range(100):
        check(sample(seed, size=SIZE, samples=2))


@pytest.mark.slow
def test_two_thousand_seeds() -> None:
    for seed in range(2000):
        # Of 256 pixels a region may be too thin for its mask; not so of 512.
        drawn = sample(seed, size=512, samples=2)
        check(drawn)
        assert not astray(drawn), f"seed {seed}: {astray(drawn)}"


def astray(drawn: Sample) -> list[str]:
    """Return the visible landmarks that lie farther than 1 % of the face from what is drawn.

    And the pixel that a mask is rounded to.
    """
    limit = 0.01 * (drawn.face_box[3] - drawn.face_box[1]) + 1
    face = drawn.mask("face")
    # The lashes of an eye that is turned away reach over the contour.
    head = face | drawn.mask("lash") | drawn.mask("eye_white") | drawn.mask("beard")
    edge = np.zeros_like(face)
    edge[1:-1, 1:-1] = head[1:-1, 1:-1] & ~(
        head[:-2, 1:-1] & head[2:, 1:-1] & head[1:-1, :-2] & head[1:-1, 2:]
    )
    # Where the picture ends, so does the head.
    edge[[0, -1]] |= head[[0, -1]]
    edge[:, [0, -1]] |= head[:, [0, -1]]
    eye = np.isin(drawn.regions, [REGIONS.index(n) for n in ("iris", "pupil", "eye_light")])
    lid_line = (drawn.lines > 60) & face
    lash = drawn.mask("lash") | drawn.mask("eye_white") | eye
    mouth = drawn.mask("mouth") | drawn.mask("teeth")
    # Closed lips are a line, on the beard of some, with a tongue below of others.
    if "mouth" not in drawn.part_names:
        mouth |= (drawn.lines > 60) & (face | drawn.mask("beard"))
    # The end of a brow is thinner than a pixel: there it is ink without being a region.
    brow = drawn.mask("brow").astype(np.uint8)
    thin = (cv2.dilate(brow, np.ones((7, 7), np.uint8)) > 0) & (drawn.lines > 10)
    masks = {"brow": (brow > 0) | thin, "iris": eye, "contour": edge, "nose": face, "eye": lash,
             "lower": lash | lid_line, "mouth": mouth}  # fmt: skip
    found = []
    for name, point, seen in zip(LANDMARKS, drawn.landmarks, drawn.visible, strict=True):
        kind = "lower" if name.startswith("eye") and "lower" in name else name.partition("_")[0]
        if seen and _far(masks[kind], point, limit) > limit:
            found.append(name)
    return found


def _far(mask: NDArray[np.bool_], point: NDArray[np.float32], limit: float) -> float:
    left, top = (max(0, int(v - limit - 2)) for v in point)
    reach = int(2 * limit + 5)
    rows, columns = np.nonzero(mask[top : top + reach, left : left + reach])
    if not len(rows):
        return np.inf
    away = np.hypot(columns + left + 0.5 - point[0], rows + top + 0.5 - point[1])
    return float(away.min())


def test_landmarks_lie_on_what_is_drawn() -> None:
    seen = 0
    for seed in range(16):
        drawn = sample(seed, size=512, samples=2)
        assert not astray(drawn), f"seed {seed}: {astray(drawn)}"
        seen += int(drawn.visible.sum())
    assert seen > 16 * 30


def test_boxes_are_what_an_annotator_draws() -> None:
    given = {"ears": "human", "headwear": "none", "framing": "bust", "glasses": "none",
             "ornament": "none", "ahoge": "none", "outfit": "tee"}  # fmt: skip
    skull = ("cap", "bangs", "side", "skull", "curtain", "fall", "afro", "wreath", "tuft", "face")
    for seed in range(40):
        drawn = sample(seed, size=192, samples=2, given=given)
        left, top, right, bottom = drawn.head_box
        face = drawn.face_box
        assert 0.7 < (face[2] - face[0]) / (face[3] - face[1]) < 1.3, seed
        assert left <= face[0] < face[2] <= right, seed
        assert top < face[1] < face[3], seed
        assert bottom == pytest.approx(face[3]), seed
        on_head = [n for n, name in enumerate(drawn.part_names) if name.partition(".")[0] in skull]
        rows, columns = np.nonzero(np.isin(drawn.parts, on_head)[: int(bottom)])
        assert rows.min() == pytest.approx(top, abs=4), seed
        assert columns.min() >= left - 2, seed
        assert columns.max() + 1 <= right + 2, seed
        # Tight as well: hair or cheek comes near to both sides.
        assert columns.min() <= left + 8, seed
        assert columns.max() + 1 >= right - 8, seed


def test_paint_is_no_line() -> None:
    for name, first, second in (("marking", "none", "freckles"), ("marking", "none", "face_paint"),
                                ("blush", 0.0, 1.0), ("highlights", "flat", "shine")):  # fmt: skip
        a, b = (sample(8, size=SIZE, given={name: value}) for value in (first, second))
        assert not np.array_equal(a.rgb, b.rgb)
        assert np.array_equal(a.lines, b.lines), second


def test_normals_are_those_of_a_head() -> None:
    given = {"hair_back": "bald", "age": "middle", "femininity": 0.0, "yaw": 0.0, "pitch": 0.0,
             "roll": 0.0, "beard": "none", "headwear": "none", "glasses": "none",
             "framing": "bust", "outfit": "tee"}  # fmt: skip
    drawn = sample(8, given=given)
    left, top, right, bottom = (int(v) for v in drawn.face_box)
    x, y, z = (drawn.normals[:, :, axis].astype(float) / 127.5 - 1 for axis in range(3))
    middle = (left + right) // 2
    brow = top + (bottom - top) // 5
    assert abs(x[brow, middle]) < 0.1
    assert z[brow, middle] > 0.85
    assert x[brow, left + 8] < -0.6
    assert x[brow, right - 8] > 0.6
    assert y[bottom - 4, middle] > 0.5
    # The sides of the nose look away from each other.
    nose = drawn.landmarks[LANDMARKS.index("nose_tip")].astype(int)
    assert x[nose[1] - 5, nose[0] - 3] < -0.1 < 0.1 < x[nose[1] - 5, nose[0] + 3]
    assert (drawn.normals[drawn.regions == 0] == (128, 128, 255)).all()


def test_truth_agrees_with_itself() -> None:
    given = {"shading": "cel", "background": "plain", "blush": 0.0}
    drawn = sample(8, given=given)
    who = traits(8, given)
    planes = rasterized(figure(who)[0], framed(who, 256, 256), 3)
    # Strokes of a brush, such as brows seen through hair, are no lines.
    brushed = ((planes.ink != 0) & (planes.lines == 0)).astype(np.uint8)
    brushed = cv2.dilate(brushed, np.ones((3, 3), np.uint8))
    clean = (drawn.lines == 0) & (drawn.shade == 0) & (drawn.highlight == 0)
    clean &= brushed[1::3, 1::3] == 0
    # Without lines, shadow and light, the drawing is its flat colors.
    assert np.array_equal(drawn.rgb[clean], drawn.flat[clean])
    dark = (drawn.shade == 255) & (drawn.lines == 0)
    assert drawn.rgb[dark].mean() < drawn.flat[dark].mean() - 10
    vectors = drawn.normals.astype(float) / 127.5 - 1
    assert np.abs(np.sqrt((vectors**2).sum(axis=2)) - 1).max() < 0.03


def test_closed_eyes_hide_the_iris() -> None:
    drawn = sample(8, given={"open_left": 0.0, "open_right": 1.0, "glasses": "none",
                             "hair_front": "short", "yaw": 0.0})  # fmt: skip
    seen = dict(zip(LANDMARKS, drawn.visible, strict=True))
    assert not seen["iris_left"]
    assert seen["iris_right"]


def test_turning_the_head_moves_the_features() -> None:
    place = {}
    for yaw in (-30.0, 0.0, 30.0):
        drawn = sample(8, given={"yaw": yaw, "pitch": 0.0, "roll": 0.0, "framing": "face"})
        place[yaw] = drawn.landmarks[LANDMARKS.index("nose_tip"), 0]
    assert place[-30.0] < place[0.0] - 15
    assert place[30.0] > place[0.0] + 15


def test_masks() -> None:
    drawn = sample(8)
    assert drawn.mask("face").sum() > 500
    assert np.array_equal(drawn.mask(drawn.part_names[5]), drawn.parts == 5)
    with pytest.raises(InputError, match="no part 'nos'"):
        drawn.mask("nos")


@pytest.mark.parametrize("seed", [5000, 5002, 5028, 5036, 5080, 5114])
def test_the_figure_has_an_outline(seed: int) -> None:
    """Wild tufts and blunt ends of hair too: a fill spreads to where a line is missing."""
    drawn = sample(seed, size=384)
    behind = drawn.mask("background")
    rim = behind != cv2.erode(behind.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    inked = cv2.dilate(drawn.lines, np.ones((7, 7), np.uint8)) >= 100
    assert (rim & ~inked).sum() <= 3
