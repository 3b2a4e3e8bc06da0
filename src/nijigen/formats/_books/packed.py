"""RAR, 7-Zip and tar archives, unpacked into a scratch folder by bsdtar or unar."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from nijigen.core.errors import PictureTooLarge, UnsupportedFormat
from nijigen.core.run import Run
from nijigen.formats._books.book import COMIC_INFO, is_page
from nijigen.imaging.codecs.content import damaged

_ROOM, _RATIO = 2**26, 16
"""As for ZIP archives: pages are compressed already."""
_MOST_ENTRIES = 20_000


def unpacked(path: Path, run: Run) -> Path:
    """Return a folder with the pages of an archive.

    Nothing but its pages is written, and under no name outside the folder.

    Raises:
        BadPicture: It is damaged or encrypted.
        PictureTooLarge: Unpacked, it is far larger than it should be.
        UnsupportedFormat: Neither bsdtar nor unar is installed.
    """
    if program := shutil.which("bsdtar"):
        # It repacks the archive as tar, whose members are then read one by one.
        command = [program, "-c", "--format=pax", "-f", "-", f"@{path.resolve()}"]
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            try:
                folder = _from_tar(process.stdout, path, run)
            except BaseException:
                process.kill()
                raise
            reason = process.stderr.read().decode("utf-8", "replace").strip().splitlines()
        if process.returncode and not any(folder.rglob("*")):
            raise damaged(f"the archive cannot be unpacked: {(reason or ['no reason given'])[-1]}")
        return folder
    if shutil.which("unar") and shutil.which("lsar"):
        return _by_unar(path, run)
    raise UnsupportedFormat(
        "a RAR or 7-Zip archive, which only other programs unpack here",
        "install bsdtar (libarchive-tools) or unar, or unpack it into a folder",
    )


def unpacked_tar(path: Path, run: Run) -> Path:
    """Return a folder with the pages of a tar archive.

    Raises:
        BadPicture: It is damaged.
        PictureTooLarge: It is far larger than it should be.
    """
    with path.open("rb") as file:
        return _from_tar(file, path, run)


def _from_tar(stream: IO[bytes], path: Path, run: Run) -> Path:
    folder = run.scratch / path.name
    folder.mkdir(exist_ok=True)
    room = _ROOM + _RATIO * path.stat().st_size
    for name, size, file in _members(stream):
        run.check()
        room -= size
        if room < 0:
            raise PictureTooLarge(
                "unpacked, the archive is far larger than any real one", "unpack it yourself first"
            )
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise damaged(f"a page leads out of the archive: {name[:80]!r}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as copy:
            shutil.copyfileobj(file, copy)
    return folder


def _members(stream: IO[bytes]) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Yield name, size and content of the pages."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for number, entry in enumerate(archive):
                if number >= _MOST_ENTRIES:
                    raise PictureTooLarge(f"an archive of more than {_MOST_ENTRIES} files")
                file = archive.extractfile(entry) if entry.isreg() else None
                if file is not None and (is_page(entry.name) or entry.name == COMIC_INFO):
                    yield entry.name, entry.size, file
    except tarfile.TarError as error:
        raise damaged(f"the archive cannot be unpacked: {error}") from error


def _by_unar(path: Path, run: Run) -> Path:
    listed = subprocess.run(
        ["lsar", "-j", str(path.resolve())], capture_output=True, check=False, timeout=600
    )
    try:
        entries = json.loads(listed.stdout)["lsarContents"]
        size = sum(int(entry.get("XADFileSize", 0)) for entry in entries)
    except (ValueError, KeyError, TypeError) as error:
        raise damaged("the archive cannot be unpacked") from error
    if size > _ROOM + _RATIO * path.stat().st_size or len(entries) > _MOST_ENTRIES:
        raise PictureTooLarge(
            "unpacked, the archive is far larger than any real one", "unpack it yourself first"
        )
    folder = run.scratch / path.name
    subprocess.run(
        ["unar", "-q", "-D", "-p", "", "-o", str(folder), str(path.resolve())],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=600,
    )
    # A link could lead anywhere.
    for found in [found for found in folder.rglob("*") if found.is_symlink()]:
        found.unlink()
    if not folder.is_dir():
        raise damaged("the archive cannot be unpacked")
    return folder
