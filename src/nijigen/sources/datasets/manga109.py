"""Manga109: 109 volumes of manga with frames, faces, bodies and texts.

Source: Matsui et al. 2017; Aizawa et al. 2020. The layout is that of manga109api 0.3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args
from xml.etree.ElementTree import Element

from nijigen.core.errors import InputError, NotFound
from nijigen.imaging.annotations.samples import Label, Region, Sample
from nijigen.sources.datasets.dataset import RELEASE, Faults, lines_of
from nijigen.sources.datasets.xml import read_xml

Kind = Literal["frame", "face", "body", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Character:
    """Somebody in a volume."""

    id: str
    """Eight hexadecimal digits; never a number, though some have no letters."""
    name: str


@dataclass(frozen=True)
class Annotation:
    """A box on a page, in pixels."""

    id: str
    kind: Kind
    xmin: int
    ymin: int
    xmax: int
    ymax: int
    character: str | None = None
    """Of a face or a body: the id of a character."""
    text: str | None = None
    """What is written in a text."""


@dataclass(frozen=True)
class Page:
    """Two facing pages, as one picture."""

    index: int
    width: int
    height: int
    annotations: tuple[Annotation, ...]
    """In the order of the file."""


@dataclass(frozen=True)
class Book:
    """A volume."""

    title: str
    characters: tuple[Character, ...]
    pages: tuple[Page, ...]


class Manga109:
    """A copy of Manga109 or Manga109-s."""

    title = "Manga109"
    access = (
        "Manga109 is for academic research, Manga109-s also for companies; both are granted on"
        " application at manga109.org, or to an account at Hugging Face (hal-utokyo/Manga109)."
    )
    layout = "books.txt, annotations/BOOK.xml, images/BOOK/000.jpg"
    labels: tuple[Label, ...] = tuple(Label(kind, "manga") for kind in KINDS)

    def __init__(self, folder: Path) -> None:
        if not (folder / "books.txt").is_file() or not (folder / "annotations").is_dir():
            raise NotFound(f"{folder} is no copy of Manga109", f"it contains {self.layout}")
        self.folder = folder

    @property
    def books(self) -> list[str]:
        """Names of the volumes.

        Raises:
            InputError: The list cannot be read.
        """
        return lines_of(self.folder / "books.txt")

    def book(self, name: str, faults: Faults) -> Book:
        """Return a volume; elements that are wrong or unknown are left out.

        Raises:
            InputError: The file cannot be read, is no XML, or declares an entity.
        """
        return _book(read_xml(self._annotations(name)), f"annotations/{name}.xml", faults)

    def picture(self, book: str, index: int) -> Path:
        """Return where the picture of a page is, whether it is there or not."""
        return self.folder / "images" / _part(book) / f"{index:03}.jpg"

    def contents(self, faults: Faults) -> dict[str, int]:
        """Return the number of volumes, pages and characters."""
        found = {"books": 0, "pages": 0, "characters": 0}
        for _, book in self._each(faults):
            found["books"] += 1
            found["pages"] += len(book.pages)
            found["characters"] += len(book.characters)
        return found

    def samples(self, faults: Faults) -> Iterator[Sample]:
        """Yield a sample for each page."""
        seen: set[str] = set()
        for name, book in self._each(faults):
            people = {one.id: one.name for one in book.characters}
            for page in book.pages:
                file = self.picture(name, page.index)
                if not file.is_file():
                    faults.add(f"images/{name}/{file.name}", "the picture is missing")
                where = f"annotations/{name}.xml, page {page.index}"
                regions = []
                for one in page.annotations:
                    if one.id in seen:
                        faults.add(where, f"the id {one.id} is used twice")
                    seen.add(one.id)
                    if one.character is not None and one.character not in people:
                        faults.add(where, f"{one.id} names an unknown character {one.character}")
                    regions.append(_region(one, people))
                yield Sample(
                    f"{name}/{file.name}",
                    page.width,
                    page.height,
                    tuple(regions),
                    file=file if file.is_file() else None,
                )

    def _each(self, faults: Faults) -> Iterator[tuple[str, Book]]:
        for name in self.books:
            try:
                yield name, self.book(name, faults)
            except InputError as error:
                faults.add(f"annotations/{name}.xml", error.message, error.hint)

    def _annotations(self, name: str) -> Path:
        return self.folder / "annotations" / f"{_part(name)}.xml"


def _part(name: str) -> str:
    """Return the name of a volume as a part of a path.

    Raises:
        InputError: It leads elsewhere.
    """
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        raise InputError(f"{name[:80]!r} is not the name of a volume", RELEASE)
    return name


def _book(root: Element, where: str, faults: Faults) -> Book:
    if root.tag != "book":
        raise InputError(f"it is about a {root.tag!r}, not a book", RELEASE)
    characters: list[Character] = []
    pages: list[Page] = []
    for part in root:
        if part.tag == "characters":
            characters += [
                Character(one.get("id", ""), one.get("name", ""))
                for one in part
                if _is(one, "character", where, faults)
            ]
        elif _is(part, "pages", where, faults):
            for one in part:
                if _is(one, "page", where, faults):
                    try:
                        pages.append(_page(one, where, faults))
                    except InputError as error:
                        faults.add(where, error.message, error.hint)
    return Book(root.get("title", ""), tuple(characters), tuple(pages))


def _page(element: Element, where: str, faults: Faults) -> Page:
    index, width, height = (_number(element, name) for name in ("index", "width", "height"))
    found = []
    for one in element:
        place = f"{where}, page {index}"
        if one.tag not in KINDS:
            faults.add(place, f"the element {one.tag[:40]!r} is unknown", "it was left out")
            continue
        try:
            found.append(_annotation(one))
        except InputError as error:
            faults.add(place, error.message, error.hint)
    return Page(index, width, height, tuple(found))


def _annotation(element: Element) -> Annotation:
    left, top, right, bottom = (_number(element, n) for n in ("xmin", "ymin", "xmax", "ymax"))
    if left >= right or top >= bottom:
        raise InputError(f"the box of {element.get('id')} is empty", RELEASE)
    return Annotation(
        element.get("id", ""),
        cast("Kind", element.tag),
        left,
        top,
        right,
        bottom,
        element.get("character"),
        element.text,
    )


def _number(element: Element, name: str) -> int:
    text = element.get(name, "")
    if not (text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 10):
        raise InputError(f"{name} of a {element.tag} is {text[:40]!r}, not a whole number", RELEASE)
    return int(text)


def _is(element: Element, tag: str, where: str, faults: Faults) -> bool:
    if element.tag != tag:
        faults.add(where, f"the element {element.tag[:40]!r} is unknown", "it was left out")
    return element.tag == tag


def _region(one: Annotation, people: Mapping[str, str]) -> Region:
    about = {"id": one.id}
    if one.character is not None:
        about |= {"character": one.character, "name": people.get(one.character, "")}
    if one.text is not None:
        about["text"] = one.text
    return Region(one.kind, one.xmin, one.ymin, one.xmax, one.ymax, attributes=about)
