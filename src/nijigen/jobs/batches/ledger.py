"""Ledger: the history of results whose format has no metadata, in a hidden file next to them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from nijigen.core.atomic import append_bytes, refusing, write_bytes
from nijigen.core.binary import BinaryStream
from nijigen.core.errors import InputError, NijigenError, OutputError
from nijigen.core.history import History
from nijigen.core.run import SILENT, Run
from nijigen.core.strict import read_json
from nijigen.imaging.artworks.png_set import LIST
from nijigen.imaging.clips.files import ENDINGS as CLIP_ENDINGS
from nijigen.imaging.files import ENDINGS, WITHOUT_HISTORY, read_history
from nijigen.jobs.batches.origins import digest_of, note_origin

NAME = ".nijigen.jsonl"


def write_result(
    target: Path, content: bytes, history: History, source: str | None = None, number: int = 0
) -> None:
    """Write a result atomically and record its history.

    Args:
        target: The path of the result.
        content: The content of the file.
        history: How it was made.
        source: The :func:`~nijigen.jobs.batches.origins.place` of what it was made from, if known.
        number: Its number among the results.

    Raises:
        OutputError: The file or the ledger next to it cannot be written.
    """
    with refusing(target):
        is_regular = target.is_file() or not target.exists()
    digest = hashlib.sha256(content).hexdigest()
    if source is not None and is_regular:
        note_origin(target, source, digest, number)
    if is_regular and not (_holds_history(target) and _is_recorded(target, content, history)):
        # Before the file itself: a kill in between leaves a line that matches no file; in the
        # other order it would leave a file that may not be replaced.
        _note(target, digest, history)
    write_bytes(target, content)


def write_stream(target: Path, stream: BinaryStream, history: History, run: Run = SILENT) -> None:
    """Write a result part by part, and record its history.

    Raises:
        OutputError: The file or the ledger next to it cannot be written.
        Cancelled: The user cancelled the run; the next one with the same target resumes.
    """
    with refusing(target):
        is_regular = target.is_file() or not target.exists()

    def finished(digest: str) -> None:
        if is_regular:
            _note(target, digest, history)

    stream.save(target, run, finished)


def history_of(path: Path) -> History | None:
    """Return how a result was made, from its file or the ledger, or None.

    The ledger identifies a file by name and content: an edited file belongs to the user.

    Raises:
        NotFound: There is no such file.
        InputError: It is damaged, cut off or not a picture.
    """
    holds = _holds_history(path)
    noted = None if holds else _noted(path)
    if noted is not None:
        return noted
    try:
        found = read_history(path)
    except InputError:
        # An archive, or a format that cannot be read.
        noted = _noted(path) if holds else None
        if noted is not None or not holds:
            return noted
        raise
    return found if found is not None or not holds else _noted(path)


def known_history(path: Path) -> History | None:
    """Return how a file was made, like :func:`history_of`, but None if it cannot be read."""
    try:
        return history_of(path)
    except (NijigenError, OSError, ValueError):
        return None


def own_history(path: Path) -> History:
    """Return the history of a result that is to be replaced.

    Raises:
        OutputError: Nijigen did not make the file.
    """
    made = known_history(path)
    if made is None:
        raise OutputError(
            f"{path} exists and was not made by Nijigen", "choose another -o, or --overwrite"
        )
    return made


def made_from_content(result: Path, source: Path, page: int = 0) -> bool:
    """Return whether a result was made from a file of this name with the same content."""
    made = known_history(result)
    if made is None or (made.source, made.page) != (source.name, page):
        return False
    return made.sha256 == digest_of(source)


def _holds_history(path: Path) -> bool:
    """Return whether files with this extension contain their history."""
    ending = path.suffix.lower()
    return ENDINGS.get(ending) not in {None, *WITHOUT_HISTORY} or ending in CLIP_ENDINGS


def _is_recorded(target: Path, content: bytes, history: History) -> bool:
    """Return whether a file contains its history: JPEG has no room for a long one, for example."""
    if target.suffix.lower() == ".zip" and content[30 : 30 + len(LIST)] != LIST.encode():
        # Each picture in it has its own.
        return False
    probe = history.sha256 or "steps"
    return probe.encode() in content or probe.encode("utf-16-le") in content


def _note(target: Path, digest: str, history: History) -> None:
    if _lookup(target, digest) == history:
        return
    # A line starts with its newline, so that a line cut off by a kill does not spoil the next.
    line = f'{_key(target, digest)}"history":{history.to_json()}}}'
    append_bytes(target.with_name(NAME), line.encode())


def _noted(path: Path) -> History | None:
    # A video may be gigabytes long, so it is not read for this.
    if path.suffix.lower() in CLIP_ENDINGS.keys() - ENDINGS.keys():
        return None
    try:
        if not (path.is_file() and path.with_name(NAME).is_file()):
            return None
        digest = digest_of(path)
        return None if digest is None else _lookup(path, digest)
    except OSError:
        return None


def _lookup(target: Path, digest: str) -> History | None:
    # Searched, not parsed: a ledger of 10,000 results is 5 MB, and is searched for each of them.
    try:
        lines, key = target.with_name(NAME).read_bytes(), _key(target, digest).encode()
    except OSError:
        return None
    start = lines.rfind(key)
    if start < 0:
        return None
    line = lines[start + 1 :].partition(b"\n")[0]
    try:
        return History.from_json(json.dumps(read_json(line, halves=True)["history"]))
    except (ValueError, KeyError, TypeError):
        return None


def _key(target: Path, digest: str) -> str:
    return f'\n{{"file":{json.dumps(target.name)},"sha256":"{digest}",'
