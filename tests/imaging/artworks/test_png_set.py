"""PNG sets: a picture for every layer, in a ZIP or a folder."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nijigen import Artwork, Layer
from nijigen.core.errors import BadPicture, NotFound, PictureTooLarge, UnsupportedFormat
from nijigen.imaging.files import decode, encode
from pictures import animation, artwork, drawing


def told(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read("layers.json"))


def repacked(record: Any, **files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("layers.json", json.dumps(record))
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_what_is_written_is_read() -> None:
    found = decode(encode(artwork(), "zip"))
    assert isinstance(found, Artwork)
    assert repr(found.layers) == repr(artwork().layers)
    assert np.array_equal(found.flatten().pixels, artwork().flatten().pixels)


def test_names_of_the_files() -> None:
    with zipfile.ZipFile(io.BytesIO(encode(artwork(), "zip"))) as archive:
        names = archive.namelist()
    assert names[:3] == ["layers.json", "001-紙-paper.png", "002-flat.png"]
    assert names[-1] == "merged.png"


def test_hostile_layer_names_stay_in_their_folder(tmp_path: Path) -> None:
    odd = ["../../x", "/etc/passwd", "C:\\x", "con.", "", ".", "a" * 400, "\0", "猫" * 99]
    layers = tuple(Layer(name, drawing(3, 2)) for name in odd)
    folder = tmp_path / "set"
    Artwork((3, 2), layers).save(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set"]
    assert len(list(folder.iterdir())) == len(odd) + 2
    assert [layer.name for layer in Artwork.open(folder).layers] == odd


def test_a_folder(tmp_path: Path) -> None:
    artwork().save(tmp_path / "set")
    found = Artwork.open(tmp_path / "set")
    assert repr(found.layers) == repr(artwork().layers)
    with Image.open(tmp_path / "set" / "merged.png") as merged:
        assert np.array_equal(merged, artwork().flatten().pixels)


def test_folders_that_are_no_set(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match=r"layers\.json"):
        Artwork.open(tmp_path)
    with pytest.raises(NotFound):
        Artwork.open(tmp_path / "none")
    animation().save(tmp_path / "a.gif")
    with pytest.raises(BadPicture, match="animation"):
        Artwork.open(tmp_path / "a.gif")
    drawing().save(tmp_path / "a.png")
    assert len(Artwork.open(tmp_path / "a.png").layers) == 1


def test_other_zips_are_told_apart() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("holiday.png", encode(drawing(), "png"))
    with pytest.raises(UnsupportedFormat, match="ZIP"):
        decode(file.getvalue())


GOOD = {"name": "a", "file": "a.png"}
WRONG: list[Any] = [
    [],
    {"size": [3, 2]},
    {"size": [3], "layers": []},
    {"size": [3, "x"], "layers": []},
    {"size": [3, 2], "layers": [7]},
    {"size": [3, 2], "layers": [{"name": "a"}]},
    {"size": [3, 2], "layers": [{**GOOD, "file": "../a.png"}]},
    {"size": [3, 2], "layers": [{**GOOD, "blend": "dissolve"}]},
    {"size": [3, 2], "layers": [{**GOOD, "blend": [1]}]},
    {"size": [3, 2], "layers": [{**GOOD, "opacity": 7}]},
    {"size": [3, 2], "layers": [{**GOOD, "opacity": "x"}]},
    {"size": [3, 2], "layers": [{**GOOD, "left": None}]},
    {"size": [0, 2], "layers": []},
]


@pytest.mark.parametrize("record", WRONG, ids=range(len(WRONG)))
def test_lists_that_make_no_sense(record: Any) -> None:
    files = {"a.png": encode(drawing(3, 2), "png")}
    assert isinstance(decode(repacked({"size": [3, 2], "layers": [GOOD]}, **files)), Artwork)
    with pytest.raises(BadPicture) as caught:
        decode(repacked(record, **files))
    assert caught.value.hint


def test_a_tower_of_groups() -> None:
    entry: Any = {"name": "g", "layers": []}
    for _ in range(100):
        entry = {"name": "g", "layers": [entry]}
    with pytest.raises(PictureTooLarge, match="nested too deeply"):
        decode(repacked({"size": [3, 2], "layers": [entry]}, **{"a.png": b"x" * 60}))


def test_the_list_says_everything() -> None:
    record = told(encode(artwork(), "zip"))
    assert record["size"] == [60, 50]
    shade = record["layers"][1]["layers"][1]
    assert shade == {
        **{"name": "shade", "file": "003-shade.png", "left": -4, "top": 6},
        **{"blend": "multiply", "opacity": 0.6, "visible": True, "clipped": True},
    }
