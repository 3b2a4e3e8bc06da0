from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from extras import needs
from nijigen.core.errors import InputError, NotFound
from nijigen.core.folders import MANIFEST
from nijigen.library import Library
from nijigen.library.commands.export import export
from nijigen.library.store.faces import FaceBox
from nijigen.library.store.posts import Edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of three pictures with tags, two of the same name, one with a face."""
    first, second = write(tmp_path / "a", 2)
    second.rename(second.with_name("no.1 of two.png"))
    (tmp_path / "b").mkdir()
    scene(5).save(tmp_path / "b" / first.name)
    with Library(tmp_path / "library", writing=True) as library:
        library.add([tmp_path / "a", tmp_path / "b"])
        library.tags.edit([1, 2], add="artist:me long_hair rating:g")
        library.tags.edit([3], add="cat")
        library.faces.keep({1: [], 2: [], 3: [FaceBox(-4, 10, 96, 110, 0.9)]})
    return tmp_path / "library"


def files(folder: Path) -> dict[str, bytes]:
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != MANIFEST}


def test_captions_lie_beside_pictures(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = export(output=out, format="kohya", library=folder)
    assert report.result == {"pictures": 3, "skipped": 0}
    assert files(out).keys() == {
        "no.1 of two.png", "no.1 of two.txt", "scene 0.png", "scene 0.txt", "scene 0_3.png",
        "scene 0_3.txt",
    }  # fmt: skip
    assert files(out)["scene 0.txt"] == b"long hair, me\n"
    export(output=out, format="hydrus", tags="cat", library=folder)
    assert files(out).keys() == {"scene 0.png", "scene 0.png.txt"}, "the old export is replaced"


def test_boxes_are_those_of_faces_inside_the_picture(folder: Path, tmp_path: Path) -> None:
    export(output=tmp_path / "coco", format="coco", library=folder)
    data = json.loads(files(tmp_path / "coco")["annotations.json"])
    assert [image["id"] for image in data["images"]] == [1, 2, 3]
    (box,) = data["annotations"]
    assert (box["image_id"], box["bbox"], box["score"]) == (3, [0, 10, 96, 100], 0.9)
    assert f"images/{data['images'][2]['file_name']}" in files(tmp_path / "coco")
    export(output=tmp_path / "yolo", format="yolo", pictures="none", library=folder)
    label = files(tmp_path / "yolo")["labels/scene 0_3.txt"].decode().split()
    assert label[0] == "0"
    assert float(label[1]) == pytest.approx(48 / 420, abs=1e-6)
    assert not any(name.endswith(".png") for name in files(tmp_path / "yolo"))


def test_keys_of_webdataset_have_no_dots(folder: Path, tmp_path: Path) -> None:
    export(output=tmp_path / "out", tags="order:id_asc long_hair", library=folder)
    with tarfile.open(tmp_path / "out" / "shard-000000.tar") as tar:
        names = tar.getnames()
        member = tar.extractfile("000000000.json")
        assert member is not None
        assert json.load(member)["file_name"] == "no.1 of two.png"
    assert [name.count(".") for name in names] == [1] * 6


def test_a_table_has_a_row_for_each_picture(folder: Path, tmp_path: Path) -> None:
    parquet = needs("pyarrow.parquet")
    export(output=tmp_path / "out", format="parquet", pictures="none", library=folder)
    rows = parquet.read_table(tmp_path / "out" / "pictures.parquet").to_pylist()
    assert [(row["width"], row["faces"]) for row in rows] == [(420, 0), (420, 0), (420, 1)]
    assert rows[0]["tags_artist"] == ["me"]


@pytest.mark.parametrize("format", ["webdataset", "coco", "yolo", "kohya", "hydrus"])
def test_the_same_pictures_make_the_same_bytes(folder: Path, tmp_path: Path, format: str) -> None:
    for name in ("one", "two"):
        export(output=tmp_path / name, format=format, pictures="link", library=folder)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_failed_export_leaves_the_old_one(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(output=out, format="kohya", tags="cat", library=folder)
    before = files(out)
    with Library(folder) as library:
        library.tags.posts.edit([2], Edit({"one,two": None}))
    with pytest.raises(InputError, match="comma"):
        export(output=out, format="kohya", library=folder)
    assert files(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "library", "out"]


def test_pictures_that_are_gone_are_skipped(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a" / "scene 0.png").unlink()
    report = export(output=tmp_path / "out", format="coco", library=folder)
    assert report.result == {"pictures": 2, "skipped": 1}


def test_bad_requests_are_explained(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="other files in it"):
        export(output=tmp_path / "a", library=folder)
    with pytest.raises(NotFound):
        export(output=tmp_path / "out", library=tmp_path / "none")
    assert not (tmp_path / "out").exists()
