"""Orders of posts: ``order:score``, ``order:id_asc``, ``order:rating`` and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from nijigen.core.posts.metatags.ranges import MEASURES
from nijigen.core.posts.post import Post
from nijigen.core.posts.query.nodes import Order
from nijigen.core.posts.sql.fragment import Fragment

_PRIME = 2_147_483_647
"""The hash of a random order is the number of a post times a number from the seed, modulo this."""


class Key(NamedTuple):
    """A number of each post to sort by; posts without it come last."""

    of: Callable[[Post], float | None]
    sql: str
    descending: bool = True
    """Which way the name alone sorts."""


def _seconds(post: Post) -> float | None:
    return None if post.updated_at is None else float(int(post.updated_at.timestamp()))


_RATIO = MEASURES["ratio"]
KEYS: dict[str, Key] = {
    **{name: Key(m.of, m.sql) for name, m in MEASURES.items() if name not in ("age", "ratio")},
    "change": Key(_seconds, "p.updated_at"),
    "landscape": Key(_RATIO.of, _RATIO.sql),
    "portrait": Key(_RATIO.of, _RATIO.sql, descending=False),
}
NAMES = (*KEYS, "random")
_SYNONYMS = {"created_at": "date", "updated_at": "change", "size": "filesize", "ratio": "landscape"}


def order_of(word: str) -> Order:
    """Return the order for a word such as ``score`` or ``score_asc``; ``random`` is one too.

    Raises:
        ValueError: There is no such order.
    """
    name, direction = word, ""
    for suffix in ("_asc", "_desc"):
        if word.endswith(suffix):
            name, direction = word.removesuffix(suffix), suffix
    name = _SYNONYMS.get(name, name)
    if name == "random" and not direction:
        return Order("random")
    if name not in KEYS:
        raise ValueError(f"does not know {word!r}")
    ascending = direction == "_asc" if direction else not KEYS[name].descending
    if not KEYS[name].descending or name == "landscape":
        # One measure under two names: print the name that sorts this way.
        return Order("portrait") if ascending else Order("landscape")
    return Order(name, not ascending)


def sorted_posts(posts: Sequence[Post], order: Sequence[Order], seed: int) -> list[Post]:
    """Return posts in an order; equal ones by number, the newest first."""
    found = sorted(posts, key=lambda post: -(post.id or 0))
    for one in reversed(order):
        if one.key == "random":
            found.sort(key=lambda post: (post.id or 0) % _PRIME * _factor(seed) % _PRIME)
            continue
        key = KEYS[one.key]
        sign = -1 if one.descending and key.descending else 1

        def rank(post: Post, key: Key = key, sign: int = sign) -> tuple[bool, float]:
            number = key.of(post)
            return number is None, sign * (number or 0)

        found.sort(key=rank)
    return found


def sql_order(
    order: Sequence[Order], seed: int, columns: Mapping[str, str] | None = None
) -> Fragment:
    """Return what follows ORDER BY for the same order.

    Args:
        order: The keys.
        seed: Of ``order:random``.
        columns: Expressions by the name of the key, where they are not those of the schema.
    """
    parts: list[str] = []
    parameters: list[int] = []
    for one in order:
        if one.key == "random":
            parts.append(f"p.id % {_PRIME} * ? % {_PRIME}")
            parameters.append(_factor(seed))
        else:
            key = KEYS[one.key]
            direction = "DESC" if one.descending and key.descending else "ASC"
            column = (columns or {}).get(one.key, key.sql)
            parts.append(f"{column} {direction} NULLS LAST")
    return Fragment(", ".join([*parts, "p.id DESC"]), tuple(parameters))


def _factor(seed: int) -> int:
    return seed * 48_271 % (_PRIME - 1) + 1
