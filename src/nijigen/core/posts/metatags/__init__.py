"""Metatags: what can follow ``name:`` in a query, each matched in Python and compiled for SQLite.

``METATAGS`` is the fixed list. Whatever else has a colon, such as ``re:zero``, is a tag.
"""

from __future__ import annotations

from nijigen.core.posts.metatags.base import Metatag, Moment
from nijigen.core.posts.metatags.links import Child, Parent, Pool, Source
from nijigen.core.posts.metatags.ranges import MEASURES, RangeMetatag
from nijigen.core.posts.metatags.words import Color, FileType, Md5, Rated, Status

__all__ = ["METATAGS", "REWRITES", "SYNONYMS", "UNSUPPORTED", "Metatag", "Moment"]

METATAGS: dict[str, Metatag] = {
    **{name: RangeMetatag(measure) for name, measure in MEASURES.items()},
    "rating": Rated(),
    "md5": Md5(),
    "filetype": FileType(),
    "color": Color(),
    "status": Status(),
    "source": Source(),
    "pool": Pool(),
    "parent": Parent(),
    "child": Child(),
}
"""Every metatag by name, except ``tag:``, ``order:`` and ``limit:``, which the parser handles."""

SYNONYMS = {
    "ext": "filetype",
    "colour": "color",
    "fav_count": "favcount",
    "size": "filesize",
    "tags": "tagcount",
}
"""Other names, as other boorus spell them."""

REWRITES: dict[str, dict[str, tuple[str, str]]] = {
    "is": {
        "general": ("rating", "general"),
        "sensitive": ("rating", "sensitive"),
        "questionable": ("rating", "questionable"),
        "explicit": ("rating", "explicit"),
        "sfw": ("rating", "general,sensitive"),
        "nsfw": ("rating", "questionable,explicit"),
        "parent": ("child", "any"),
        "child": ("parent", "any"),
        "deleted": ("status", "deleted"),
        "active": ("status", "active"),
    },
    "has": {
        "parent": ("parent", "any"),
        "child": ("child", "any"),
        "children": ("child", "any"),
        "source": ("source", "any"),
        "pool": ("pool", "any"),
        "pools": ("pool", "any"),
        "faces": ("faces", ">=1"),
    },
}
"""``is:`` and ``has:`` are short forms of other metatags."""

UNSUPPORTED = (
    "ai", "appealer", "approver", "artcomm", "comm", "comment", "commentary",
    "commentaryupdater", "commenter", "disapproved", "downvote", "downvoter", "embedded",
    "exif", "fav", "favgroup", "flagger", "flags", "locked", "note", "noter",
    "noteupdater", "ordfav", "ordfavgroup", "ordpool", "random", "reacted", "unaliased",
    "upvote", "upvoter", "user",
)  # fmt: skip
"""Metatags of Danbooru about things that a post does not record here; they are no tags either."""
