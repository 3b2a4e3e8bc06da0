from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from known import RED, page

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core.errors import InputError
from nijigen.faces.crop import crop
from pictures import animation, drawing


def test_every_face_is_a_layer() -> None:
    made = crop(page(640, 480, [(100, 100, 32), (300, 200, 64)]), around="face", margin=0)
    assert [layer.name for _, layer in made.leaves()] == ["face 1", "face 2"]
    sides = sorted(layer.pixels.width for _, layer in made.leaves())
    assert np.abs(np.array(sides) - (32, 64)).max() <= 2
    for _, layer in made.leaves():
        middle = layer.pixels.pixels[layer.pixels.height // 2, layer.pixels.width // 2]
        assert tuple(middle) == RED


def test_heads_take_in_more_than_faces() -> None:
    picture = page(640, 480, [(300, 200, 64)])
    face, head = (crop(picture, around=part, margin=0).size for part in ("face", "head"))
    assert head[0] == pytest.approx(1.25 * face[0], abs=2)
    # Where the head is not known it is guessed from the face.
    assert crop(picture, given="[[268, 168, 332, 232]]", margin=0).size == (99, 99)


def test_margin_and_size() -> None:
    given = "[[100, 100, 140, 140]]"
    made = crop(page(640, 480, []), given=given, around="face", margin=0.5, size=200)
    assert made.size == (200, 200)
    wide = crop(page(640, 480, []), given="[[100, 100, 180, 140]]", around="face", square=False)
    assert wide.size == (104, 52)


@pytest.mark.parametrize("box", [[-20, -20, 20, 20], [600, 460, 700, 560], [0, 0, 640, 480]])
def test_crops_stay_inside_the_picture_and_square(box: list[int]) -> None:
    made = crop(page(640, 480, [], gray=90), given=str([box]), around="face")
    (layer,) = (layer for _, layer in made.leaves())
    assert layer.pixels.width == layer.pixels.height
    assert set(np.unique(layer.pixels.pixels)) <= {90, 200}


def test_the_largest_alone() -> None:
    made = crop(page(640, 480, [(100, 100, 32), (300, 200, 64)]), which="largest", around="face")
    assert len(list(made.leaves())) == 1
    assert made.size[0] > 60


def test_depth_and_alpha_are_kept() -> None:
    made = crop(drawing(channels=4, depth=16), given="[[10, 10, 30, 30]]")
    (layer,) = (layer for _, layer in made.leaves())
    assert (layer.pixels.channels, layer.pixels.depth) == (4, 16)


def test_no_face_is_an_empty_sheet(tmp_path: Path) -> None:
    made = crop(page(64, 48, []))
    assert list(made.leaves()) == []
    made.save(tmp_path / "empty.zip")
    made.save(tmp_path / "empty.psd")
    assert Picture.open(tmp_path / "empty.psd").size == (1, 1)


def test_a_zip_has_a_png_for_each_face(tmp_path: Path) -> None:
    source = tmp_path / "page.png"
    page(640, 480, [(100, 100, 32), (300, 200, 64)]).save(source)
    assert main(["faces", "crop", str(source), "-q"]) == 0
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "page-crop.zip").read_bytes()))
    assert [n for n in archive.namelist() if "face" in n] == ["001-face-1.png", "002-face-2.png"]
    assert (
        json.loads(archive.read("layers.json"))["history"]["steps"][0]["operation"] == "faces.crop"
    )
    # A picture format gets the contact sheet.
    assert main(["faces", "crop", str(source), "-o", str(tmp_path / "sheet.png"), "-q"]) == 0
    assert Picture.open(tmp_path / "sheet.png").width > 64


def test_an_animation_is_refused() -> None:
    with pytest.raises(InputError, match="a single picture, not from 3 frames"):
        crop(animation())  # type: ignore[arg-type]
