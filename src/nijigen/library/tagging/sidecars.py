"""Sidecars: what the files beside pictures say of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

from nijigen.core.errors import InputError
from nijigen.core.posts.sidecars.files import read_sidecar
from nijigen.core.run import Run
from nijigen.library.files.scanning import Found
from nijigen.library.store.posts import Posts, Sidecar

_BATCH = 64
"""Pictures whose tags become durable together."""


def changed(posts: Posts, found: Iterable[Found]) -> list[Found]:
    """Return the files with sidecars that are new, or not as they were when they were read."""
    known = posts.sidecars()
    return [
        one
        for one in found
        if not set(one.sidecars)
        <= {(path, *state) for path, state in known.get(one.path, {}).items()}
    ]


def read(posts: Posts, found: Sequence[Found], run: Run) -> dict[Path, str]:
    """Read the sidecars of files; return those that cannot be read, with the reason."""
    failed: dict[Path, str] = {}
    for start in range(0, len(found), _BATCH):
        run.progress(start / len(found))
        posts.keep_sidecars(
            {
                one.path: [_read(*sidecar, failed) for sidecar in one.sidecars]
                for one in itertools.islice(found, start, start + _BATCH)
            }
        )
    return failed


def _read(path: Path, size: int, modified: int, failed: dict[Path, str]) -> Sidecar:
    try:
        return Sidecar(path, size, modified, read_sidecar(path))
    except InputError as error:
        failed[path] = error.message.removeprefix(f"{path}").lstrip(": ")
        return Sidecar(path, size, modified)
