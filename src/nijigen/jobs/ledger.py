"""Ledger: the history of results whose format has no metadata, in a hidden file next to them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from nijigen.core.errors import BadPicture
from nijigen.core.history import History
from nijigen.imaging.atomic import append_bytes, write_bytes
from nijigen.imaging.clips.files import ENDINGS as CLIP_ENDINGS
from nijigen.imaging.files import ENDINGS, read_history

NAME = ".nijigen.jsonl"


def write_result(target: Path, content: bytes, history: History) -> None:
    """Write a result atomically, and record its history.

    Raises:
        OutputError: The file or the ledger beside it cannot be written.
    """
    if not _tells(target) and (target.is_file() or not target.exists()):
        # Before the file itself: a kill in between leaves a line that fits no file, where the
        # other way round it would leave a file that nobody may replace.
        _note(target, content, history)
    write_bytes(target, content)


def history_of(path: Path) -> History | None:
    """Return how a result was made, from its file or the ledger, or None.

    The ledger knows a file by name and content: one that was edited is the user's own.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged or cut off.
    """
    # A video of gigabytes is not read for it.
    noted = None if _tells(path) else _noted(path)
    if noted is not None:
        return noted
    try:
        return read_history(path)
    except BadPicture:
        if _tells(path):
            raise
        return None


def _tells(path: Path) -> bool:
    """Return whether files with this extension contain their history."""
    ending = path.suffix.lower()
    return ENDINGS.get(ending) not in (None, "bmp") or ending in CLIP_ENDINGS


def _note(target: Path, content: bytes, history: History) -> None:
    if _lookup(target, content) == history:
        return
    # A line begins with its break, so that one which a kill cut off spoils no other.
    line = f'{_key(target, content)}"history":{history.to_json()}}}'
    append_bytes(target.with_name(NAME), line.encode())


def _noted(path: Path) -> History | None:
    return _lookup(path, path.read_bytes()) if path.is_file() else None


def _lookup(target: Path, content: bytes) -> History | None:
    ledger = target.with_name(NAME)
    if not ledger.is_file():
        return None
    # Searched, not parsed: a ledger of 10,000 results has 5 MB, and each of them asks.
    lines, key = ledger.read_bytes(), _key(target, content).encode()
    start = lines.rfind(key)
    if start < 0:
        return None
    line = lines[start + 1 :].partition(b"\n")[0]
    try:
        return History.from_json(json.dumps(json.loads(line)["history"]))
    except (ValueError, KeyError):
        return None


def _key(target: Path, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f'\n{{"file":{json.dumps(target.name)},"sha256":"{digest}",'
