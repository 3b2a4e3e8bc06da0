"""Nico-Illust: illustrations of Niconico Seiga with their tags, of the nico-opendata project.

How its folder is laid out is not published, so this reads what such a copy must have: pictures
named by their number, and records with ``id`` and ``tags``, as JSON (a list, or one on each line).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nijigen.core.errors import InputError, NotFound
from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import fields
from nijigen.core.strict import read_json
from nijigen.imaging.annotations.samples import Label, Sample
from nijigen.sources.datasets.dataset import Faults, lines_of, size_of

_NUMBER = re.compile(r"(?:im)?(\d{1,18})")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp")
_RECORDS = (".json", ".jsonl", ".ndjson")


class NicoIllust:
    """A copy of Nico-Illust."""

    title = "Nico-Illust"
    access = (
        "Universities and public institutes apply for it at nico-opendata (nico-opendata.jp);"
        " there is no other way to get it."
    )
    layout = "pictures named by number, such as im123.jpg, and .json or .jsonl with id and tags"
    labels: tuple[Label, ...] = ()

    def __init__(self, folder: Path) -> None:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        self.folder = folder
        self.records = [path for path in files if path.suffix.lower() in _RECORDS]
        self.pictures = {
            int(match[1]): path
            for path in files
            if path.suffix.lower() in _PICTURES and (match := _NUMBER.fullmatch(path.stem))
        }
        if not self.records or not any(True for _ in self.posts(Faults())):
            raise NotFound(f"{folder} is no copy of Nico-Illust", f"it contains {self.layout}")

    def posts(self, faults: Faults) -> Iterator[Post]:
        """Yield the records; those that are wrong are left out."""
        for path in self.records:
            try:
                records = list(_records(path, faults))
            except InputError as error:
                faults.add(path.name, error.message, error.hint)
                continue
            for number, record in records:
                try:
                    yield _post(record)
                except InputError as error:
                    faults.add(f"{path.name}, record {number}", error.message)

    def contents(self, faults: Faults) -> dict[str, int]:
        """Return the number of records and of pictures."""
        return {
            "records": sum(1 for _ in self.posts(faults)),
            "pictures": len(self.pictures),
        }

    def samples(self, faults: Faults) -> Iterator[Sample]:
        """Yield a sample for each record."""
        for post in self.posts(faults):
            assert post.id is not None
            file = self.pictures.get(post.id)
            if file is None:
                faults.add(f"im{post.id}", "the picture is missing")
            width, height = size_of(file)
            yield Sample(file.name if file else f"im{post.id}.jpg", width, height, (), post, file)


def _records(path: Path, faults: Faults) -> Iterator[tuple[int, Any]]:
    lines = lines_of(path)
    if lines and lines[0].startswith("["):
        try:
            yield from enumerate(read_json("\n".join(lines)), 1)
        except ValueError as error:
            raise InputError(f"it is not JSON: {error}") from None
        return
    for number, line in enumerate(lines, 1):
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError):
            faults.add(f"{path.name}, line {number}", "it is not JSON")


def _post(record: Any) -> Post:
    if not isinstance(record, dict):
        raise InputError("it is not an object")
    match = _NUMBER.fullmatch(fields.text(record, "id", "illust_id"))
    if not match:
        raise InputError("it has no number")
    return fields.made(
        {
            "site": "seiga",
            "id": int(match[1]),
            "tags": fields.names(record.get("tags")),
            "score": fields.number(record, "views", "view_count"),
            "created_at": fields.time(record.get("created_at")),
            "raw": record,
        }
    )
