"""Metatags that compare a number, such as ``score:>=20``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from nijigen.core.posts.metatags.base import Moment
from nijigen.core.posts.metatags.spans import KINDS, Span, read_spans
from nijigen.core.posts.post import Post
from nijigen.core.posts.sql.fragment import Fragment, either
from nijigen.core.posts.tag import Category

MOST_VALUES = 100
"""Most ranges of one metatag, for the depth of SQL expressions that SQLite accepts."""
_TAGS = "(SELECT COUNT(*) FROM picture_tags AS t WHERE t.picture_id = p.id)"
_OF_CATEGORY = (
    "(SELECT COUNT(*) FROM picture_tags AS t JOIN tags AS n ON n.id = t.tag_id"
    " WHERE t.picture_id = p.id AND n.category = '{}')"
)


class Measure(NamedTuple):
    """A number of each post."""

    kind: str
    """Of the values that it is compared with; one of :data:`KINDS`."""
    of: Callable[[Post], float | None]
    """Read it from a post."""
    sql: str
    """Read it from the row ``p`` of a picture."""


def _time(moment: datetime | None) -> float | None:
    # Whole seconds, as in the database.
    return None if moment is None else float(int(moment.timestamp()))


def _mpixels(post: Post) -> float | None:
    return post.width * post.height / 1e6 if post.width and post.height else None


def _ratio(post: Post) -> float | None:
    return post.width / post.height if post.width and post.height else None


def _tags_of(category: Category) -> Measure:
    return Measure("integer", lambda post: len(post.of(category)), _OF_CATEGORY.format(category))


MEASURES: dict[str, Measure] = {
    "id": Measure("integer", lambda post: post.id, "p.id"),
    "score": Measure("integer", lambda post: post.score, "p.score"),
    "favcount": Measure("integer", lambda post: post.favcount, "p.favcount"),
    "date": Measure("date", lambda post: _time(post.created_at), "p.created_at"),
    "age": Measure("age", lambda post: _time(post.created_at), "p.created_at"),
    "width": Measure("integer", lambda post: post.width, "p.width"),
    "height": Measure("integer", lambda post: post.height, "p.height"),
    "ratio": Measure("ratio", _ratio, "(1.0 * p.width / p.height)"),
    "mpixels": Measure("number", _mpixels, "(p.width * p.height / 1e6)"),
    "filesize": Measure("filesize", lambda post: post.filesize, "p.filesize"),
    "duration": Measure("duration", lambda post: post.duration, "p.duration"),
    "faces": Measure("integer", lambda post: post.faces, "p.faces"),
    "tagcount": Measure("integer", lambda post: len(post.tags), _TAGS),
    "gentags": _tags_of("general"),
    "arttags": _tags_of("artist"),
    "copytags": _tags_of("copyright"),
    "chartags": _tags_of("character"),
    "metatags": _tags_of("meta"),
}
"""By the name of the metatag; an age is read as the time that it is compared with."""


class RangeMetatag:
    """A comparison of one measure with values and ranges, ``any`` or ``none``."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._kind = KINDS[measure.kind]
        self.example = self._kind.example

    def canonical(self, value: str) -> str:
        """Return the value in lower case without spaces."""
        text = "".join(value.lower().split())
        if text != "none" and len(_spans(text, self._measure.kind)) > MOST_VALUES:
            raise ValueError(f"has more than {MOST_VALUES} values")
        return text

    def matches(self, value: str, post: Post, moment: Moment) -> bool:
        """Compare the measure of a post."""
        number = self._measure.of(post)
        if value == "none" or number is None:
            return value == "none" and number is None
        if self._measure.kind == "age":
            number = moment.now - number
        return any(span.holds(number) for span in _spans(value, self._measure.kind))

    def sql(self, value: str, moment: Moment) -> Fragment:
        """Compare the column of a picture."""
        if value == "none":
            return Fragment(f"{self._measure.sql} IS NULL")
        return either([self._one(span, moment) for span in _spans(value, self._measure.kind)])

    def _one(self, span: Span, moment: Moment) -> Fragment:
        column = self._measure.sql
        if self._measure.kind == "age":
            # So that an index of the column can be used: younger is later.
            span = Span(
                None if span.high is None else moment.now - span.high,
                None if span.low is None else moment.now - span.low,
                span.with_high,
                span.with_low,
            )
        if span.low is not None and span.low == span.high:
            return Fragment(f"{column} = ?", (span.low,))
        parts, parameters = [], []
        if span.low is not None:
            parts.append(f"{column} {'>=' if span.with_low else '>'} ?")
            parameters.append(span.low)
        if span.high is not None:
            parts.append(f"{column} {'<=' if span.with_high else '<'} ?")
            parameters.append(span.high)
        text = " AND ".join(parts) or f"{column} IS NOT NULL"
        return Fragment(f"({text})", tuple(parameters))


@lru_cache(maxsize=1024)
def _spans(value: str, kind: str) -> tuple[Span, ...]:
    return tuple(read_spans(value, KINDS[kind]))
