"""Parquet: a table with a row for each picture, for DuckDB, pandas and others."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nijigen.core.atomic import replacing
from nijigen.core.errors import UnsupportedFormat
from nijigen.core.extras import install_module
from nijigen.core.posts.tag import CATEGORIES
from nijigen.core.strict import escaped
from nijigen.imaging.annotations.samples import Region, Sample

_TEXTS = ("site", "rating", "site_rating", "md5", "filetype", "source")
_NUMBERS = ("id", "score", "favcount", "filesize", "parent_id", "faces")
_TIMES = ("created_at", "updated_at")
_ROWS = 1000
"""Rows that are collected as Python's objects, which take a tenfold of their table's memory."""
_GROUP = 10
"""So many such tables are a row group, which readers skip or read as a whole."""


def write_parquet(samples: Iterable[Sample], path: Path) -> None:
    """Write a table; the file is complete or not there.

    Columns are ``file_name``, ``width``, ``height``, the fields of the post, ``tags`` and
    ``tags_general`` to ``tags_meta`` as lists, ``regions`` as a list of records, and ``raw`` as
    JSON.

    Raises:
        UnsupportedFormat: The package pyarrow is not installed.
        OutputError: The file cannot be written.
    """
    with replacing(path) as file:
        file.writelines(parquet_pieces(samples))


def parquet_pieces(samples: Iterable[Sample]) -> Iterator[bytes]:
    """Yield the pieces of such a table.

    Raises:
        UnsupportedFormat: The package pyarrow is not installed.
    """
    pa = needed_pyarrow()
    schema, written, waiting = _schema(pa), _Written(), iter(samples)
    with pa.parquet.ParquetWriter(written, schema, compression="zstd") as writer:
        while group := list(itertools.islice(_tables(pa, schema, waiting), _GROUP)):
            writer.write_table(pa.concat_tables(group))
            yield written.take()
    yield written.take()


def _tables(pa: Any, schema: Any, samples: Iterator[Sample]) -> Iterator[Any]:
    while rows := [_row(sample) for sample in itertools.islice(samples, _ROWS)]:
        yield pa.Table.from_pylist(rows, schema)


def needed_pyarrow() -> Any:
    """Return the package that writes tables.

    Raises:
        UnsupportedFormat: It is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UnsupportedFormat(
            "writing Parquet needs the package pyarrow", install_module("pyarrow")
        ) from None
    return pyarrow


class _Written(io.RawIOBase):
    """A file that is only written, from which what has been written is taken away."""

    def __init__(self) -> None:
        self._size = 0
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any) -> int:
        self._waiting.append(bytes(data))
        self._size += len(self._waiting[-1])
        return len(self._waiting[-1])

    def take(self) -> bytes:
        """Return what was written since the last call."""
        taken, self._waiting = b"".join(self._waiting), []
        return taken


def _schema(pa: Any) -> Any:
    region = pa.struct(
        [("label", pa.string())]
        + [(side, pa.float64()) for side in ("left", "top", "right", "bottom", "confidence")]
    )
    names = pa.list_(pa.string())
    return pa.schema(
        [("file_name", pa.string()), ("width", pa.int32()), ("height", pa.int32())]
        + [(name, pa.string()) for name in _TEXTS]
        + [(name, pa.int64()) for name in _NUMBERS]
        + [(name, pa.timestamp("us", "UTC")) for name in _TIMES]
        + [("duration", pa.float64()), ("deleted", pa.bool_()), ("pools", names)]
        + [("colors", names), ("tags", names)]
        + [(f"tags_{category}", names) for category in CATEGORIES]
        + [("regions", pa.list_(region)), ("raw", pa.string())]
    )


def _row(sample: Sample) -> dict[str, Any]:
    post = sample.post
    plain = (*_TEXTS, *_NUMBERS, *_TIMES, "duration", "deleted", "pools", "colors")
    return {
        "file_name": sample.name,
        "width": sample.width,
        "height": sample.height,
        **{name: getattr(post, name) for name in plain},
        "tags": post.names,
        **{f"tags_{category}": post.of(category) for category in CATEGORIES},
        "regions": [_region(region) for region in sample.regions],
        "raw": None if post.raw is None else escaped(json.dumps(post.raw, ensure_ascii=False)),
    }


def _region(region: Region) -> dict[str, Any]:
    sides = ("label", "left", "top", "right", "bottom", "confidence")
    return {name: getattr(region, name) for name in sides}
