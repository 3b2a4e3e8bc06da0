"""The JSON that gallery-dl writes beside a file (``--write-metadata``).

For a booru it is the JSON of the site with a few fields more; for other sites, such as Pixiv, its
own names.
"""

from __future__ import annotations

from typing import Any

from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import danbooru, fields, gelbooru, moebooru
from nijigen.core.posts.sidecars.fields import Data
from nijigen.core.posts.tag import CATEGORIES

_RESTRICTED = {"r-18": "explicit", "r-18g": "explicit", "adult": "explicit", "mature": "explicit"}
_NO_TIME = "[Invalid DateTime]"
"""What gallery-dl writes for a time that it cannot read."""


def recognizes(data: Data) -> bool:
    """Return whether this is gallery-dl's; not all sites have tags."""
    return all(isinstance(data.get(key), str) for key in ("category", "subcategory"))


def read(data: Data) -> Post:
    """Return a post.

    Raises:
        InputError: A field has an impossible value.
    """
    post = read_booru(data)
    if post:
        return post
    word = fields.text(data, "rating").lower()
    identifier = fields.text(data, "id", "image_id", "tweet_id")
    dates = [data.get(key) for key in ("date", "created_at")]
    return fields.made(
        {
            "site": fields.text(data, "category"),
            "id": int(identifier) if identifier.isdecimal() and len(identifier) <= 18 else None,
            "tags": fields.categorized(data, "tags_", fields.names(data.get("tags"))),
            **fields.rated(_RESTRICTED.get(word, word), "moebooru"),
            "score": fields.number(data, "score"),
            "favcount": fields.number(
                data, "fav_count", "total_bookmarks", "favorite_count", "clips"
            ),
            "md5": fields.md5(data),
            "width": fields.size(data, "width", "image_width"),
            "height": fields.size(data, "height", "image_height"),
            "filetype": gelbooru.extension("file." + fields.text(data, "extension")),
            "filesize": fields.size(data, "file_size", "filesize"),
            "created_at": fields.time(
                next((date for date in dates if date and date != _NO_TIME), None)
            ),
            "source": fields.text(data, "source"),
            "file_url": fields.text(data, "file_url"),
            "raw": dict(data),
        }
    )


def read_booru(data: Data) -> Post | None:
    """Return the post if this is the JSON of a booru, with or without fields of gallery-dl."""
    if danbooru.recognizes(data):
        return danbooru.read(data)
    if moebooru.recognizes(data):
        return moebooru.read(data)
    return gelbooru.read(data) if gelbooru.recognizes(data) else None


def write(post: Post) -> dict[str, Any]:
    """Return a post with gallery-dl's names; tags are lists, as for Danbooru."""
    lists = {f"tags_{category}": list(post.of(category)) for category in CATEGORIES}
    return fields.filled(
        {
            "category": post.site or "nijigen",
            "subcategory": "post",
            "id": post.id,
            "date": post.created_at and post.created_at.strftime("%Y-%m-%d %H:%M:%S"),
            "rating": post.site_rating or post.rating,
            "score": post.score,
            "fav_count": post.favcount,
            "source": post.source,
            "md5": post.md5,
            "width": post.width,
            "height": post.height,
            "extension": post.filetype,
            "file_size": post.filesize,
            "file_url": post.file_url or None,
            "tags": list(post.names),
            **lists,
        }
    )
