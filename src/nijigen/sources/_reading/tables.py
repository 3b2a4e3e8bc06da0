"""Posts as the content of a file: JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from nijigen.core.binary import BinaryStream
from nijigen.core.posts.post import Post
from nijigen.core.posts.tag import CATEGORIES
from nijigen.core.strict import escaped
from nijigen.imaging.annotations.parquet import needed_pyarrow, parquet_pieces
from nijigen.imaging.annotations.samples import Sample

Format = Literal["jsonl", "csv", "parquet"]
_COLUMNS = (
    "site", "id", "rating", "site_rating", "score", "favcount", "md5", "width", "height",
    "filetype", "filesize", "duration", "created_at", "updated_at", "source", "file_url",
    "parent_id", "has_children", "deleted",
)  # fmt: skip


def as_table(posts: Callable[[], Iterable[Post]], format: Format) -> BinaryStream:
    """Return posts as a file; JSON lines are read again by ``Post.from_json``.

    Args:
        posts: Begins to read them; that is done one behind another, while the file is written.
        format: Of the file.

    Raises:
        UnsupportedFormat: Parquet needs the package pyarrow.
    """
    if format == "parquet":
        needed_pyarrow()
    pieces = _PIECES[format]
    return BinaryStream(
        lambda finished: ((piece, "") for piece in pieces(posts())),
        format,
        is_text=format != "parquet",
    )


def _jsonl(posts: Iterable[Post]) -> Iterator[bytes]:
    return map(_json_line, posts)


def _json_line(post: Post) -> bytes:
    """Return a post as one line of JSON; what is not known is left out."""
    data = post.model_dump(mode="json", exclude_defaults=True)
    return escaped(json.dumps(data, ensure_ascii=False) + "\n").encode()


def _csv(posts: Iterable[Post]) -> Iterator[bytes]:
    categories = [f"tags_{category}" for category in CATEGORIES]
    yield _row([*_COLUMNS, *categories, "tags"])
    for post in posts:
        data = post.model_dump(mode="json", include=set(_COLUMNS))
        tags = [" ".join(post.of(category)) for category in CATEGORIES]
        yield _row([*(data[name] for name in _COLUMNS), *tags, " ".join(post.names)])


def _row(cells: list[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def _parquet(posts: Iterable[Post]) -> Iterator[bytes]:
    return parquet_pieces(map(_sample, posts))


def _sample(post: Post) -> Sample:
    name = f"{post.site}_{post.id}.{post.filetype or 'png'}"
    return Sample(name, post.width, post.height, post=post)


_PIECES: dict[Format, Callable[[Iterable[Post]], Iterator[bytes]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
}
