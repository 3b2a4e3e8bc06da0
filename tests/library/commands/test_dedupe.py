from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from nijigen.core.command import Report
from nijigen.core.errors import InputError
from nijigen.library import Library
from nijigen.library.commands.dedupe import dedupe
from nijigen.library.commands.distinct import distinct
from nijigen.library.commands.restore import restore
from nijigen.library.duplicates.candidates import candidates
from nijigen.library.duplicates.finding import files_here
from nijigen.library.signatures.haar import Haar

SIZE = (840, 600)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pictures, four of them with copies."""
    root = tmp_path_factory.mktemp("dedupe")
    folder = root / "pictures"
    paths = write(folder, 6, size=SIZE)
    first, second, third, fourth = (Image.open(path) for path in paths[:4])
    shutil.copy(paths[0], folder / "same.png")
    first.resize((420, 300)).save(folder / "small.jpg", quality=60)
    ImageOps.mirror(second).save(folder / "mirror.png")
    third.crop((40, 30, 800, 580)).save(folder / "crop.png")
    fourth.resize((1680, 1200), Image.Resampling.BICUBIC).save(folder / "enlarged.png")
    for age, path in enumerate(sorted(folder.iterdir(), reverse=True)):
        os.utime(path, (10**9 + age, 10**9 + age))
    with Library(root / "library", writing=True) as library:
        library.add([folder])
    return root


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """The same, for a test that changes it."""
    with Library(tmp_path / "library", writing=True) as library:
        shutil.copytree(made / "pictures", tmp_path / "pictures")
        library.add([tmp_path / "pictures"])
    return tmp_path / "library"


@pytest.fixture
def few(made: Path, tmp_path: Path) -> Path:
    """Two pictures, each with a copy, for a test that changes them."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("scene 0.png", "small.jpg", "scene 1.png", "mirror.png"):
        shutil.copy2(made / "pictures" / name, folder / name)
    with Library(tmp_path / "library", writing=True) as library:
        library.add([folder])
    return tmp_path / "library"


def found(place: Path, **settings: object) -> dict[str, dict[str, list[str]]]:
    return by_keeper(dedupe(library=place, **settings))


def by_keeper(answer: Report) -> dict[str, dict[str, list[str]]]:
    return {
        Path(group["keep"]).name: {
            Path(copy["path"]).name: copy["kinds"] for copy in group["copies"]
        }
        for group in answer.result["groups"]
    }


@pytest.fixture(scope="module")
def reported(made: Path) -> Report:
    """What is found among them, with a report beside the library."""
    return dedupe(report=made / "report.html", library=made / "library")


def test_copies_are_found_and_the_best_is_kept(made: Path, reported: Report) -> None:
    groups = by_keeper(reported)
    assert groups["scene 0.png"] == {"same.png": ["same file"], "small.jpg": ["resized"]}
    assert groups["scene 1.png"] == {"mirror.png": ["mirrored"]}
    assert groups["scene 2.png"] == {"crop.png": ["cropped"]}
    assert groups["scene 3.png"] == {"enlarged.png": ["resized"]}
    assert len(groups) == 4
    assert found(made / "library", kinds="same files") == {
        "scene 0.png": {"same.png": ["same file"]}
    }


