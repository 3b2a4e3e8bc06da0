"""Writers of data sets, read back as their readers do."""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from made_posts import posts
from nijigen.core.errors import InputError, UnsupportedFormat
from nijigen.core.extras import install
from nijigen.core.posts.post import Post
from nijigen.imaging.annotations.captions import caption_files
from nijigen.imaging.annotations.coco import coco, write_coco
from nijigen.imaging.annotations.parquet import write_parquet
from nijigen.imaging.annotations.samples import Keypoint, Label, Region, Sample
from nijigen.imaging.annotations.webdataset import write_webdataset
from nijigen.imaging.annotations.yolo import yolo, yolo_files
from pictures import drawing

LABELS = (Label("face", "character", ("nose",)), Label("head"))
FACE = Region("face", 10, 20, 30, 60, 0.9, (Keypoint(20, 40, True),), {"mouth": "open"})
HEAD = Region("head", 0, 0, 50, 100)
TAGGED = Post.model_validate({"tags": {"long_hair": "general", "re:zero": "copyright"}})
SAMPLES = [
    Sample("a.png", 100, 200, (FACE, HEAD), TAGGED),
    Sample("folder/b.c.png", 50, 50),
    Sample("d.png", 100, 100, (HEAD,)),
]


def test_coco_numbers_pictures_and_regions() -> None:
    data = coco(SAMPLES, LABELS)
    assert [image["id"] for image in data["images"]] == [1, 2, 3]
    assert [(a["id"], a["image_id"], a["category_id"]) for a in data["annotations"]] == [
        (1, 1, 1), (2, 1, 2), (3, 3, 2),
    ]  # fmt: skip
    face, head, _ = data["annotations"]
    assert face["bbox"] == [10, 20, 20, 40]
    assert (face["area"], face["score"], face["keypoints"]) == (800, 0.9, [20, 40, 2])
    assert face["attributes"] == {"mouth": "open"}
    assert not {"score", "keypoints", "attributes"} & head.keys()
    assert data["categories"][1] == {"id": 2, "name": "head", "supercategory": ""}
    with pytest.raises(ValueError, match="'face' is not listed"):
        coco(SAMPLES, LABELS[1:])


def test_coco_is_written_without_holding_it(tmp_path: Path) -> None:
    write_coco(iter(SAMPLES), LABELS, tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_bytes()) == coco(SAMPLES, LABELS)
    write_coco([], LABELS, tmp_path / "none.json")
    assert json.loads((tmp_path / "none.json").read_bytes()) == coco([], LABELS)


def test_yolo_files() -> None:
    assert yolo(SAMPLES[0], LABELS) == (
        "0 0.200000 0.200000 0.200000 0.200000 0.200000 0.200000 2\n"
        "1 0.250000 0.250000 0.500000 0.500000\n"
    )
    files = dict(yolo_files(SAMPLES, LABELS))
    assert list(files) == ["labels/a.txt", "labels/folder/b.c.txt", "labels/d.txt", "data.yaml"]
    assert files["labels/folder/b.c.txt"] == ""
    described = yaml.safe_load(files["data.yaml"])
    assert described["names"] == ["face", "head"]
    assert described["kpt_shape"] == [1, 3]
    with pytest.raises(InputError, match="share the label file"):
        list(yolo_files([SAMPLES[0], Sample("A.jpg", 1, 1)], LABELS))
    with pytest.raises(InputError, match="size of the picture"):
        yolo(Sample("a.png"), LABELS)


def test_captions() -> None:
    assert dict(caption_files(SAMPLES[:2], "kohya")) == {
        "a.txt": "long hair, re:zero\n",
        "folder/b.c.txt": "\n",
    }
    assert dict(caption_files(SAMPLES[:1], "kohya", underscores=True)) == {
        "a.txt": "long_hair, re:zero\n"
    }
    assert dict(caption_files(SAMPLES[:1], "hydrus")) == {
        "a.png.txt": "long hair\nseries:re:zero\n"
    }
    two = [Sample("a.png"), Sample("a.jpg")]
    assert len(dict(caption_files(two, "hydrus"))) == 2
    with pytest.raises(InputError, match="share the caption"):
        list(caption_files(two, "kohya"))


@pytest.fixture
def pictured(tmp_path: Path) -> list[Sample]:
    names = ["Fate.stay.night_001.png", "Fate.stay.night_002.PNG", "霊夢.png", "x/y.png", "z.png"]
    drawing().save(tmp_path / "source.png")
    return [Sample(name, 8, 8, (FACE,), TAGGED, tmp_path / "source.png") for name in names]


def read_as_webdataset(shard: Path) -> dict[str, dict[str, bytes]]:
    """Read a shard as webdataset does: a key ends at the first dot of the name."""
    found: dict[str, dict[str, bytes]] = {}
    with tarfile.open(shard) as tar:
        for member in tar:
            key, _, extension = member.name.partition(".")
            file = tar.extractfile(member)
            assert file
            sample = found.setdefault(key, {})
            assert extension not in sample
            sample[extension] = file.read()
    return found


def test_webdataset(pictured: list[Sample], tmp_path: Path) -> None:
    shards = write_webdataset(pictured, tmp_path / "out", per_shard=2)
    assert [shard.name for shard in shards] == [f"shard-00000{n}.tar" for n in range(3)]
    read = [sample for shard in shards for sample in read_as_webdataset(shard).values()]
    assert len(read) == 5
    content = (tmp_path / "source.png").read_bytes()
    for sample, expected in zip(read, pictured, strict=True):
        assert sorted(sample) == ["json", "png", "txt"]
        assert sample["png"] == content
        data = json.loads(sample["json"])
        assert data["file_name"] == expected.name
        assert Post.from_json(data["post"]) == TAGGED
        assert data["regions"][0]["label"] == "face"
        assert sample["txt"] == b"long hair\nseries:re:zero\n"
    again = write_webdataset(pictured, tmp_path / "again", per_shard=2)
    assert [a.read_bytes() for a in again] == [s.read_bytes() for s in shards]
    assert write_webdataset([], tmp_path / "none") == []


def test_a_sample_without_its_file_leaves_no_half_shard(
    pictured: list[Sample], tmp_path: Path
) -> None:
    for odd in (Sample("a.png"), Sample("name"), Sample("a.png", file=tmp_path / "missing.png")):
        with pytest.raises(InputError, match=r"a\.png|name|missing"):
            write_webdataset([*pictured, odd], tmp_path / "out", per_shard=5)
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["shard-000000.tar"]


@settings(deadline=None)
@given(found=st.lists(posts, max_size=5))
def test_parquet(found: list[Post], tmp_path_factory: pytest.TempPathFactory) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path_factory.mktemp("tables") / "table.parquet"
    samples = [Sample(f"{n}.png", 8, 9, (FACE,), post) for n, post in enumerate(found)]
    write_parquet(samples, path)
    rows = parquet.read_table(path).to_pylist()
    assert [tuple(row["tags"]) for row in rows] == [post.names for post in found]
    for row, post in zip(rows, found, strict=True):
        assert tuple(row["tags_character"]) == post.of("character")
        assert (row["score"], row["rating"], row["created_at"]) == (
            post.score, post.rating, post.created_at,
        )  # fmt: skip
        assert row["regions"][0]["label"] == "face"


def test_parquet_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnsupportedFormat) as caught:
        write_parquet([], tmp_path / "a.parquet")
    assert caught.value.hint == install("parquet")
    assert list(tmp_path.iterdir()) == []
