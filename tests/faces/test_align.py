from __future__ import annotations

import numpy as np
import pytest
from known import drawn

from nijigen import Picture
from nijigen.core.landmarks import part
from nijigen.faces import Faces
from nijigen.faces._aligning import PLACES, similarity
from nijigen.faces.align import align

ANGLES = [0, 20, -25]


def _middles(points: np.ndarray) -> np.ndarray:
    names = ("eye_left", "eye_right", "mouth")
    return np.array([points[part(name), :2].mean(0) for name in names])


@pytest.mark.parametrize("roll", ANGLES)
@pytest.mark.parametrize("size", [128, 256])
def test_eyes_and_mouth_come_to_their_places(roll: int, size: int) -> None:
    truth, face = drawn(11, 400, yaw=0, pitch=0, roll=roll, expression="neutral")
    # The eyes and the mouth marked in the picture: what comes out must show them in place.
    pixels = truth.rgb.copy() // 4
    places = np.rint(_middles(face.points) - 0.5).astype(int)
    for n, (x, y) in enumerate(places):
        pixels[y - 2 : y + 3, x - 2 : x + 3] = 0
        pixels[y - 2 : y + 3, x - 2 : x + 3, n] = 255
    given = Faces(faces=(face,))
    made = align(Picture(pixels), size=size, given=given)  # type: ignore[arg-type]
    (layer,) = (layer for _, layer in made.leaves())
    found = []
    for n in range(3):
        other = layer.pixels.pixels.astype(int)
        mark = other[:, :, n] - other[:, :, [k for k in range(3) if k != n]].max(2)
        weight = np.clip(mark - 80, 0, None)
        y, x = np.indices(weight.shape)
        found.append(((x + 0.5) * weight).sum() / weight.sum())
        found.append(((y + 0.5) * weight).sum() / weight.sum())
    error = np.array(found).reshape(3, 2) / size - PLACES
    # The proportions of a face differ from the mean by a little; the pose must not.
    assert np.abs(error).max() < 0.05
    assert abs(error[0, 1] - error[1, 1]) < 0.02


def test_a_similarity_moves_turns_and_scales() -> None:
    source = np.array([(0.0, 0), (4, 0), (2, 5)])
    turn = np.array([[0, -2.0], [2, 0]])
    found = similarity(source, source @ turn.T + (7, -3))
    assert found == pytest.approx(np.array([[0, -2, 7], [2, 0, -3.0]]))
    same = similarity(np.ones((3, 2)), source)
    assert np.isfinite(same).all()


def test_beyond_the_edge() -> None:
    truth, face = drawn(11, 128)
    given = Faces(faces=(face,))
    picture = Picture(truth.rgb)
    kinds = {
        border: next(align(picture, border=border, zoom=0.3, given=given).leaves())[1].pixels  # type: ignore[arg-type]
        for border in ("edge", "mirror", "transparent")
    }
    assert [kinds[name].channels for name in kinds] == [3, 3, 4]
    assert kinds["transparent"].pixels[0, 0, 3] == 0
    assert kinds["transparent"].pixels[150, 128, 3] == 255
    assert (kinds["edge"].pixels != kinds["mirror"].pixels).any()


def test_cut_outs_get_no_fringe() -> None:
    truth, face = drawn(11, 128)
    alpha = np.where(truth.regions[:, :, None] > 0, 255, 0).astype(np.uint8)
    pixels = np.dstack([np.where(alpha > 0, truth.rgb, (255, 0, 255)).astype(np.uint8), alpha])
    made = align(Picture(pixels), given=Faces(faces=(face,)))  # type: ignore[arg-type]
    (layer,) = (layer for _, layer in made.leaves())
    red, green, blue = (layer.pixels.rgb().pixels[:, :, c].astype(int) for c in range(3))
    assert (np.minimum(red, blue) - green).max() < 110


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_any_picture(channels: int) -> None:
    pixels = np.full((1, 1, channels), 200, np.uint8)
    made = align(Picture(pixels), given="[[0, 0, 1, 1]]", size=16)
    assert made.size == (16, 16)
