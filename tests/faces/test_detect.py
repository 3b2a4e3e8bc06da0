from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from known import page

from nijigen import Animation, Picture, Run
from nijigen.cli.main import main
from nijigen.core.errors import Cancelled, InputError, ModelError, SettingsError
from nijigen.faces import Face, Faces
from nijigen.faces.detect import detect
from nijigen.faces.engines import nijigen as ours
from pictures import drawing


def _boxes(faces: Faces) -> list[list[int]]:
    return sorted([round(v) for v in face.box] for face in faces.faces)


def test_faces_are_found_at_their_places() -> None:
    found = detect(page(640, 480, [(100, 100, 32), (300, 200, 64), (496, 304, 128)]))
    assert (found.width, found.height, found.engine) == (640, 480, "nijigen")
    assert len(found.faces) == 3, _boxes(found)
    truth = [(84, 84, 116, 116), (268, 168, 332, 232), (432, 240, 560, 368)]
    assert np.abs(np.array(_boxes(found)) - truth).max() <= 5
    heads = [face.head for face in found.faces if face.head]
    assert len(heads) == 3
    for face in found.faces:
        assert face.head
        assert face.head.width == pytest.approx(1.25 * face.box.width, rel=0.05)


def test_the_most_certain_come_first_and_the_uncertain_are_left_out() -> None:
    picture = page(640, 480, [(100, 100, 64), (300, 200, 56), (480, 320, 52)])
    found = detect(picture, confidence=0.3)
    sure = [face.confidence for face in found.faces]
    assert len(sure) == 3
    assert sure == sorted(sure, reverse=True)
    fewer = detect(picture, confidence=sure[1] - 0.01)
    assert [face.confidence for face in fewer.faces] == sure[:2]


def test_a_large_page_is_searched_in_tiles_and_every_face_is_told_once() -> None:
    places = [(x, y, 64) for x in (200, 1003, 1900, 2400) for y in (300, 777, 1500, 2900)]
    found = detect(page(2500, 3200, places), smallest=32)
    assert len(found.faces) == len(places)
    middles = {
        (round(sum(f.box[::2]) / 2, -1), round(sum(f.box[1::2]) / 2, -1)) for f in found.faces
    }
    assert len(middles) == len(places)
    for face in found.faces:
        assert (
            min(abs(face.box.left + 32 - x) + abs(face.box.top + 32 - y) for x, y, _ in places) < 14
        )


def test_smaller_faces_are_found_where_they_are_asked_for() -> None:
    picture = page(1920, 1080, [(700, 500, 32)])
    assert detect(picture, smallest=96).faces == ()
    found = detect(picture, smallest=16)
    assert len(found.faces) == 1
    assert found.faces[0].box.side == pytest.approx(32, abs=4)


def test_faces_smaller_than_asked_for_are_left_out() -> None:
    picture = page(640, 480, [(100, 100, 32), (400, 250, 128)])
    assert [round(face.box.side, -1) for face in detect(picture, smallest=64).faces] == [130]


def test_without_a_wish_ones_a_little_smaller_are_told_of() -> None:
    # Seen at 4/3 and at twice their size, where they are 32 pixels.
    seen, smaller = page(480, 360, [(99, 99, 24)]), page(320, 240, [(98, 98, 16)])
    (face,) = detect(seen).faces
    assert face.box.side == pytest.approx(24, abs=1)
    assert detect(seen, smallest=32).faces == ()
    assert detect(smaller).faces == ()
    assert len(detect(smaller, smallest=16).faces) == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (300, 2), (640, 480)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_empty_pages_have_no_faces(size: tuple[int, int], channels: int) -> None:
    pixels = np.full((size[1], size[0], channels), 255, np.uint8)
    assert detect(Picture(pixels)).faces == ()


def test_what_is_under_alpha_is_not_seen() -> None:
    seen = page(640, 480, [(300, 200, 64)]).pixels
    alpha = np.zeros((480, 640, 1), np.uint8)
    assert detect(Picture(np.dstack([seen, alpha]))).faces == ()
    assert len(detect(Picture(np.dstack([seen, alpha + 255]))).faces) == 1


