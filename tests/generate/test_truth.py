"""The truth that comes with a drawing: exact, finite, and true."""

from __future__ import annotations

from itertools import count, islice

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.generate import LANDMARKS, REGIONS, Sample, sample, stream

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


def test_two_hundred_seeds() -> None:
    for seed in range(200):
        check(sample(seed, size=SIZE, samples=2))


@pytest.mark.slow
def test_two_thousand_seeds() -> None:
    for seed in range(2000):
        check(sample(seed, samples=2))


def _far(mask: NDArray[np.bool_], point: NDArray[np.float32]) -> float:
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return np.inf
    away = np.hypot(columns + 0.5 - point[0], rows + 0.5 - point[1])
    return float(away.min())


def test_landmarks_lie_on_what_is_drawn() -> None:
    """Within 1 % of the face, and the pixel that a mask is rounded to."""
    checked = 0
    for seed in range(30):
        drawn = sample(seed, size=512, samples=2)
        limit = 0.01 * (drawn.face_box[3] - drawn.face_box[1]) + 1
        face = drawn.mask("face")
        # The lashes of an eye that is turned away reach over the contour.
        head = face | drawn.mask("lash") | drawn.mask("eye_white") | drawn.mask("beard")
        edge = np.zeros_like(face)
        edge[1:-1, 1:-1] = head[1:-1, 1:-1] & ~(
            head[:-2, 1:-1] & head[2:, 1:-1] & head[1:-1, :-2] & head[1:-1, 2:]
        )
        eye = np.isin(drawn.regions, [REGIONS.index(n) for n in ("iris", "pupil", "eye_light")])
        lash = drawn.mask("lash") | drawn.mask("eye_white") | eye
        mouth = drawn.mask("mouth") | drawn.mask("teeth")
        for name, point, seen in zip(LANDMARKS, drawn.landmarks, drawn.visible, strict=True):
            if not seen:
                continue
            kind = name.partition("_")[0]
            if kind == "mouth" and not mouth.any():
                mask = (drawn.lines > 60) & face
            elif kind == "mouth":
                mask = mouth
            else:
                mask = {
                    "brow": drawn.mask("brow"), "iris": eye, "contour": edge, "nose": face,
                    "eye": lash,
                }[kind]  # fmt: skip
            if kind == "eye" and "lower" in name:
                mask = mask | ((drawn.lines > 60) & face)
            assert _far(mask, point) <= limit, f"seed {seed}: {name}"
            checked += 1
    assert checked > 30 * 30


def test_truth_agrees_with_itself() -> None:
    drawn = sample(8, given={"shading": "cel", "background": "plain", "blush": 0.0})
    clean = (drawn.lines == 0) & (drawn.shade == 0) & (drawn.highlight == 0)
    clean &= drawn.regions != REGIONS.index("face")
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


def test_stream_is_the_samples_in_order() -> None:
    seeds = [4, 9, 2]
    for drawn, seed in zip(stream(seeds, size=48), seeds, strict=True):
        assert drawn.seed == seed
        assert np.array_equal(drawn.rgb, sample(seed, size=48).rgb)


def test_stream_of_two_processes_may_be_endless() -> None:
    some = list(islice(stream(count(), size=32, workers=2), 20))
    assert [drawn.seed for drawn in some] == list(range(20))
    assert np.array_equal(some[11].rgb, sample(11, size=32).rgb)
