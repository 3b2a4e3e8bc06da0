from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import InputError, NotFound
from nijigen.sources.dataset import dataset
from nijigen.sources.datasets.dataset import Faults
from nijigen.sources.datasets.webcaricature import (
    FOLDS,
    LANDMARKS,
    Image,
    Pair,
    Subject,
    WebCaricature,
)
from pictures import drawing

PEOPLE = ("Ada Byron", "Max Ernst")
PAIRS = "1\nAda Byron\tC00001\tP00001\nAda Byron\tC00001\tMax Ernst\tP00001\n"
SUBJECTS = "2\nAda Byron\t1\t1\nMax Ernst\t1\t1\n"


def made(folder: Path) -> Path:
    """Write a copy of two people with all protocols."""
    for person in PEOPLE:
        for name in ("C00001", "P00001"):
            path = folder / "OriginalImages" / person / f"{name}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            drawing(60, 50).save(path)
            points = folder / "FacialPoints" / person / f"{name}.txt"
            points.parent.mkdir(parents=True, exist_ok=True)
            points.write_text("".join(f"{n + 5}.5 {2 * n + 3}\n" for n in range(17)))
    protocols = folder / "EvaluationProtocols"
    for kind, text in (("Restricted", PAIRS), ("UnRestricted", SUBJECTS)):
        place = protocols / "FaceVerification" / kind
        place.mkdir(parents=True)
        for view in ("View1_DevTrain", "View1_DevTest"):
            (place / f"{kind}{view}.txt").write_text(text)
        (place / f"{kind}View2.txt").write_text(text * 10)
    for end in ("_dev", *map(str, FOLDS)):
        place = protocols / "FaceIdentification"
        place.mkdir(exist_ok=True)
        (place / f"FR_Train{end}.txt").write_text("Ada Byron\t1\t1\n")
        for name in ("C2P", "P2C"):
            (place / name).mkdir(exist_ok=True)
            first, second = ("P", "C") if name == "C2P" else ("C", "P")
            for kind, letter in (("Gallery", first), ("Probe", second)):
                text = "".join(f"{person}\t{letter}00001\n" for person in PEOPLE)
                (place / name / f"FR_{kind}_{name}{end}.txt").write_text(text)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path)


def test_lists_everything(folder: Path) -> None:
    found = dataset("webcaricature", folder)
    assert found["contents"] == {"people": 2, "caricatures": 2, "photos": 2, "protocols": 4}
    assert (found["pictures"], found["faults"]) == (4, [])


def test_landmarks(folder: Path) -> None:
    sample = next(iter(WebCaricature(folder).samples(Faults())))
    (face,) = sample.regions
    assert len(face.keypoints) == len(LANDMARKS) == 17
    assert face.keypoints[2][:2] == (7.5, 7)
    assert (face.left, face.top, face.right, face.bottom) == (5.5, 3, 21.5, 35)
    assert face.attributes == {"person": "Ada Byron", "kind": "caricature"}


def test_the_four_protocols(folder: Path) -> None:
    copy = WebCaricature(folder)
    one, other = (Image(person, "P00001") for person in PEOPLE)
    matched, mismatched = (Pair(Image("Ada Byron", "C00001"), photo) for photo in (one, other))
    for view in ("train", "test", *FOLDS):
        assert copy.pairs(view) == [matched, mismatched]  # type: ignore[arg-type]
        assert copy.subjects(view) == [Subject(p, 1, 1) for p in PEOPLE]  # type: ignore[arg-type]
    assert (matched.matched, mismatched.matched) == (True, False)
    for fold in (None, *FOLDS):
        search = copy.identification("c2p", fold)
        assert search.training == (Subject("Ada Byron", 1, 1),)
        assert search.gallery == (one, other)
        assert [probe.name for probe in search.probes] == ["C00001", "C00001"]
        assert copy.identification("p2c", fold).gallery == search.probes


def test_faults(folder: Path) -> None:
    (folder / "FacialPoints/Ada Byron/C00001.txt").write_text("1 2\n")
    (folder / "FacialPoints/Ada Byron/P00001.txt").write_text("a b\n" * 17)
    (folder / "FacialPoints/Max Ernst/C00001.txt").unlink()
    place = folder / "EvaluationProtocols"
    (place / "FaceVerification/Restricted/RestrictedView2.txt").write_text(PAIRS * 9)
    (place / "FaceIdentification/FR_Train3.txt").write_text("Ada Byron\tone\t1\n")
    found = dataset("webcaricature", folder)
    assert found["contents"]["protocols"] == 1
    assert len(found["faults"]) == 6
    assert found["regions"] == {"face": 1}


@pytest.mark.parametrize("text", ["", "x\n", "3\nAda Byron\tC1\tP1\n", "1\nAda\tC\n\n1\n2\n"])
def test_a_list_that_is_not_as_described(folder: Path, text: str) -> None:
    place = folder / "EvaluationProtocols/FaceVerification/Restricted"
    (place / "RestrictedView1_DevTrain.txt").write_text(text)
    with pytest.raises(InputError):
        WebCaricature(folder).pairs("train")


def test_folds_are_ten(folder: Path) -> None:
    for ask in (WebCaricature(folder).pairs, WebCaricature(folder).subjects):
        with pytest.raises(InputError, match="no fold 11"):
            ask(11)
    with pytest.raises(NotFound):
        WebCaricature(folder / "OriginalImages")
