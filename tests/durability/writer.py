"""What a writer is to the tests of durability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nijigen.core.errors import NijigenError

Report = Callable[[str], None]
Found = Mapping[str, Any]


class Failed(NijigenError):
    """A command ended with an exit code."""


@dataclass(frozen=True)
class Writer:
    """A kind of writer.

    Args:
        write: Writes below the root, and reports the name of each thing that is done.
        find: Returns what is below a root, by the name of the thing: None if it is not there.
        prepare: Writes what was there before.
    """

    write: Callable[[Path, Report], None]
    find: Callable[[Path], Found]
    prepare: Callable[[Path], None] = lambda root: None


def before(write: Callable[[Path, Report], None]) -> Callable[[Path], None]:
    return lambda root: write(root, lambda name: None)


def content_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def put(path: Path, content: bytes) -> Path:
    """Write what the user had before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
