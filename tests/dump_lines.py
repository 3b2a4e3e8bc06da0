"""Posts as lines of the Danbooru dumps of 2017 to 2021, in which every number is a text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import danbooru
from nijigen.core.posts.tag import NUMBERS

LETTERS = {"general": "s", "sensitive": "s", "questionable": "q", "explicit": "e"}
CATEGORIES = {category: str(number) for number, category in NUMBERS.items()}


def record(post: Post, **more: Any) -> dict[str, Any]:
    """Return a post as the dump of 2021 has it."""

    def time(moment: Any) -> str:
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f UTC") if moment else ""

    def text(value: Any) -> str:
        return "0" if value is None else str(value)

    data = {
        "id": str(post.id),
        "created_at": time(post.created_at),
        "updated_at": time(post.updated_at),
        "uploader_id": "12",
        "score": "" if post.score is None else str(post.score),
        "source": post.source,
        "md5": post.md5 or "",
        "rating": LETTERS[post.rating] if post.rating else "",
        "image_width": text(post.width),
        "image_height": text(post.height),
        "file_ext": post.filetype or "",
        "file_size": text(post.filesize),
        "is_rating_locked": False,
        "parent_id": text(post.parent_id),
        "has_children": post.has_children,
        "is_deleted": post.deleted,
        "favs": ["1", "2"],
        "pools": list(post.pools),
        "tags": [
            {"id": "7", "name": name, "category": CATEGORIES.get(category or "general", "0")}
            for name, category in post.tags.items()
        ],
    }
    return data | more


def api_record(post: Post) -> dict[str, Any]:
    """Return a post as the API has it."""
    return danbooru.write(post)


def write_lines(path: Path, records: Iterable[Any]) -> None:
    """Write records, or lines that are texts already."""
    lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))
