"""Inputs of a request or a job: named in text, found as files, read as values.

Found inputs consist of plain values, so that they can be read in another process.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import InputError, NotFound
from nijigen.core.history import History
from nijigen.core.picture import Info
from nijigen.core.ports import PathKind, Port
from nijigen.core.run import Run
from nijigen.imaging.files import decode
from nijigen.jobs.names import file_name
from nijigen.jobs.perform import Value
from nijigen.jobs.roots import Roots, read_below
from nijigen.jobs.stores.pictures import PictureStore

Named = str | list[str]
"""An input as given in a request: the id of a picture, ``NAME:relative/path`` in a root, or a
text; a sequence of them if the input takes several."""
PICTURE_ID = re.compile(r"[0-9a-f]{64}")
_LIKE_A_PATH = re.compile(r"[:/\\]|^[.~]")


@dataclass(frozen=True)
class GivenText:
    """A text."""

    text: str


@dataclass(frozen=True)
class GivenFolder:
    """A folder in a root, or a file whose path itself is the input."""

    folder: str


@dataclass(frozen=True)
class GivenFile:
    """A read-only file of the picture store or in a root."""

    path: str
    name: str
    vectors: str | None = None
    """Id of the vectors that the file is a rendering of; it does not contain their history."""
    root: str | None = None
    """The root that it was found in."""

    def state(self) -> tuple[str, int, int]:
        """Return the path, size and modification time, which change when the file does.

        Raises:
            NotFound: It does not exist any more.
        """
        try:
            status = Path(self.path).stat()
        except OSError:
            raise NotFound(f"the file of {self.name} is gone", "upload it again") from None
        return self.path, status.st_size, status.st_mtime_ns

    def content(self) -> bytes:
        """Return the whole file.

        Raises:
            NotFound: It does not exist any more.
        """
        path = Path(self.path)
        if self.root is not None:
            return read_below(Path(self.root), path)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise NotFound(f"the file of {self.name} is gone", "upload it again") from None

    def value(self) -> Value:
        """Decode the file.

        Raises:
            NotFound: It does not exist any more.
            BadPicture: It is not a picture.
        """
        value = decode(self.content(), self.name)
        if self.vectors is None:
            return value
        return replace(value, info=Info(history=History(self.name, self.vectors)))


Given = GivenText | GivenFile | GivenFolder
AllGiven = Mapping[str, Given | tuple[Given, ...]]
"""By input name; a tuple if the input takes several values."""
Check = Callable[[AnyDeclaration, AllGiven], None]
"""Checks the pictures among inputs before they are decoded."""


def unchecked(declaration: AnyDeclaration, found: AllGiven) -> None:
    """Check nothing: where a process decodes for nobody else."""


class Finder:
    """Resolves the inputs of a request or a job.

    Args:
        pictures: The store in which ids are looked up.
        roots: The roots in which paths are looked up.
    """

    def __init__(self, pictures: PictureStore, roots: Roots) -> None:
        self._pictures = pictures
        self._roots = roots

    def find(self, declaration: AnyDeclaration, inputs: Mapping[str, Named]) -> AllGiven:
        """Return the resolved inputs.

        Raises:
            InputError: An input is missing or unknown, or takes one value and is given several.
            NotFound: A picture, root, file or folder does not exist.
            OutsideRoots: A path leads outside its root.
        """
        declaration.check_input_names(inputs)
        found: dict[str, Given | tuple[Given, ...]] = {}
        for port in declaration.ports:
            if port.name in inputs:
                named = inputs[port.name]
                names = [named] if isinstance(named, str) else named
                check_count(declaration, port, len(names))
                given = tuple(self.find_one(declaration, port, name) for name in names)
                found[port.name] = given if port.several else given[0]
        return found

    def find_all(
        self,
        declaration: AnyDeclaration,
        inputs: Mapping[str, Named],
        settings: Mapping[str, Any],
    ) -> tuple[AllGiven, dict[str, Any]]:
        """Return the resolved inputs, and the settings with paths resolved.

        Raises:
            InputError: An input is missing or unknown, or takes one value and is given several.
            NotFound: A picture, root, file or folder does not exist.
            OutsideRoots: A path leads outside its root.
        """
        return self.find(declaration, inputs), self.settings(declaration, settings)

    def settings(self, declaration: AnyDeclaration, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings with paths in roots replaced by paths of this machine.

        Raises:
            NotFound: A root does not exist.
            OutsideRoots: A path leads outside its root.
        """
        self._roots.check_steps(declaration)
        return self._roots.settings(declaration, settings)

    def find_one(self, declaration: AnyDeclaration, port: Port, name: str) -> Given:
        """Return the value that a text names for an input.

        Raises:
            NotFound: The picture, root, file or folder does not exist.
            OutsideRoots: The path leads outside its root.
        """
        if port.kind == "text":
            return GivenText(self._roots.text(declaration, port.name, name))
        of_a_folder = port.kind == "path" and not PICTURE_ID.fullmatch(name)
        if port.path is not None and (port.in_root or of_a_folder):
            return GivenFolder(str(self._roots.existing(name, port.path)[1]))
        if not PICTURE_ID.fullmatch(name) and _LIKE_A_PATH.search(name):
            root, path = self._roots.existing(name, PathKind("file"))
            return GivenFile(str(path), path.name, root=str(root))
        record = self._pictures.get(name)
        if record.format == "svg" and port.path is None:
            drawn = self._pictures.pixels(record).absolute()
            return GivenFile(str(drawn), record.name, vectors=name)
        return GivenFile(str(self._pictures.path(name).absolute()), record.name)


