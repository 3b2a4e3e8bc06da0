from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from nijigen import Picture
from nijigen.core.errors import InputError
from nijigen.library import Library
from nijigen.library.commands.clean import clean
from nijigen.library.commands.restore import restore


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A library of two good pictures, a blurred one, a blank one, and a file that is cut off."""
    folder = tmp_path / "pictures"
    write(folder, 2)
    soft = Image.fromarray(scene(7, (640, 480)).pixels).filter(ImageFilter.GaussianBlur(5))
    soft.save(folder / "soft.png")
    Picture(np.full((300, 200, 3), 250, np.uint8)).save(folder / "blank.png")
    whole = (folder / "scene 0.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    with Library(tmp_path / "library", writing=True) as library:
        assert list(library.add([folder]).failed) == [folder / "cut.png"]
    return tmp_path / "library"


def test_each_flaw_is_found_with_its_figure_and_nothing_is_moved(place: Path) -> None:
    folder = place.parent / "pictures"
    plan = clean.plan({}, {"library": place})
    assert plan.changes == ("measure 4 picture(s)",)
    report = clean(library=place).result
    assert report["measured"] == 4
    files = {Path(one["path"]).name: one["flaws"] for one in report["files"]}
    assert sorted(files) == ["blank.png", "cut.png", "soft.png"]
    assert "cut off" in files["cut.png"]["damaged"]
    assert files["soft.png"]["blurred"]["figure"] > files["soft.png"]["blurred"]["limit"]
    assert files["blank.png"] == {"one color": {"figure": 0.0, "limit": 0.0002}}
    assert len(list(folder.iterdir())) == 5
    # What was measured is kept.
    assert clean.plan({}, {"library": place}).changes == ()
    only = clean(flaw="one color", library=place).result["files"]
    assert [Path(one["path"]).name for one in only] == ["blank.png"]


def test_the_flawed_are_moved_when_asked_and_come_back(place: Path) -> None:
    folder = place.parent / "pictures"
    plan = clean.plan({}, {"library": place, "trash": True})
    assert plan.changes == (
        "measure 4 picture(s)",
        "move 1 flawed file(s) and those found now to the trash",
    )
    report = clean(trash=True, library=place).result
    assert all(one["trashed"] for one in report["files"])
    assert sorted(path.name for path in folder.iterdir()) == ["scene 0.png", "scene 1.png"]
    assert clean(library=place).result["files"] == []
    assert restore(library=place).result == {"restored": 3}
    assert len(list(folder.iterdir())) == 5


def test_what_changed_in_between_stays_and_is_named(place: Path) -> None:
    folder = place.parent / "pictures"
    clean(library=place)
    Picture(np.full((300, 200, 3), 9, np.uint8)).save(folder / "blank.png")
    with pytest.raises(InputError, match=r"1 file\(s\) could not be moved: .*has changed since"):
        clean(trash=True, library=place)
    assert (folder / "blank.png").exists()
    assert not (folder / "soft.png").exists()
