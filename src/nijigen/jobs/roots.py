"""Roots: the folders of this machine in which requests to a server may name files.

A request never contains a path of this machine, but ``NAME:relative/path``, where NAME is a folder
that the owner registered. Links are resolved first; their targets must be inside the same folder.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import InputError, NotFound, nearest
from nijigen.core.ports import PathKind
from nijigen.recipes.recipe import Recipe

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]+")
"""At least two characters: ``C:`` is a Windows drive and never a root."""
_BELOW = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")


class OutsideRoots(InputError):
    """A path that is not inside a registered folder."""

    http_status = 403


@dataclass(frozen=True)
class Roots:
    """Registered folders by name.

    Raises:
        InputError: A name is invalid, or a folder does not exist.
    """

    folders: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, folder in self.folders.items():
            if not NAME.fullmatch(name):
                raise InputError(
                    f"{name[:80]!r} is not a valid root name",
                    "two or more letters, digits, _ and -, as in --root pictures=FOLDER",
                )
            if not folder.is_dir():
                raise InputError(f"there is no folder {folder}", f"it was named for {name}")
        resolved = {name: folder.resolve() for name, folder in self.folders.items()}
        object.__setattr__(self, "folders", resolved)

    def resolve(self, text: str) -> tuple[Path, Path]:
        """Return the root and the path that a text names, with links resolved.

        Raises:
            OutsideRoots: The path is absolute, or leads outside the root.
            NotFound: There is no root of that name.
        """
        name, colon, relative = text.partition(":")
        if not colon or not NAME.fullmatch(name) or _leads_out(relative):
            raise _outside(text)
        root = self.folders.get(name)
        if root is None:
            known = nearest(name, self.folders) if self.folders else "none is registered"
            raise NotFound(
                f"there is no root {name[:80]!r}", f"{known}; nijigen studio --root NAME=FOLDER"
            )
        try:
            path = Path(os.path.realpath(root / relative))
        except (OSError, ValueError):
            raise _outside(text) from None
        if not path.is_relative_to(root):
            raise _outside(text)
        return root, path

    def existing(self, text: str, kind: PathKind) -> tuple[Path, Path]:
        """Return the root and the path of an existing file or folder.

        Args:
            text: As in ``NAME:relative/path``.
            kind: What it must be.

        Raises:
            OutsideRoots: The path is absolute, or leads outside the root.
            NotFound: The root, file or folder does not exist.
        """
        root, path = self.resolve(text)
        if not kind.exists(path):
            raise NotFound(f"there is no {kind.noun} {text[:200]!r}")
        return root, path

    def settings(self, declaration: AnyDeclaration, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings with paths in roots replaced by paths of this machine.

        Defaults come from the author and are not changed.

        Raises:
            OutsideRoots: A path is absolute, or leads outside its root.
            NotFound: There is no root of that name.
        """
        resolved = dict(settings)
        for name, value in settings.items():
            if not isinstance(value, str) or value == _default(declaration, name):
                continue
            if name in declaration.path_settings:
                resolved[name] = str(self.resolve(value)[1])
            elif name in declaration.path_texts:
                resolved[name] = self.text(declaration, name, value)
        return resolved

    def text(self, declaration: AnyDeclaration, name: str, text: str) -> str:
        """Return a text, with the path in a root that it may contain resolved.

        Raises:
            OutsideRoots: The path is absolute, or leads outside the root.
            NotFound: There is no root of that name.
        """
        mark = declaration.path_texts.get(name)
        parts = mark.split(text) if mark else None
        return text if parts is None else parts[0] + str(self.resolve(parts[1])[1])

    def check_steps(self, declaration: AnyDeclaration) -> None:
        """Reject a recipe with a path in its steps that is not inside a root.

        Raises:
            OutsideRoots: There is one; the recipe may have been sent in a request.
        """
        for step in declaration.chain if isinstance(declaration, Recipe) else ():
            given = {name: value for name, value in step.settings.items() if value is not None}
            for name, path in _paths_in(step.operation, given):
                real = Path(os.path.realpath(path))
                if not any(real.is_relative_to(root) for root in self.folders.values()):
                    raise OutsideRoots(
                        f"the recipe {declaration.name} has a path outside, as {name} of "
                        f"{step.operation.id}",
                        "register its folder: nijigen studio --root NAME=FOLDER",
                    )
            self.check_steps(step.operation)
        if isinstance(declaration, Recipe):
            names = {port.name for port in declaration.ports}
            if not names.issuperset(declaration.path_texts):
                raise OutsideRoots(
                    f"in the recipe {declaration.name} a step makes a text that may name a path",
                    "give the text as an input of the recipe",
                )


def read_below(root: Path, path: Path) -> bytes:
    """Read a file in a root without following links, which may have been added since the check.

    On systems without folder handles (Windows), the file is opened by its path.

    Raises:
        NotFound: It does not exist any more, or was replaced by something else.
    """
    try:
        with ExitStack() as opened, os.fdopen(_opened(root, path, opened), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotFound(f"{path.name} is not a file")
            return file.read()
    except OSError as error:
        raise NotFound(
            f"{path.name} cannot be read: {error.strerror or errno.errorcode[error.errno or 0]}"
        ) from None


def _opened(root: Path, path: Path, opened: ExitStack) -> int:
    if not _BELOW:
        return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    opened.callback(os.close, at)
    *folders, name = path.relative_to(root).parts
    for folder in folders:
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
        opened.callback(os.close, at)
    # Opening a pipe would block until another process writes to it.
    return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)


def _leads_out(relative: str) -> bool:
    """Return whether a text is not a plain relative path, on any operating system."""
    windows = PureWindowsPath(relative)
    return (
        bool(windows.anchor)
        or "\\" in relative
        or relative.startswith("/")
        or ".." in windows.parts
        or any(ord(character) < 32 for character in relative)
    )


def _paths_in(
    declaration: AnyDeclaration, settings: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield the settings that contain paths other than their defaults, and the paths."""
    for name, value in settings.items():
        text = str(value)
        if text == _default(declaration, name):
            continue
        if name in declaration.path_settings:
            yield name, text
        elif name in declaration.path_texts:
            parts = declaration.path_texts[name].split(text)
            if parts is not None:
                yield name, parts[1]


def _outside(text: str) -> OutsideRoots:
    return OutsideRoots(
        f"{text[:200]!r} is not a path that this server may read",
        "NAME:relative/path, in a folder that was registered: nijigen studio --root NAME=FOLDER",
    )


def _default(declaration: AnyDeclaration, name: str) -> Any:
    default = declaration.parameters[name][1] if name in declaration.parameters else None
    return str(default) if isinstance(default, Path) else default
