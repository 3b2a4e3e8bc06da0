"""Fetch the products of one company, and go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nijigen.core.atomic import write_bytes
from nijigen.core.errors import NotFound, SourceError
from nijigen.core.strict import read_json
from nijigen.sources._getchu import pages

if TYPE_CHECKING:
    from nijigen.sources._web.client import Client

_LARGEST = 64 << 20


@dataclass
class Fetched:
    """What became of a company."""

    products: int = 0
    pictures: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Why something could not be had, by the number of its product."""


def fetch_company(company: str, folder: Path, client: Client) -> Fetched:
    """Fetch what is missing of a company.

    Args:
        company: Its number.
        folder: Where companies are.
        client: Asks the site.

    Raises:
        SourceError: The list of products cannot be had.
        OutputError: The folder cannot be written.
    """
    here = folder / company
    listed = here / "list.html"
    if not (here / ".complete").exists():
        path = f"/php/search.phtml?search_brand_id={company}&list_count=5000&genre=pc_soft"
        write_bytes(listed, client.get(path)[1])
    names = pages.products(pages.text_of(listed.read_bytes()))
    if not names:
        raise NotFound(f"getchu lists no products of the company {company}")
    _write_names(here / "id2name.json", names)
    _write_names(folder / "id2name.json", {company: company})
    _mark(here / ".complete")
    done = Fetched()
    for place, number in enumerate(names):
        client.run.progress(place / len(names))
        try:
            done.pictures += _fetch_product(number, here / number, client)
            done.products += 1
        except (SourceError, NotFound) as error:
            done.failed[number] = error.message
    return done


def _fetch_product(number: str, folder: Path, client: Client) -> int:
    """Fetch a page and its pictures; return how many pictures are new."""
    page = folder / "soft.html"
    if not (folder / ".complete").exists():
        write_bytes(page, client.get(f"/soft.phtml?id={number}")[1])
        _mark(folder / ".complete")
    if (folder / ".complete_pic").exists():
        return 0
    data = pages.product(pages.text_of(page.read_bytes()), client.site.address)
    new = 0
    if data is not None:
        # As the crawler writes it, whose folders may be continued by either.
        write_bytes(folder / "data.json", json.dumps(data, ensure_ascii=False).encode())
        for name, link in _pictures(data):
            if not (folder / name).exists():
                _fetch_picture(link, folder / name, client)
                new += 1
    _mark(folder / ".complete_pic")
    return new


def _pictures(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the names and addresses of all pictures; the names are of letters, digits and dots."""
    entries = [(data["product"], "cover_pic")]
    entries += [(one, kind) for one in data["chara"].values()
                for kind in ("chara_main_pic", "chara_full_pic")]  # fmt: skip
    found = [(one[f"{kind}_name"], one[f"{kind}_link"]) for one, kind in entries]
    return [(name, link) for name, link in found if name and link]


def _fetch_picture(link: str, path: Path, client: Client) -> None:
    # Some covers are there in their small form only.
    stem, dot, ending = link.rpartition(".")
    for address in (link, f"{stem}_s{dot}{ending}"):
        try:
            client.save(address, path, "a picture of getchu", most=_LARGEST)
            return
        except NotFound:
            if address != link:
                raise


def _write_names(path: Path, names: dict[str, str]) -> None:
    """Add names to a table; those that are there stay."""
    try:
        known = read_json(path.read_bytes())
    except (FileNotFoundError, ValueError):
        known = {}
    merged = {**names, **(known if isinstance(known, dict) else {})}
    write_bytes(path, json.dumps(merged, ensure_ascii=False).encode())


def _mark(path: Path) -> None:
    if not path.exists():
        write_bytes(path, b"")
