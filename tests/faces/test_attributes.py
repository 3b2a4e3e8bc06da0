from __future__ import annotations

import numpy as np
import pytest
from known import drawn, page

from nijigen import Picture
from nijigen.core.values import rgb
from nijigen.faces import EYE_COLORS, HAIR_COLORS, Face, Faces
from nijigen.faces._measuring import measure
from nijigen.faces._page import Page
from nijigen.faces._reading import Reading
from nijigen.faces.attributes import attributes

PLAIN = {"yaw": 0, "pitch": 0, "roll": 0, "expression": "neutral", "glasses": "none"}


def _apart(one: str | None, other: str) -> float:
    assert one is not None
    return float(np.linalg.norm(np.array(rgb(one), float) - rgb(other)))


def _measured(picture: Picture, face: Face, openness: float = 1.0):  # type: ignore[no-untyped-def]
    return measure(Page(picture), face, Reading(face.points, (0, 0, 0), openness, openness, 0))


def test_one_call_reads_everything() -> None:
    found = attributes(page(640, 480, [(300, 200, 64)]))
    assert isinstance(found, Faces)
    face = found.faces[0]
    assert face.landmarks is not None
    assert face.attributes is not None
    read = face.attributes
    assert (read.hair_name, read.eye_name) == (HAIR_COLORS[3], EYE_COLORS[9]) == ("blue", "red")
    assert (read.hair_name_confidence, read.eye_name_confidence) == (0.8, 0.7)
    assert (read.yaw, read.pitch, read.roll) == (17.5, -10, 5)
    assert (read.eye_left.open, read.eye_right.open, read.mouth_open) == (1, 0.4, 0.3)
    assert read.mouth == "open"


@pytest.mark.parametrize("seed", [0, 3, 8, 11, 16, 22])
def test_colors_of_drawn_characters_are_measured(seed: int) -> None:
    colors = {"skin": "#f2cfb5", "hair_color": "#3c62c8", "eye_color": "#2f9a48"}
    given = {**PLAIN, **colors, "hair_coloring": "plain", "headwear": "none", "beard": "none"}
    truth, face = drawn(seed, **given, hair_front="blunt", gaze_x=0, gaze_y=0)
    found = _measured(Picture(truth.rgb), face)
    assert _apart(found.skin, "#f2cfb5") < 12
    assert _apart(found.hair, "#3c62c8") < 40
    for eye, groups in zip(found.eyes, found.eye_colors, strict=True):
        red, green, blue = rgb(eye or "#000000")
        # An iris is drawn darker above and lighter below; it stays green.
        assert green > max(red, blue) + 15
        assert len(groups) == 4
    assert not found.colorless


def test_left_is_the_viewers_left() -> None:
    given = {**PLAIN, "eye_color": "#c03030", "eye_color_left": "#3040c0", "hair_front": "none"}
    truth, face = drawn(3, **given)
    left, right = (rgb(color or "#000000") for color in _measured(Picture(truth.rgb), face).eyes)
    assert left.blue > left.red + 20
    assert right.red > right.blue + 20


def test_gray_pictures_have_no_names_of_colors() -> None:
    truth, face = drawn(3, **PLAIN)
    faces = Faces(faces=(face,))
    found = attributes(Picture(truth.rgb).gray(), given=faces)  # type: ignore[arg-type]
    assert isinstance(found, Faces)
    read = found.faces[0].attributes
    assert read is not None
    assert (read.hair_name, read.eye_name) == (None, None)
    assert read.skin is not None
    assert len(set(rgb(read.skin))) == 1


def test_closed_and_hidden_eyes_have_no_color() -> None:
    truth, face = drawn(3, **PLAIN)
    assert _measured(Picture(truth.rgb), face, openness=0.05).eyes == (None, None)
    marks = {
        name: point._replace(visible=0.1 if name == "iris_left" else point.visible)
        for name, point in (face.landmarks or {}).items()
    }
    left, right = _measured(Picture(truth.rgb), face.model_copy(update={"landmarks": marks})).eyes
    assert left is None
    assert right is not None


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (31, 17)])
def test_a_box_around_nothing_is_measured_without_complaint(size: tuple[int, int]) -> None:
    picture = Picture(np.full((size[1], size[0], 4), 0, np.uint8))
    found = attributes(picture, given="[[0, 0, 1, 1]]")
    assert isinstance(found, Faces)
    assert found.faces[0].attributes is not None