def test_16_bits() -> None:
    picture = page(640, 480, [(300, 200, 64)])
    assert detect(picture.widened()) == detect(picture)


def test_frames_of_an_animation() -> None:
    first, second = page(640, 480, [(300, 200, 64)]), page(640, 480, [])
    found = detect(Animation((first, second), (40, 40)))  # type: ignore[arg-type]
    assert [len(faces.faces) for faces in found] == [1, 0]


def test_a_scan_of_20000_pixels_is_seen_a_tile_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[int, ...]] = []

    def network(batch: np.ndarray) -> np.ndarray:
        seen.append(batch.shape)
        return np.zeros(
            (1, sum(batch.shape[2] // s * (batch.shape[3] // s) for s in ours.STRIDES), 10),
            np.float32,
        )

    monkeypatch.setattr(ours, "open_session", lambda name: network)
    pixels = np.full((20_000, 1_000, 1), 250, np.uint8)
    pixels[::50] = 0
    assert detect(Picture(pixels)).faces == ()
    assert max(max(shape[2:]) for shape in seen) <= ours.TILE
    assert len(seen) < 40


@pytest.mark.parametrize("smallest", [None, 8, 16, 64, 4096])
@pytest.mark.parametrize("longer", [1, 96, 640, 1280, 3500, 20_000])
def test_scales_are_few_and_in_order(longer: int, smallest: int | None) -> None:
    scales = ours._scales(longer, smallest)
    assert len(scales) <= 4
    assert scales == sorted(scales)
    assert scales[0] * longer <= ours.WHOLE + 1
    assert scales[-1] <= ours.ENLARGED


def test_it_can_be_stopped_between_tiles() -> None:
    run = Run()
    told: list[float] = []

    def listener(fraction: float) -> None:
        told.append(fraction)
        if len(told) == 3:
            run.cancel()

    run._listener = listener
    with pytest.raises(Cancelled):
        detect(page(2000, 2000, [(500, 500, 64)]), smallest=16, run=run)
    assert len(told) == 3


def test_json_is_read_back(tmp_path: Path) -> None:
    source, target = tmp_path / "page.png", tmp_path / "faces.json"
    page(640, 480, [(100, 100, 64), (400, 250, 128)]).save(source)
    assert main(["faces", "detect", str(source), "-o", str(target), "-q"]) == 0
    found = Faces.from_json(target.read_text("utf-8"))
    assert found == detect(Picture.open(source))
    assert len(found.faces) == 2
    assert set(json.loads(target.read_text())["faces"][0]) == set(Face.model_fields)
    # What was found is taken for granted, edited or not.
    again = detect(Picture.open(source), given=target.read_text("utf-8"))
    assert again == found


def test_given_boxes_are_faces() -> None:
    found = detect(drawing(), given="[[1, 2, 20.5, 22]]")
    assert found.engine == "given"
    assert [list(face.box) for face in found.faces] == [[1, 2, 20.5, 22]]


@pytest.mark.parametrize(
    "given",
    [
        "no json",
        "[[1, 2, 3]]",
        "[[5, 5, 5, 9]]",
        "[[0, 0, NaN, 9]]",
        "[[0, 0, 1e9, 9]]",
        '{"faces": [{"box": [0, 0, 9, 9], "landmarks": {"nose": [1, 2, 1]}}]}',
        '{"width": -3}',
        '"' + "[" * 9 + '"',
        "[" * 100_000,
        "7",
        json.dumps([[0, 0, 9, 9]] * 1001),
    ],
)
def test_what_is_given_and_is_no_faces_is_refused(given: str) -> None:
    with pytest.raises(SettingsError) as caught:
        detect(drawing(), given=given)
    assert caught.value.field == "given"
    assert "\n" not in caught.value.message


def test_faces_of_another_picture_are_refused() -> None:
    found = detect(page(640, 480, [(300, 200, 64)]))
    with pytest.raises(InputError, match="640×480 pixels, not 48×40"):
        detect(drawing(), given=found.to_json())


def test_missing_weights_are_told_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "models/faces-detect/model.onnx").unlink()
    with pytest.raises(ModelError, match="faces-detect"):
        detect(page(640, 480, []))
