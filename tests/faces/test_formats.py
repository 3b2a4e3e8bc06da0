from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from known import drawn, page

from nijigen import Animation, Picture
from nijigen.cli.main import main
from nijigen.faces import LANDMARKS, Faces
from nijigen.faces.attributes import attributes
from nijigen.faces.detect import detect
from nijigen.faces.landmarks import landmarks
from nijigen.jobs.contents import as_text

PAGE = page(640, 480, [(100, 100, 32), (300, 200, 64)])


def test_animeface_field_for_field() -> None:
    found = detect(PAGE, format="animeface")
    assert isinstance(found, list)
    assert len(found) == 2
    face = found[0]
    assert list(face) == [
        "likelihood", "face", "skin_color", "hair_color", "eyes", "nose", "mouth", "chin",
    ]  # fmt: skip
    box = {"x", "y", "width", "height"}
    assert set(face["face"]) == set(face["mouth"]) == box
    assert set(face["eyes"]) == {"left", "right"}
    for eye in face["eyes"].values():
        assert set(eye) == box | {"colors"}
        assert len(eye["colors"]) == 4
        assert all(set(color) == {"red", "green", "blue"} for color in eye["colors"])
    assert set(face["nose"]) == set(face["chin"]) == {"x", "y"}
    assert all(isinstance(value, int) for value in face["face"].values())


def test_left_in_animeface_is_the_characters_left() -> None:
    truth, face = drawn(3, yaw=0, pitch=0, roll=0)
    found = detect(Picture(truth.rgb), given=Faces(faces=(face,)), format="animeface")  # type: ignore[arg-type]
    assert isinstance(found, list)
    eyes = found[0]["eyes"]
    # Which the viewer sees on the right, as in the answers of the original.
    assert eyes["left"]["x"] > eyes["right"]["x"]
    assert found[0]["chin"]["y"] > found[0]["mouth"]["y"] > found[0]["nose"]["y"]


def test_coco() -> None:
    found = landmarks(PAGE, format="coco")
    assert isinstance(found, dict)
    assert found["images"] == [{"id": 1, "file_name": "", "width": 640, "height": 480}]
    category = {entry["name"]: entry for entry in found["categories"]}
    assert category["face"]["keypoints"] == list(LANDMARKS)
    assert all(1 <= n <= 64 for pair in category["face"]["skeleton"] for n in pair)
    faces = [a for a in found["annotations"] if a["category_id"] == 1]
    assert len(faces) == len(found["annotations"]) - len(faces) == 2
    assert len({a["id"] for a in found["annotations"]}) == 4
    for entry in faces:
        assert len(entry["keypoints"]) == 3 * 64
        assert set(entry["keypoints"][2::3]) == {2}
        left, top, width, height = entry["bbox"]
        assert entry["area"] == pytest.approx(width * height, rel=1e-3)
        assert 0 < left < 640
        assert 0 < top < 480


def test_yolo() -> None:
    found = detect(PAGE, format="yolo")
    assert isinstance(found, str)
    rows = [[float(v) for v in line.split()] for line in found.splitlines()]
    assert sorted(row[0] for row in rows) == [0, 0, 1, 1]
    largest = max((row for row in rows if row[0] == 0), key=lambda row: row[3])
    assert np.array(largest[1:]) * (640, 480, 640, 480) == pytest.approx([300, 200, 64, 64], abs=3)
    posed = landmarks(PAGE, format="yolo")
    assert isinstance(posed, str)
    assert {len(line.split()) for line in posed.splitlines()} == {5 + 3 * 64}
    assert detect(page(64, 64, []), format="yolo") == ""


def test_csv() -> None:
    found = attributes(PAGE, format="csv")
    assert isinstance(found, str)
    rows = list(csv.DictReader(io.StringIO(found)))
    assert len(rows) == 2
    assert rows[0]["hair_name"] == "blue"
    assert rows[0]["eye_right_open"] == "0.4"
    assert float(rows[0]["nose_tip_x"]) > 0
    assert None not in rows[0]
    empty = detect(page(64, 64, []), format="csv")
    assert empty == "file,confidence,left,top,right,bottom\n"


def test_texts_are_files_of_their_own(tmp_path: Path) -> None:
    source = tmp_path / "page.png"
    PAGE.save(source)
    assert main(["faces", "detect", str(source), "--name", "{stem}-detect.csv", "-q"]) == 0
    table = (tmp_path / "page-detect.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["file"] for row in rows] == ["page.png", "page.png"]
    assert main(["faces", "detect", str(source), "--name", "{stem}-detect.txt", "-q"]) == 0
    assert (tmp_path / "page-detect.txt").read_text()[0] in "01"


def test_texts_of_frames_follow_each_other() -> None:
    found = detect(Animation((PAGE, PAGE), (40, 40)), format="csv")  # type: ignore[arg-type]
    assert as_text(found).count("file,confidence") == 2
    assert as_text(()) == "[]\n"
