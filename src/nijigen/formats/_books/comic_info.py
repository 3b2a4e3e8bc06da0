"""ComicInfo.xml: what comic readers and libraries know about a book.

Source: the schema ComicInfo 2.0 of the Anansi project (MIT).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from nijigen.core.errors import BadPicture
from nijigen.formats._books.book import COMIC_INFO
from nijigen.imaging.codecs.xml import parsed

_ROOT = "ComicInfo"
_SCHEMA = {
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
}
_ORDER = (
    *("Title", "Series", "Number", "Count", "Volume", "AlternateSeries", "AlternateNumber"),
    *("AlternateCount", "Summary", "Notes", "Year", "Month", "Day", "Writer", "Penciller", "Inker"),
    *("Colorist", "Letterer", "CoverArtist", "Editor", "Publisher", "Imprint", "Genre", "Web"),
    *("PageCount", "LanguageISO", "Format", "BlackAndWhite", "Manga", "Characters", "Teams"),
    *("Locations", "ScanInformation", "StoryArc", "SeriesGroup", "AgeRating", "Pages"),
    *("CommunityRating", "MainCharacterOrTeam", "Review"),
)
"""Elements in the order of the schema, which is a sequence."""


@dataclass(frozen=True)
class PageFacts:
    """What is said about one page."""

    size: int
    """Bytes of its file."""
    width: int
    height: int


def written(known: bytes | None, fields: Mapping[str, str], pages: Sequence[PageFacts]) -> bytes:
    """Return a ComicInfo.xml.

    Args:
        known: That of the book so far; its elements are kept, if it can be read.
        fields: Elements that replace those of the same name; empty ones do not.
        pages: Facts of all pages, in order.
    """
    kept = {
        element.tag: element
        for element in _known(known)
        if element.tag not in ("Pages", "PageCount")
    }
    for name, text in {**fields, "PageCount": str(len(pages))}.items():
        if text:
            kept[name] = ElementTree.Element(name)
            kept[name].text = text
    kept["Pages"] = _pages(pages)
    made = ElementTree.Element(_ROOT, _SCHEMA)
    places = {name: place for place, name in enumerate(_ORDER)}
    made.extend(sorted(kept.values(), key=lambda element: places.get(element.tag, len(places))))
    ElementTree.indent(made)
    text = ElementTree.tostring(made, "unicode")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode() + b"\n"


def _known(data: bytes | None) -> ElementTree.Element:
    try:
        root = ElementTree.Element(_ROOT) if data is None else parsed(data, COMIC_INFO)
    except BadPicture:
        return ElementTree.Element(_ROOT)
    return root if root.tag == _ROOT else ElementTree.Element(_ROOT)


def is_readable(data: bytes) -> bool:
    """Return whether a ComicInfo.xml is one."""
    try:
        return parsed(data, COMIC_INFO).tag == _ROOT
    except BadPicture:
        return False


def text_of(data: bytes | None, name: str) -> str:
    """Return the text of an element; empty if there is none."""
    found = _known(data).find(name)
    return (found.text or "").strip() if found is not None else ""


def _pages(pages: Sequence[PageFacts]) -> ElementTree.Element:
    parent = ElementTree.Element("Pages")
    for number, page in enumerate(pages):
        attributes = {"Image": str(number)}
        if number == 0:
            attributes["Type"] = "FrontCover"
        attributes["ImageSize"] = str(page.size)
        attributes["ImageWidth"], attributes["ImageHeight"] = str(page.width), str(page.height)
        ElementTree.SubElement(parent, "Page", attributes)
    return parent
