from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "datasets"))

from test_manga109 import made

from nijigen.core.errors import InputError
from nijigen.core.run import Run
from nijigen.sources.commands.export import export


def test_coco_has_the_boxes(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    report = export("manga109", made(tmp_path / "copy"), output=tmp_path / "out")
    assert report.result == {"pictures": 4, "skipped": 0, "faults": 0}
    data = json.loads((tmp_path / "out/annotations.json").read_text("utf-8"))
    assert len(data["annotations"]) == 24
    assert [one["name"] for one in data["categories"]] == ["frame", "face", "body", "text"]
    assert all(one["bbox"][2:] == [9, 30] for one in data["annotations"])


def test_yolo_with_pictures_leaves_out_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy = made(tmp_path / "copy")
    (copy / "images/Made/002.jpg").unlink()
    settings = {"output": tmp_path / "out", "format": "yolo", "pictures": "copy"}
    report = export.apply({"name": "manga109", "folder": copy}, settings, Run())
    assert report.result == {"pictures": 3, "skipped": 1, "faults": 1}
    assert "002.jpg" in report.notes[0]
    names = sorted(p.relative_to(tmp_path / "out").as_posix() for p in tmp_path.glob("out/*/*/*"))
    assert names == [
        *(f"images/Made/{n}.jpg" for n in ("000", "001", "003")),
        *(f"labels/Made/{n}.txt" for n in ("000", "001", "003")),
    ]


def test_the_copy_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="inside"):
        export("manga109", made(tmp_path), output=tmp_path / "out")
    with pytest.raises(InputError, match="no folder"):
        export("manga109", tmp_path)