def check_count(declaration: AnyDeclaration, port: Port, count: int) -> None:
    """Reject several values for an input that takes one, and no values for one that needs some.

    Raises:
        InputError: The number of values is wrong.
    """
    if count > 1 and not port.several:
        raise InputError(f"{declaration.id} takes one {port.name}, not {count}")
    if count == 0 and not (port.several and port.optional):
        raise InputError(f"{declaration.id} needs {port.name}: at least one", port.description)


def picture_ids(declaration: AnyDeclaration, inputs: Mapping[str, Named]) -> Iterator[str]:
    """Yield the picture ids among the inputs."""
    for port in declaration.ports:
        named = inputs.get(port.name)
        if named is not None and port.kind != "text" and not port.in_root:
            names = [named] if isinstance(named, str) else named
            yield from (name for name in names if PICTURE_ID.fullmatch(name))


def first_name(found: AllGiven) -> str | None:
    """Return the name of the first file among the inputs."""
    every = (one for given in found.values() for one in several(given))
    return next((given.name for given in every if isinstance(given, GivenFile)), None)


def read_all(declaration: AnyDeclaration, found: AllGiven, run: Run) -> dict[str, Any]:
    """Return the values of inputs: pictures decoded, texts, paths of files and folders.

    Raises:
        NotFound: A file does not exist any more.
        BadPicture: A file is not a picture.
    """
    values: dict[str, Any] = {}
    for port in declaration.ports:
        if port.name in found:
            read = tuple(read_one(port, one, run) for one in several(found[port.name]))
            values[port.name] = read if port.several else read[0]
    return values


def several(given: Given | tuple[Given, ...]) -> tuple[Given, ...]:
    """Return the found values of an input as a tuple, even if it takes only one."""
    return given if isinstance(given, tuple) else (given,)


def read_one(port: Port, given: Given, run: Run) -> Any:
    """Read a found input and return its value.

    Raises:
        NotFound: The file does not exist any more.
        BadPicture: The file is not a picture.
    """
    run.check()
    if isinstance(given, GivenText):
        return given.text
    if isinstance(given, GivenFolder):
        return Path(given.folder)
    if port.path is None:
        return given.value()
    if given.root is not None:
        return Path(given.path)
    # A stored file has no name of its own, but its type may be recognized by the extension.
    try:
        with open(given.path, "rb") as file:
            return copied(run, file, given.name)
    except FileNotFoundError:
        raise NotFound(f"the file of {given.name} is gone", "upload it again") from None


def copied(run: Run, file: BinaryIO, name: str) -> Path:
    """Return a copy of a file under a name; it is removed when the run ends."""
    target = Path(tempfile.mkdtemp(dir=run.scratch)) / file_name(name, "file")
    with target.open("xb") as copy:
        shutil.copyfileobj(file, copy)
    return target
