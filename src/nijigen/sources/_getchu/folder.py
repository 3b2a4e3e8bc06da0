"""Folders of getchu as a source: a post for each picture of a character."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nijigen.core.errors import InputError, NotFound, QueryError
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query, matches
from nijigen.core.run import Run
from nijigen.core.strict import read_json

_PICTURES = ("main_pic", "full_pic")
_PRODUCTS = "*/*/data.json"
_HINT = "fetch one: nijigen sources getchu COMPANY --output FOLDER"


class GetchuFolder:
    """Reads a folder, a company after the other.

    Raises:
        NotFound: There is no such folder, or it has another layout.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotFound(f"there is no folder {folder}", _HINT)
        if not any(folder.glob(_PRODUCTS)):
            raise NotFound(f"{folder} has no products of getchu", _HINT)
        self._folder = folder

    def posts(self, query: Query, run: Run) -> Iterator[Post]:
        """Yield the posts that a query asks for, up to its limit."""
        if query.order:
            raise QueryError("folders of getchu are read in their own order", "leave out order:")
        query = replace(query, order=())
        found = 0
        for path in sorted(self._folder.glob(_PRODUCTS)):
            run.check()
            try:
                posts = list(_posts(path))
            except (InputError, OSError, ValueError, TypeError, AttributeError) as error:
                why = getattr(error, "strerror", None) or error
                run.note("assumed", f"{path} was left out: {str(why)[:200]}")
                continue
            for post in posts:
                if query.limit is not None and found >= query.limit:
                    return
                if matches(query, post):
                    found += 1
                    yield post


def _posts(path: Path) -> Iterator[Post]:
    data = read_json(path.read_bytes())
    company = _names(path.parents[2]).get(path.parents[1].name, "")
    title = _names(path.parents[1]).get(path.parent.name, "")
    about = data.get("product", {})
    painters = about.get("painter") or []
    for name, entry in data["chara"].items():
        tags = {str(name): "character", title: "copyright", **dict.fromkeys(painters, "artist")}
        for picture in _PICTURES:
            # The crawler's own code writes other names than its description.
            file = _said(entry, f"{picture}_name", f"chara_{picture}_name")
            if not file:
                continue
            yield Post.model_validate(
                {
                    "site": "getchu",
                    "id": int(path.parent.name),
                    "tags": {tag: kind for tag, kind in tags.items() if tag.strip()},
                    "rating": "general",
                    "filetype": file.rpartition(".")[2] or None,
                    "created_at": _date(about.get("release_date")),
                    "source": f"http://www.getchu.com/soft.phtml?id={path.parent.name}",
                    "file_url": _said(entry, f"{picture}_link", f"chara_{picture}_link"),
                    "raw": {"company": company, "file": file, "kind": picture, **entry},
                }
            )


def _names(folder: Path) -> Mapping[str, str]:
    try:
        names = read_json((folder / "id2name.json").read_bytes())
    except FileNotFoundError:
        return {}
    return names if isinstance(names, dict) else {}


def _said(entry: Mapping[str, Any], *keys: str) -> str:
    return next((str(entry[key]) for key in keys if entry.get(key)), "")


def _date(text: Any) -> datetime | None:
    try:
        return datetime.strptime(str(text), "%Y/%m/%d").replace(tzinfo=UTC)
    except ValueError:
        return None
