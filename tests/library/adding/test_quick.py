from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from nijigen import Picture, Run
from nijigen.core.errors import ModelError
from nijigen.generate.character import character
from nijigen.imaging.files import read_picture, read_reduced
from nijigen.library import Library
from nijigen.library.commands.add import add
from nijigen.library.commands.update import update
from nijigen.library.measuring.faces import LibraryFaces
from nijigen.library.search import search


def test_quick_pictures_are_found_and_completed_by_update(tmp_path: Path) -> None:
    place = tmp_path / "library"
    write(tmp_path / "a", 3)
    add([tmp_path / "a"], quick=True, library=place)
    with Library(place) as library:
        assert library.stats()["signatures"] == {"haar-1": 3}
        assert library.tags.find("faces:none filetype:png") == [3, 2, 1]
    hit = search(Picture.from_pil(scene(1).pil().resize((210, 150))), library=place)[0]
    assert hit["picture"] == 2
    assert "resized" in hit["kinds"]
    assert len(update.plan({}, {"library": place}).changes) == 2
    update(library=place)
    with Library(place) as library:
        assert set(library.stats()["signatures"].values()) == {3}
        assert library.faces.lacking() == []
    assert update(library=place).changes == ()


def test_faces_are_found_after_adding(tmp_path: Path) -> None:
    place = tmp_path / "library"
    (tmp_path / "a").mkdir()
    character(seed=3).save(tmp_path / "a" / "girl.png")
    Picture(np.full((90, 90, 3), 255, np.uint8)).save(tmp_path / "a" / "white.png")
    run = Run()
    add.apply({"paths": [tmp_path / "a"]}, {"library": place}, run)
    with Library(place) as library:
        assert (library.tags.find("faces:1"), library.tags.find("faces:0")) == ([1], [2])
        (face,) = library.faces.of(1)
        width, height = library.entry(1).content.width, library.entry(1).content.height
        assert 0 <= face.left < face.right <= width
        assert 0 <= face.top < face.bottom <= height
        assert library.tags.of(1).faces == 1


def test_without_weights_all_else_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise ModelError("the weights are missing", "get them")

    monkeypatch.setattr(LibraryFaces, "find", missing)
    write(tmp_path / "a", 1)
    report = add.apply({"paths": [tmp_path / "a"]}, {"library": tmp_path / "library"}, Run())
    assert report.result["added"] == 1
    assert "faces were not looked for: the weights are missing; get them" in report.notes


@pytest.mark.parametrize("turn", [1, 6])
def test_large_jpegs_are_decoded_reduced_with_their_full_size(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = turn
    scene(1, (2400, 1600)).pil().save(path, "JPEG", quality=95, exif=exif)
    full, (small, size) = read_picture(path), read_reduced(path, 512)
    assert size == full.size == ((2400, 1600) if turn == 1 else (1600, 2400))
    assert max(small.size) == 600
    reduced = np.asarray(full.pil().resize(small.size, Image.Resampling.BOX), np.float32)
    assert np.abs(reduced - small.pixels).mean() < 1.5
