from __future__ import annotations

import dataclasses
import random
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from extras import needs
from nijigen.core.errors import InputError, NotFound
from nijigen.sources.dataset import dataset
from nijigen.sources.datasets.dataset import Faults
from nijigen.sources.datasets.manga109 import KINDS, Book, Manga109
from pictures import drawing

TEXTS = ("ねこ", "a & b < c", "", "  two\nlines ", "123", "0012")


def made(folder: Path, name: str = "Made", pages: int = 4) -> Path:
    """Write a volume with everything that Manga109 has, made by chance."""
    chance = random.Random(1)
    ids = iter(f"{number:08x}" for number in chance.sample(range(16**8), 500))
    # Ids of digits alone, with and without a leading zero.
    people = ["12345678", "00000042", next(ids)]
    characters = "".join(
        f'<character id="{id}" name={quoteattr(f"役 {n} &")}/>' for n, id in enumerate(people)
    )
    drawn = []
    for index in range(pages):
        boxes = []
        for _ in range(8):
            kind = chance.choice(KINDS)
            left, top = chance.randrange(800), chance.randrange(600)
            who = f' character="{chance.choice(people)}"' if kind in ("face", "body") else ""
            text = chance.choice(TEXTS).replace("&", "&amp;").replace("<", "&lt;")
            body = text if kind == "text" else ""
            boxes.append(
                f'<{kind} id="{next(ids)}" xmin="{left}" ymin="{top}" xmax="{left + 9}"'
                f' ymax="{top + 30}"{who}>{body}</{kind}>'
            )
        inner = "".join(boxes) if index else ""
        drawn.append(f'<page index="{index}" width="1654" height="1170">{inner}</page>')
    (folder / "annotations").mkdir(exist_ok=True)
    (folder / "annotations" / f"{name}.xml").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<book title="{name}">\n'
        f"<characters>{characters}</characters>\n<pages>\n{''.join(drawn)}\n</pages></book>",
        encoding="utf-8",
    )
    with (folder / "books.txt").open("a", encoding="utf-8") as list_of_books:
        list_of_books.write(f"{name}\n")
    for index in range(pages):
        path = folder / "images" / name / f"{index:03}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        drawing(16, 12).save(path)
    return folder


def as_the_api_has_it(book: Book) -> dict[str, Any]:
    """Return a volume as manga109api does, whose numbers of digits alone become integers."""

    def number(text: str) -> str | int:
        return int(text) if text.isdecimal() and str(int(text)) == text else text

    pages = []
    for page in book.pages:
        shown: dict[str, Any] = {"@index": page.index, "@width": page.width, "@height": page.height}
        shown |= {kind: [] for kind in KINDS}
        for one in page.annotations:
            box = {f"@{side}": getattr(one, side) for side in ("xmin", "ymin", "xmax", "ymax")}
            entry = {"@id": number(one.id), **box, "type": one.kind}
            if one.character is not None:
                entry["@character"] = number(one.character)
            if one.text is not None:
                entry["#text"] = one.text
            shown[one.kind].append(entry)
        pages.append(shown)
    people = [{"@id": number(one.id), "@name": one.name} for one in book.characters]
    return {"title": book.title, "character": people, "page": pages}


def test_agrees_with_manga109api(tmp_path: Path) -> None:
    api = needs("manga109api").Parser(str(made(tmp_path)))
    ours = Manga109(tmp_path)
    faults = Faults()
    book = ours.book("Made", faults)
    assert not faults.count
    assert as_the_api_has_it(book) == api.get_annotation("Made")
    assert ours.books == api.books
    assert str(ours.picture("Made", 3).resolve()) == api.img_path("Made", 3)
    assert book.characters[0].id == "12345678"
    assert isinstance(book.characters[0].id, str)


def test_lists_and_checks(tmp_path: Path) -> None:
    made(made(tmp_path), "Other", pages=2)
    (tmp_path / "images/Other/001.jpg").unlink()
    found = dataset("manga109", tmp_path)
    assert found["contents"] == {"books": 2, "pages": 6, "characters": 6}
    assert sum(found["regions"].values()) == 8 * 4
    assert (found["pictures"], found["missing"]) == (6, 1)
    assert "application" in found["access"]
    # The second volume was made with the same ids.
    assert any("images/Other/001.jpg" in fault for fault in found["faults"])
    assert any("is used twice" in fault for fault in found["faults"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<book", '<!DOCTYPE book [<!ENTITY a "b">]><book', "declares an entity"),
        ("<book", '<!DOCTYPE book [<!ENTITY a SYSTEM "/etc/passwd">]><book', "declares an entity"),
        ("</book>", "", "is not XML"),
        ("<book title", "<magazine title", "is not XML"),
        ('<page index="2"', '<page index="two"', "'two', not a whole number"),
        ('<page index="2"', "<page", "'', not a whole number"),
        ("<characters>", "<cast/><characters>", "the element 'cast' is unknown"),
        ('height="1170">', 'height="1170"><balloon id="1"/>', "the element 'balloon' is unknown"),
        ('name="役 0 &amp;"', 'age="3"', ""),
        ('id="00000042" name', 'id="00000043" name', "unknown character 00000042"),
        ('xmin="', 'xmin="9999', "is empty"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_goes_on(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    made(tmp_path)
    path = tmp_path / "annotations/Made.xml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    made(tmp_path, "Whole", pages=1)
    found = dataset("manga109", tmp_path)
    faults = found["faults"]
    assert any(told in fault and "Made" in fault for fault in faults) if told else not faults
    assert found["contents"]["books"] == (1 if "XML" in told or "entity" in told else 2)


def test_half_a_file_and_a_list_that_leads_elsewhere(tmp_path: Path) -> None:
    made(tmp_path)
    path = tmp_path / "annotations/Made.xml"
    path.write_bytes(path.read_bytes()[:2000])
    with (tmp_path / "books.txt").open("a") as books:
        books.write("../secret\nmissing\n")
    faults = dataset("manga109", tmp_path)["faults"]
    assert len(faults) == 3
    assert all("compare it with the release" in fault for fault in faults)


def test_samples_have_boxes_characters_and_texts(tmp_path: Path) -> None:
    samples = list(Manga109(made(tmp_path)).samples(Faults()))
    assert [sample.name for sample in samples] == [f"Made/{n:03}.jpg" for n in range(4)]
    faces = [r for sample in samples for r in sample.regions if r.label == "face"]
    assert {r.attributes["name"] for r in faces if r.attributes} <= {f"役 {n} &" for n in range(3)}
    assert all((r.width, r.height) == (9, 30) for r in faces)


def test_no_copy(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as error:
        dataset("manga109", tmp_path)
    assert "manga109.org" in error.value.hint
    with pytest.raises(NotFound, match="no data set"):
        dataset("manga108", tmp_path)
    with pytest.raises(InputError):
        Manga109(made(tmp_path)).picture("../Made", 1)


def test_values_are_immutable(tmp_path: Path) -> None:
    page = Manga109(made(tmp_path)).book("Made", Faults()).pages[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.index = 5  # type: ignore[misc]
