"""The JSON of Moebooru: yande.re, konachan, sakugabooru, and of its ancestor at behoimi.org."""

from __future__ import annotations

from typing import Any

from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import fields
from nijigen.core.posts.sidecars.fields import Data
from nijigen.core.posts.sidecars.gelbooru import extension
from nijigen.core.posts.tag import CATEGORIES, Category

_OWN = ("author", "is_shown_in_index", "actual_preview_width", "jpeg_url", "is_held", "frames")


def recognizes(data: Data) -> bool:
    """Return whether this is the JSON of a post of Moebooru."""
    return isinstance(data.get("tags"), str) and sum(key in data for key in _OWN) >= 2


def read(data: Data, types: Data | None = None) -> Post:
    """Return a post.

    Args:
        data: The post.
        types: Categories by name, from an answer of the API's version 2 with tags.

    Raises:
        InputError: A field has an impossible value.
    """
    tags = fields.categorized(data, "tags_", fields.names(data.get("tags")))
    for name in tags:
        known = _category((types or {}).get(name))
        tags[name] = known or tags[name]
    return fields.made(
        {
            "site": fields.text(data, "category") or "moebooru",
            "id": fields.number(data, "id"),
            "tags": tags,
            **fields.rated(fields.text(data, "rating"), "moebooru"),
            "score": fields.number(data, "score"),
            "md5": fields.md5(data),
            "width": fields.size(data, "width"),
            "height": fields.size(data, "height"),
            "filetype": fields.text(data, "file_ext") or extension(fields.text(data, "file_url")),
            "filesize": fields.size(data, "file_size"),
            "created_at": fields.time(data.get("created_at")),
            "updated_at": fields.time(data.get("updated_at") or None),
            "source": fields.text(data, "source"),
            "file_url": fields.text(data, "file_url"),
            "parent_id": fields.size(data, "parent_id"),
            "has_children": fields.flag(data, "has_children"),
            "deleted": fields.text(data, "status") == "deleted",
            "raw": dict(data),
        }
    )


def write(post: Post) -> dict[str, Any]:
    """Return a post as the API does; general and sensitive are both *safe* there."""
    letter = {"general": "s", "sensitive": "s", "questionable": "q", "explicit": "e"}
    return fields.filled(
        {
            "id": post.id,
            "tags": " ".join(post.names),
            "created_at": post.created_at and int(post.created_at.timestamp()),
            "updated_at": post.updated_at and int(post.updated_at.timestamp()),
            "author": "",
            "source": post.source,
            "score": post.score,
            "md5": post.md5,
            "file_size": post.filesize,
            "file_ext": post.filetype,
            "file_url": post.file_url or None,
            "is_shown_in_index": not post.deleted,
            "rating": letter[post.rating] if post.rating else None,
            "has_children": post.has_children,
            "parent_id": post.parent_id,
            "status": "deleted" if post.deleted else "active",
            "width": post.width,
            "height": post.height,
        }
    )


def _category(word: Any) -> Category | None:
    """Return our category; a circle (a group of artists) is an artist."""
    word = "artist" if word == "circle" else "meta" if word == "style" else word
    return next((category for category in CATEGORIES if category == word), None)
