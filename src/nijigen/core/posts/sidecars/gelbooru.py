"""The JSON of Gelbooru, and of sites with its older software, such as safebooru.org.

Tags have no categories there. Times are those of the server, with their zone.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import fields
from nijigen.core.posts.sidecars.fields import Data

_OWN = (
    "owner", "directory", "image", "hash", "change", "creator_id", "has_notes", "has_comments",
)  # fmt: skip


def recognizes(data: Data) -> bool:
    """Return whether this is the JSON of a post of Gelbooru; Moebooru shares some fields."""
    return isinstance(data.get("tags"), str) and sum(key in data for key in _OWN) >= 3


def read(data: Data) -> Post:
    """Return a post.

    Raises:
        InputError: A field has an impossible value.
    """
    return fields.made(
        {
            "site": fields.text(data, "category") or "gelbooru",
            "id": fields.number(data, "id"),
            "tags": fields.categorized(data, "tags_", fields.names(data.get("tags"))),
            **fields.rated(fields.text(data, "rating"), "moebooru"),
            "score": fields.number(data, "score"),
            "md5": fields.md5(data) or fields.md5({"md5": data.get("hash")}),
            "width": fields.size(data, "width"),
            "height": fields.size(data, "height"),
            "filetype": extension(fields.text(data, "image", "file_url")),
            "created_at": fields.time(data.get("created_at")),
            "updated_at": fields.time(data.get("change") or None),
            "source": fields.text(data, "source"),
            "file_url": fields.text(data, "file_url"),
            "parent_id": fields.size(data, "parent_id"),
            "has_children": fields.flag(data, "has_children"),
            "deleted": fields.text(data, "status") == "deleted",
            "raw": dict(data),
        }
    )


def write(post: Post) -> dict[str, Any]:
    """Return a post as the API does."""
    name = f"{post.md5 or post.id or 'post'}.{post.filetype or 'png'}"
    return fields.filled(
        {
            "id": post.id,
            "created_at": post.created_at and post.created_at.strftime("%a %b %d %H:%M:%S %z %Y"),
            "change": post.updated_at and int(post.updated_at.timestamp()),
            "score": post.score,
            "width": post.width,
            "height": post.height,
            "md5": post.md5,
            "directory": "",
            "image": name,
            "owner": "",
            "rating": post.site_rating or post.rating,
            "source": post.source,
            "file_url": post.file_url or None,
            "parent_id": post.parent_id or 0,
            "has_children": str(post.has_children).lower(),
            "status": "deleted" if post.deleted else "active",
            "tags": " ".join(post.names),
        }
    )


def extension(name: str) -> str | None:
    """Return the extension of the file in an address or a name."""
    try:
        ending = PurePosixPath(urlsplit(name).path).suffix[1:]
    except ValueError:
        return None
    return ending.lower() if ending.isalnum() and ending.isascii() and len(ending) <= 8 else None
