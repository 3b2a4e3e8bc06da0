from __future__ import annotations

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from dump_lines import api_record
from nijigen.core.errors import InputError, NotFound
from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars.files import read_sidecar
from nijigen.sources.commands.download import download
from nijigen.sources.picture import picture
from pictures import drawing

WANTED = drawing(20, 16)


@pytest.mark.parametrize("place", ["original/0514", "original/514", "images/ab"])
def test_found_in_folders(tmp_path: Path, place: str) -> None:
    md5 = "ab" * 16
    path = tmp_path / place / f"{md5 if 'images' in place else 114514}.png"
    path.parent.mkdir(parents=True)
    WANTED.save(path)
    post = Post(id=114514, md5=md5, tags=["a"])
    (path.parent / f"{md5}-danbooru.json").write_text(json.dumps(api_record(post)))
    assert np.array_equal(picture(tmp_path, id=114514).pixels, WANTED.pixels)
    for other in ({"id": 114515}, {"id": 114514, "size": "512px"}):
        with pytest.raises(NotFound, match="is not in"):
            picture(tmp_path, **other)  # type: ignore[arg-type]


def test_the_small_subset(tmp_path: Path) -> None:
    (tmp_path / "512px/0007").mkdir(parents=True)
    WANTED.save(tmp_path / "512px/0007/1007.png")
    assert picture(tmp_path, id=1007, size="512px").width == 20


def tar(folder: Path) -> Path:
    """Write a tar with an index as DeepGHS has it."""
    place = folder / "images/4"
    place.mkdir(parents=True)
    WANTED.save(folder / "114514.png")
    files = {}
    with tarfile.open(place / "0514.tar", "w") as made:
        for name in ("4514.png", "114514.png"):
            made.add(folder / "114514.png", name)
    with tarfile.open(place / "0514.tar") as made:
        for entry in made.getmembers():
            files[entry.name] = {"offset": entry.offset_data, "size": entry.size, "sha256": ""}
    index = place / "0514.json"
    index.write_text(json.dumps({"filesize": 1, "hash": "", "files": files}))
    return index


def test_found_in_a_tar(tmp_path: Path) -> None:
    tar(tmp_path)
    assert np.array_equal(picture(tmp_path, id=114514).pixels, WANTED.pixels)


@pytest.mark.parametrize("text", ["{", "[]", '{"files": {"114514.png": {"offset": 1}}}'])
def test_a_damaged_index_is_told(tmp_path: Path, text: str) -> None:
    tar(tmp_path).write_text(text)
    with pytest.raises(InputError, match="not the index of a tar"):
        picture(tmp_path, id=114514)


def test_half_a_tar_is_told(tmp_path: Path) -> None:
    whole = tar(tmp_path).with_suffix(".tar")
    whole.write_bytes(whole.read_bytes()[:1600])
    with pytest.raises(InputError, match="ends before"):
        picture(tmp_path, id=114514)


def test_pictures_are_copied_by_a_query(tmp_path: Path) -> None:
    dump, out = tmp_path / "dump", tmp_path / "out"
    (dump / "metadata").mkdir(parents=True)
    posts = [
        Post(id=number, md5=f"{number:032x}", rating="general", tags=["cat"] if number < 4 else [])
        for number in range(1, 6)
    ]
    lines = "".join(f"{json.dumps(api_record(post))}\n" for post in posts)
    (dump / "metadata" / "posts.json").write_text(lines)
    for place in ("original/0001/1.png", "512px/0002/2.png", "original/0005/5.png"):
        (dump / place).parent.mkdir(parents=True)
        WANTED.save(dump / place)
    report = download(f"dump:{dump}", "cat", output=out)
    assert report.result == {"files": 2, "here": 0, "known": 0, "without_file": 1}
    assert {path.name for path in out.glob("*.png")} == {
        f"danbooru_1_{1:032x}.png", "danbooru_2_512px.png"
    }  # fmt: skip
    assert read_sidecar(out / "danbooru_2_512px.png.json").id == 2
    assert download(f"dump:{dump}", "cat", output=out).result["here"] == 2
    with pytest.raises(NotFound, match="no folder"):
        download.plan({"site": "dump:/nowhere", "query": ""}, {"output": out})
