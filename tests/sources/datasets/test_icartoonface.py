from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nijigen.core.errors import InputError, NotFound
from nijigen.sources.dataset import dataset
from nijigen.sources.datasets.dataset import Faults
from nijigen.sources.datasets.icartoonface import DISTRACTOR, Box, Face, ICartoonFace
from nijigen.sources.datasets.ranking import rank_at
from pictures import drawing


def made(folder: Path) -> Path:
    """Write a copy of two identities with all its lists."""
    trained = [f"rectrain/icartoonface_0000{number}/1.jpg" for number in (1, 2)]
    tested = ["dettrain/a.jpg", "dettrain/b.jpg", "rectest/1.jpg", "rectest/2.jpg"]
    for name in (*trained, *tested):
        path = folder / f"icartoonface_{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        drawing(40, 30).save(path)
    table = "a.jpg,1,2,11,12\na.jpg,20,2,30,12\nb.jpg,0,0,5,5\n"
    (folder / "icartoonface_dettrain.csv").write_text(table)
    (folder / "icartoonface_rectest_info.txt").write_text("1.jpg 1 2 9 9 17\n2.jpg 0 0 8 8 -1\n")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path)


def test_lists_everything(folder: Path) -> None:
    found = dataset("icartoonface", folder)
    assert found["contents"] == {
        "boxes": 3, "identities": 2, "training pictures": 2, "test faces": 1, "distractors": 1,
    }  # fmt: skip
    assert (found["pictures"], found["missing"], found["faults"]) == (6, 0, [])
    assert found["regions"] == {"face": 5}


def test_distractors_are_nobody(folder: Path) -> None:
    copy = ICartoonFace(folder)
    assert list(copy.faces(copy.lists[0], Faults())) == [
        Face(Box("1.jpg", 1, 2, 9, 9), 17),
        Face(Box("2.jpg", 0, 0, 8, 8), DISTRACTOR),
    ]


def test_samples_have_sizes_and_all_boxes(folder: Path) -> None:
    first = next(iter(ICartoonFace(folder).samples(Faults())))
    assert (first.name, first.width, first.height) == ("icartoonface_dettrain/a.jpg", 40, 30)
    assert [region.left for region in first.regions] == [1, 20]


def test_bad_lines_are_told_and_the_rest_goes_on(folder: Path) -> None:
    table = folder / "icartoonface_dettrain.csv"
    head = "filename,xmin,ymin,xmax,ymax\n"
    table.write_text(
        f"{head}{table.read_text()}c.jpg,1,2,3,4\na.jpg,9,9,1,1\na.jpg,x,1,2,3\na.jpg,1"
    )
    (folder / "icartoonface_rectest_info.txt").write_text("1.jpg 1 2 9 9\n2.jpg 0 0 8 8 -1\n")
    found = dataset("icartoonface", folder)
    assert found["contents"]["boxes"] == 4
    assert len(found["faults"]) == 5
    assert found["missing"] == 1


def test_no_copy(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as error:
        dataset("icartoonface", tmp_path)
    assert "academic" in error.value.hint


def test_rank_at_is_what_counting_says() -> None:
    generator = np.random.default_rng(3)
    faces = generator.normal(size=(40, 8))
    identities = np.array([*np.repeat(np.arange(6), 4), *[DISTRACTOR] * 16])
    unit = faces / np.linalg.norm(faces, axis=1, keepdims=True)
    ranks = []
    for one in range(24):
        for other in range(24):
            if one != other and identities[one] == identities[other]:
                near = unit[one] @ unit[other]
                ranks.append(1 + sum(unit[one] @ unit[d] >= near for d in range(24, 40)))
    expected = {k: sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 3, 10)}
    assert rank_at(faces, identities, (1, 3, 10)) == expected
    assert 0 < expected[1] < expected[10] <= 1


@pytest.mark.parametrize("wrong", ["length", "zero", "nan", "alone"])
def test_rank_at_refuses(wrong: str) -> None:
    faces, identities = np.eye(3), np.array([1, 1, -1])
    if wrong == "length":
        identities = identities[:2]
    if wrong == "alone":
        identities = np.array([1, 2, -1])
    if wrong in ("zero", "nan"):
        faces[0] = 0 if wrong == "zero" else np.nan
    with pytest.raises(InputError):
        rank_at(faces, identities)
