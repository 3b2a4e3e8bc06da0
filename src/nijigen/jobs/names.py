"""File names from untrusted sources: for display, never used as a path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

LONGEST = 200
"""Bytes in UTF-8; file systems allow 255, and a number may be appended."""

_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def file_name(text: str | None, default: str = "picture") -> str:
    """Return a name that is a single plain file name on every system.

    Folders are dropped, and so are control characters, marks that change the text direction
    (they make ``gpj.exe`` look like ``exe.jpg``), and names that Windows reserves for devices.
    """
    name = re.split(r"[/\\]", text or "")[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if _DEVICES.match(name):
        name = "_" + name
    return _shortened(name) or default


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    ending = PurePosixPath(name).suffix
    ending = ending if len(ending.encode()) <= 10 else ""
    room = LONGEST - len(ending.encode())
    return name.encode()[:room].decode(errors="ignore").rstrip(" .") + ending


def apart(names: Iterable[str]) -> list[str]:
    """Return the names, numbering duplicates (a.png, a-2.png)."""
    taken: set[str] = set()
    result = []
    for name in names:
        path, number, fresh = PurePosixPath(name), 2, name
        # Compared in lower case: on Windows and macOS, a.png and A.png are the same file.
        while fresh.casefold() in taken:
            fresh = f"{path.stem}-{number}{path.suffix}"
            number += 1
        taken.add(fresh.casefold())
        result.append(fresh)
    return result
