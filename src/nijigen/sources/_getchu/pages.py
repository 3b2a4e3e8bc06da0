"""What pages of getchu say. They are in EUC-JP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from nijigen.core.errors import SiteChanged

_PRODUCT = re.compile(r'<a href="\.\./soft\.phtml\?id=(\d{1,9})" class="blueb">(.+?)</a>', re.S)
_FILE = re.compile(r"\./(?:\w+/)+(\w[\w.]*)")
_PAINTERS = re.compile(r"原画：([^\n]+)")
_RELEASED = re.compile(r"発売日：\s*(\d+/\d+/\d+)")
_HAS_CHARACTERS = "キャラクター</div>"


def text_of(content: bytes) -> str:
    """Return the text of a page."""
    return content.decode("euc_jp", errors="replace")


def products(page: str) -> dict[str, str]:
    """Return the names of the products of a list, by number."""
    return {
        number: unescape(re.sub(r"<[^>]+>", "", name)) for number, name in _PRODUCT.findall(page)
    }


def product(page: str, address: str) -> dict[str, Any] | None:
    """Return what ``data.json`` holds of a product; None if it shows no characters.

    Args:
        page: Its page.
        address: Of the site, before the paths of its files.

    Raises:
        SiteChanged: The page has another form.
    """
    if _HAS_CHARACTERS not in page:
        return None
    rows = _Rows()
    rows.feed(page)
    if not rows.head:
        raise SiteChanged("a page of getchu has a form that is not known here", site="getchu")
    painters, released = _PAINTERS.search(rows.head), _RELEASED.search(rows.head)
    about = {
        **_file("cover_pic", rows.cover, address),
        "painter": painters[1].strip().split("、") if painters else "",
        "release_date": released[1] if released else "",
    }
    characters: dict[str, Any] = {}
    for row in rows.characters:
        first, *others = row.cells
        characters[row.name] = {
            **_file("chara_main_pic", next(iter(first.pictures), ""), address),
            **_file("chara_full_pic", next(iter(others[-1].links), "") if others else "", address),
        }
    return {"chara": characters, "product": about}


def _file(name: str, path: str, address: str) -> dict[str, str | None]:
    match = _FILE.fullmatch(path)
    return {
        f"{name}_link": address + path[1:] if match else None,
        f"{name}_name": match[1] if match else None,
    }


@dataclass
class _Cell:
    pictures: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@dataclass
class _Row:
    cells: list[_Cell] = field(default_factory=list)
    name: str = ""


class _Rows(HTMLParser):
    """Finds the table of the product, and rows with the name of a character."""

    def __init__(self) -> None:
        super().__init__()
        self.head = ""
        self.cover = ""
        self.characters: list[_Row] = []
        self._row = _Row()
        self._tables: list[bool] = []
        self._in_cover = False
        self._in_name = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a row, a cell, a name or a picture begins."""
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._tables.append(given.get("id") == "soft_table")
        elif tag == "tr":
            self._row = _Row()
        elif tag == "td":
            self._in_cover = any(self._tables) and given.get("rowspan") == "2"
            self._row.cells.append(_Cell())
        elif "chara-name" in given.get("class", "").split():
            self._in_name = True
        elif tag == "br" and any(self._tables):
            self.head += "\n"
        elif tag == "img" and self._row.cells:
            self._row.cells[-1].pictures.append(given.get("src", ""))
        elif tag == "a" and self._row.cells:
            self._row.cells[-1].links.append(given.get("href", ""))
            self.cover = self.cover or (given.get("href", "") if self._in_cover else "")

    def handle_endtag(self, tag: str) -> None:
        """Note where a row or a name ends."""
        if tag == "table" and self._tables:
            self._tables.pop()
        elif tag in ("tr", "td") and any(self._tables):
            self.head += "\n"
        elif tag == "h2":
            self._in_name = False
        if tag == "tr" and self._row.name:
            self.characters.append(self._row)
            self._row = _Row()

    def handle_data(self, data: str) -> None:
        """Note the text of a name or of the product's table."""
        if self._in_name:
            self._row.name += data
        if any(self._tables):
            self.head += data
