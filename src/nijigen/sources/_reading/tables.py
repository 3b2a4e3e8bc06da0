"""Posts as the content of a file: JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from nijigen.core.binary import Binary
from nijigen.core.posts.post import Post
from nijigen.core.posts.tag import CATEGORIES
from nijigen.imaging.annotations.parquet import write_parquet
from nijigen.imaging.annotations.samples import Sample

Format = Literal["jsonl", "csv", "parquet"]
_COLUMNS = (
    "site", "id", "rating", "site_rating", "score", "favcount", "md5", "width", "height",
    "filetype", "filesize", "duration", "created_at", "updated_at", "source", "file_url",
    "parent_id", "has_children", "deleted",
)  # fmt: skip


def as_table(posts: Iterable[Post], format: Format, scratch: Path) -> str | Binary:
    """Return posts as a file; JSON lines are read again by ``Post.from_json``.

    Args:
        posts: Read once, one behind another.
        format: Of the file.
        scratch: A folder for what must be a file while it is written.

    Raises:
        UnsupportedFormat: Parquet needs the package pyarrow.
    """
    if format == "parquet":
        path = scratch / "posts.parquet"
        write_parquet((_sample(post) for post in posts), path)
        return Binary(content=path.read_bytes(), ending="parquet")
    return _csv(posts) if format == "csv" else "".join(map(json_line, posts))


def json_line(post: Post) -> str:
    """Return a post as one line of JSON; what is not known is left out."""
    data = post.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False) + "\n"


def _csv(posts: Iterable[Post]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_COLUMNS, *(f"tags_{category}" for category in CATEGORIES), "tags"])
    for post in posts:
        data = post.model_dump(mode="json", include=set(_COLUMNS))
        tags = [" ".join(post.of(category)) for category in CATEGORIES]
        writer.writerow([*(data[name] for name in _COLUMNS), *tags, " ".join(post.names)])
    return file.getvalue()


def _sample(post: Post) -> Sample:
    name = f"{post.site}_{post.id}.{post.filetype or 'png'}"
    return Sample(name, post.width, post.height, post=post)
