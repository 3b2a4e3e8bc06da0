"""The JSON of Danbooru: its API, and the dumps of 2017 to 2021, whose values are all text."""

from __future__ import annotations

from typing import Any

from nijigen.core.posts.post import Post
from nijigen.core.posts.rating import Scale
from nijigen.core.posts.sidecars import fields
from nijigen.core.posts.sidecars.fields import Data
from nijigen.core.posts.tag import CATEGORIES, NUMBERS, Category


def recognizes(data: Data) -> bool:
    """Return whether this is the JSON of a post of Danbooru."""
    return "tag_string" in data or _is_dump(data)


def read(data: Data) -> Post:
    """Return a post.

    Raises:
        InputError: A field has an impossible value.
    """
    # A lock of the rating was dropped from the API about when *s* became *sensitive*.
    scale: Scale = "moebooru" if "is_rating_locked" in data else "danbooru"
    return fields.made(
        {
            "site": fields.text(data, "category") or "danbooru",
            "id": fields.number(data, "id"),
            "tags": _tags(data),
            **fields.rated(fields.text(data, "rating"), scale),
            "score": fields.number(data, "score"),
            "favcount": fields.number(data, "fav_count"),
            "md5": fields.md5(data),
            "width": fields.size(data, "image_width"),
            "height": fields.size(data, "image_height"),
            "filetype": fields.text(data, "file_ext") or None,
            "filesize": fields.size(data, "file_size"),
            "created_at": fields.time(data.get("created_at")),
            "updated_at": fields.time(data.get("updated_at")),
            "source": fields.text(data, "source"),
            "file_url": fields.text(data, "file_url"),
            "parent_id": fields.size(data, "parent_id"),
            "has_children": fields.flag(data, "has_children", "has_visible_children"),
            "pools": fields.names(data.get("pools")),
            "deleted": fields.flag(data, "is_deleted"),
            "raw": dict(data),
        }
    )


def write(post: Post) -> dict[str, Any]:
    """Return a post as the API does; tags without a category are in ``tag_string`` only."""
    strings = {f"tag_string_{category}": " ".join(post.of(category)) for category in CATEGORIES}
    counts = {f"tag_count_{category}": len(post.of(category)) for category in CATEGORIES}
    return fields.filled(
        {
            "id": post.id,
            "created_at": fields.spelled(post.created_at),
            "updated_at": fields.spelled(post.updated_at),
            "score": post.score,
            "fav_count": post.favcount,
            "source": post.source,
            "md5": post.md5,
            "rating": post.rating[0] if post.rating else None,
            "image_width": post.width,
            "image_height": post.height,
            "file_ext": post.filetype,
            "file_size": post.filesize,
            "file_url": post.file_url or None,
            "parent_id": post.parent_id,
            "has_children": post.has_children,
            "is_deleted": post.deleted,
            "tag_count": len(post.tags),
            **counts,
            "tag_string": " ".join(post.names),
            **strings,
        }
    )


def _is_dump(data: Data) -> bool:
    tags = data.get("tags")
    return (
        isinstance(tags, list)
        and bool(tags)
        and all(isinstance(tag, dict) and "name" in tag for tag in tags)
    )


_BY_TEXT = {str(number): category for number, category in NUMBERS.items()}


def _category(tag: Data) -> Category | None:
    text = tag.get("category")
    if isinstance(text, str) and text in _BY_TEXT:
        return _BY_TEXT[text]
    return NUMBERS.get(fields.number(tag, "category") or 0)


def _tags(data: Data) -> dict[str, Category | None]:
    if _is_dump(data):
        return {str(tag["name"]): _category(tag) for tag in data["tags"]}
    return fields.categorized(data, "tag_string_", fields.names(data.get("tag_string")))