def test_pairs_are_compared_once(
    made: Path, reported: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compared(*_: object) -> None:
        raise AssertionError("compared again")

    monkeypatch.setattr("nijigen.library.duplicates.groups.compare_stored", compared)
    assert by_keeper(dedupe(library=made / "library")) == by_keeper(reported)
    with Library(made / "library") as library:
        assert len(library.duplicates(equal=True)) == 1


def test_each_choice_has_its_reason(reported: Report) -> None:
    reasons = {Path(one["keep"]).name: one["reason"] for one in reported.result["groups"]}
    assert reasons["scene 0.png"] == "the most detail, 840×600"
    assert reasons["scene 2.png"] == "shows all of it"
    assert reasons["scene 3.png"] == "others were only enlarged"


def test_the_report_needs_no_other_file(made: Path, reported: Report) -> None:
    report = made / "report.html"
    assert reported.changes == (f"write {report}",)
    text = report.read_text("utf-8")
    assert text.count("data:image/webp;base64,") == 9
    assert "http" not in text
    assert "nijigen library distinct" in text
    assert all(path.exists() for path in (made / "pictures").iterdir())


def test_copies_go_to_the_trash_only_when_asked_and_come_back(place: Path) -> None:
    folder = place.parent / "pictures"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert dedupe.plan({}, {"library": place, "trash": True}).changes == (
        "move 5 file(s) to the trash",
    )
    assert len(list(folder.iterdir())) == 11
    report = place.parent / "report.html"
    dedupe(report=report, library=place)
    assert "Nothing has been moved" in report.read_text("utf-8")
    dedupe(trash=True, report=report, library=place)
    assert "Nothing has been moved" not in report.read_text("utf-8")
    assert sorted(path.name for path in folder.iterdir()) == [f"scene {n}.png" for n in range(6)]
    assert found(place) == {}
    assert dedupe(undo=True, library=place).result == {"restored": 5}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert dedupe(undo=True, library=place).result == {"restored": 0}


def test_nothing_goes_whose_keeper_is_not_as_it_was(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = few.parent / "pictures"
    keeper = folder / "scene 1.png"
    with Library(few) as library:
        groups = library.duplicates()
    keeper.write_bytes(keeper.read_bytes()[:-9])
    monkeypatch.setattr(Library, "duplicates", lambda self, run, *, equal: groups)
    with pytest.raises(InputError, match=r"mirror\.png: .*scene 1\.png, which would be kept"):
        dedupe(trash=True, library=few)
    assert (folder / "mirror.png").exists()
    assert not (folder / "small.jpg").exists()
    restore(library=few)


def test_what_is_marked_as_distinct_stays_apart(few: Path) -> None:
    folder = few.parent / "pictures"
    pair = [str(folder / "scene 1.png"), str(folder / "mirror.png")]
    assert distinct(pair, library=few).result == {"pairs": 1}
    assert distinct(pair, library=few).result == {"pairs": 0}
    assert "scene 1.png" not in found(few)
    # Marks are kept by content.
    with Library(few) as library:
        library.remove([folder])
        library.add([folder])
    assert "scene 1.png" not in found(few)
    assert distinct(pair, forget=True, library=few).result == {"pairs": 1}
    assert "scene 1.png" in found(few)


def test_links_are_no_copies(tmp_path: Path) -> None:
    path, other = write(tmp_path / "pictures", 2)
    os.link(path, path.with_name("hard.png"))
    path.with_name("soft.png").symlink_to(path)
    with Library(tmp_path / "library", writing=True) as library:
        library.add([tmp_path / "pictures"])
        files = files_here(library.places(1))
        assert library.duplicates() == []
    assert [len(each) for each in files.values()] == [1]
    assert other.exists()


def test_a_changed_part_makes_a_variant_which_is_no_copy(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    image = Image.fromarray(scene(3, SIZE).pixels)
    image.save(folder / "a.png")
    image.paste(Image.fromarray(scene(4, (90, 150)).pixels), (380, 220))
    image.save(folder / "b.png")
    with Library(tmp_path / "library", writing=True) as library:
        library.add([folder])
    assert found(tmp_path / "library") == {}
    (group,) = dedupe(kinds="variants", library=tmp_path / "library").result["groups"]
    assert group["copies"][0]["kinds"][0] == "variant"
    assert 0.005 < group["copies"][0]["changed"] < 0.2


def test_other_colors_may_be_another_drawing(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    image = Image.fromarray(scene(3, SIZE).pixels)
    image.save(folder / "day.png")
    image.convert("L").convert("RGB").save(folder / "night.png")
    with Library(tmp_path / "library", writing=True) as library:
        library.add([folder])
    assert found(tmp_path / "library") == {}
    (copies,) = found(tmp_path / "library", kinds="variants").values()
    assert "recolored" in copies["night.png"]


def test_without_the_embedding_wavelets_propose_pairs() -> None:
    from nijigen.core.run import SILENT

    views = [scene(seed, (128, 96)).pixels for seed in range(20)]
    views += [np.ascontiguousarray(view[:, ::-1]) for view in views[:5]]
    rows = np.array([Haar().of(view) for view in views])
    pairs = candidates(np.arange(25) + 100, rows, None, SILENT)
    assert {(100 + n, 120 + n) for n in range(5)} <= set(pairs)
    assert len(pairs) < 15
