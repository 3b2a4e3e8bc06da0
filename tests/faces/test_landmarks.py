from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from known import face_row, page

from nijigen import Picture
from nijigen.core.run import Run
from nijigen.faces import LANDMARKS, Box, Faces, _find
from nijigen.faces._page import Page
from nijigen.faces._reading import LANDMARKS_FACTOR, Reading, read_landmarks
from nijigen.faces.attributes import attributes
from nijigen.faces.landmarks import landmarks


def test_points_lie_where_the_network_says_around_the_face() -> None:
    found = landmarks(page(640, 480, [(300, 200, 64)]))
    assert isinstance(found, Faces)
    face = found.faces[0]
    assert face.landmarks is not None
    assert list(face.landmarks) == list(LANDMARKS)
    # The test network draws a ring of a quarter of the crop.
    middle = [(face.box.left + face.box.right) / 2, (face.box.top + face.box.bottom) / 2]
    radius = np.linalg.norm(face.points[:, :2] - middle, axis=1)
    assert radius == pytest.approx(np.full(64, 0.25 * LANDMARKS_FACTOR * face.box.side), abs=1)
    assert face.points[:, 2] == pytest.approx(np.full(64, 0.9))
    assert face.points[0, 0] > middle[0]
    assert face.points[16, 1] > middle[1]


def test_many_faces_are_read_in_batches() -> None:
    boxes = [[x, y, x + 30, y + 30] for x in range(0, 400, 40) for y in range(0, 80, 40)]
    found = landmarks(page(640, 480, []), given=str(boxes))
    assert isinstance(found, Faces)
    assert len(found.faces) == 20
    ring = face_row()[:192].reshape(-1, 3)[:, :2].mean(0)
    assert ring == pytest.approx([0.5, 0.5], abs=1e-3)
    for face in found.faces:
        middle = face.points[:, :2].mean(0)
        assert middle == pytest.approx([face.box.left + 15, face.box.top + 15], abs=1)


def test_points_moved_by_hand_stay() -> None:
    picture = page(640, 480, [(300, 200, 64)])
    found = landmarks(picture)
    assert isinstance(found, Faces)
    text = found.to_json()
    nose = found.faces[0].model_dump()["landmarks"]["nose_tip"]
    moved = text.replace(
        f'"nose_tip":[{nose[0]},{nose[1]},{nose[2]}]', '"nose_tip":[301.0,222.0,1.0]'
    )
    assert moved != text
    again = landmarks(picture, given=moved)
    assert isinstance(again, Faces)
    assert again.faces[0].landmarks is not None
    assert again.faces[0].landmarks["nose_tip"] == (301, 222, 1)


def test_only_what_is_not_given_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = page(640, 480, [(100, 100, 32), (300, 200, 64)])
    found = landmarks(picture)
    assert isinstance(found, Faces)
    read: list[int] = []

    def counted(page: Page, boxes: Sequence[Box], run: Run) -> list[Reading]:
        read.append(len(boxes))
        return read_landmarks(page, boxes, run)

    monkeypatch.setattr(_find, "read_landmarks", counted)
    assert landmarks(picture, given=found.to_json()) == found
    first, second = found.faces
    half = found.model_copy(
        update={"faces": (first.model_copy(update={"landmarks": None}), second)}
    )
    assert landmarks(picture, given=half.to_json()) == found
    attributes(picture, given=found.to_json())
    assert read == [0, 1, 2], "none, the one without, and all for pose and openness"


def test_faces_at_and_beyond_the_edge() -> None:
    found = landmarks(Picture(np.full((9, 7, 1), 200, np.uint8)), given="[[-30, -30, 4, 4]]")
    assert isinstance(found, Faces)
    assert np.isfinite(found.faces[0].points).all()
