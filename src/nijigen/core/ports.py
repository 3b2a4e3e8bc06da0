"""Ports: the inputs of an operation or a command, read from its signature.

The parameters before the bare ``*`` are the ports. A port takes one value, is optional
(``reference: Picture | None = None``) or takes several (``pictures: Sequence[Picture]``; with the
default ``()`` it is optional too).
"""

from __future__ import annotations

import collections.abc
import inspect
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.clip import Clip
from nijigen.core.errors import InputError, NotFound, similar_beside
from nijigen.core.picture import Picture

LAYERED = {Picture, Artwork}
"""The type of a port that accepts pictures and keeps layers."""


@dataclass(frozen=True)
class PathKind:
    """Used in ``Annotated[Path, …]``: whether the path is a file, a folder, or either (path)."""

    kind: Literal["file", "folder", "path"]
    sent: bool = False
    """Whether a file may be sent over HTTP where a folder could be named too."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """Add the kind to the JSON schema, using pydantic's format names."""
        made: dict[str, Any] = handler(schema)
        formats = {"file": "file-path", "folder": "directory-path", "path": "any-path"}
        return {**made, "format": formats[self.kind]}

    @property
    def uploads(self) -> bool:
        """Whether a file may be sent in its place."""
        return self.kind == "file" or self.sent

    @property
    def noun(self) -> str:
        """What the path names, in words."""
        return "file or folder" if self.kind == "path" else self.kind

    def exists(self, path: str | Path) -> bool:
        """Return whether there is such a file or folder."""
        # The functions of pathlib raise an error if a path is too long.
        tests = {"file": os.path.isfile, "folder": os.path.isdir, "path": os.path.exists}
        return tests[self.kind](path)


@dataclass(frozen=True)
class MayBeEmpty:
    """Used in ``Annotated[str, …]`` of a port: forms need not ask for the text."""


@dataclass(frozen=True)
class PathInText:
    """Used in ``Annotated[str, …]``: a path may follow one of these prefixes.

    Servers check such paths like any other.
    """

    prefixes: tuple[str, ...]

    def split(self, text: str) -> tuple[str, str] | None:
        """Return the prefix and the path of a text, or None if it contains no path."""
        prefix = next((prefix for prefix in self.prefixes if text.startswith(prefix)), None)
        return None if prefix is None else (prefix, text.removeprefix(prefix))


@dataclass(frozen=True)
class Media:
    """Used in ``Annotated[str, …]`` of a port: the text is the content of a file of this type.

    On the command line, a file name is given instead.
    """

    type: str
    """Its media type, as in ``application/toml``."""


@dataclass(frozen=True)
class Choices:
    """Used in ``Annotated[str, …]`` of a port: the names that exist now, for forms to offer.

    Other text is still accepted: the function itself refuses what does not exist, with a hint.
    """

    names: Callable[[], Iterable[str]]
    """Called when a form is shown, since names come and go."""


@dataclass(frozen=True)
class Port:
    """An input of an operation or a command: one value, or several of one type."""

    name: str
    type: type
    """Picture, Animation, Clip, Artwork, ``str`` for text, Path for a file or a folder."""
    description: str = ""
    layered: bool = False
    """Declared as ``Picture | Artwork``: it accepts layers. For other ports they are flattened."""
    optional: bool = False
    """Whether it may be omitted; the function then gets ``default``."""
    several: bool = False
    """Whether it takes a sequence of values of its type."""
    default: Any = None
    path: PathKind | None = None
    media: str = ""
    """Media type, if the text is the content of a file."""
    choices: Choices | None = None
    """The names to choose from, if it is one."""
    may_be_empty: bool = False
    """Whether an empty text is one, too."""

    @property
    def kind(self) -> str:
        """What the port takes, in one word: ``picture``, ``text``, ``file``, ``path`` …."""
        if self.path is not None:
            return self.path.kind
        return "text" if self.type is str else self.type.__name__.lower()

    @property
    def in_root(self) -> bool:
        """Whether it takes paths only, which over HTTP must be in a registered folder."""
        return self.path is not None and not self.path.uploads

    def fitted(self, value: Any, owner: str) -> Any:
        """Return a value converted to the port's type.

        Raises:
            InputError: It is of another type.
            NotFound: The file or folder does not exist.
        """
        if not self.several:
            return self._fitted_one(value, owner)
        if isinstance(value, str) or not isinstance(value, collections.abc.Sequence):
            raise InputError(
                f"{owner} takes several values as {self.name}, not a {type(value).__name__}",
                "pass a list",
            )
        if not value and not self.optional:
            raise InputError(f"{owner} needs {self.name}: at least one", self.description)
        return tuple(self._fitted_one(one, owner) for one in value)

    def _fitted_one(self, value: Any, owner: str) -> Any:
        if isinstance(value, Picture) and self.type is Artwork:
            return Artwork.of(value)
        if self.type in (Animation, Clip) and isinstance(value, Artwork):
            value = value.shown()
        if self.type is Animation and isinstance(value, Picture):
            return Animation.of(value)
        if self.type is Animation and isinstance(value, Clip):
            return value.animation()
        if self.type is Clip and isinstance(value, Picture | Animation):
            return Clip.from_animation(Animation.of(value))
        if self.path is not None and isinstance(value, str | Path):
            return self._existing(Path(value))
        moving = isinstance(value, Animation | Clip)
        lifted = self.type is Picture and moving and not self.several
        layers = self.type is Picture and isinstance(value, Artwork)
        if not (lifted or layers or isinstance(value, self.type)):
            raise InputError(
                f"{owner} takes a {self.type.__name__} as {self.name}, not a {type(value).__name__}"
            )
        return value

    def _existing(self, path: Path) -> Path:
        assert self.path is not None
        if not self.path.exists(path):
            other = "a folder" if path.is_dir() else "a file" if path.exists() else ""
            why = f": it is {other}" if other else ""
            hint = f"name a {self.path.noun}" if other else similar_beside(path)
            raise NotFound(f"there is no {self.path.noun} {path}{why}", hint)
        return path


def ports_of(
    signature: inspect.Signature, hints: Mapping[str, Any], descriptions: Mapping[str, str]
) -> tuple[Port, ...]:
    """Return the ports of a function: its parameters before the bare ``*``.

    Raises:
        TypeError: A port has an unsupported type or default.
    """
    return tuple(
        _port(name, hints[name], parameter.default, descriptions.get(name, ""))
        for name, parameter in signature.parameters.items()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    )


def _port(name: str, hint: Any, default: Any, description: str) -> Port:
    optional = default is not inspect.Parameter.empty
    kinds, extras = _taken_apart(hint)
    several = len(kinds) == 1 and get_origin(next(iter(kinds))) is collections.abc.Sequence
    if several:
        kinds, more = _taken_apart(get_args(next(iter(kinds)))[0])
        extras += more
    may_be_none = type(None) in kinds
    kinds.discard(type(None))
    if optional and default != (() if several else None):
        wanted = "()" if several else "None"
        raise TypeError(f"the optional port {name!r} must have the default {wanted}")
    if may_be_none != (optional and not several):
        raise TypeError(f"the port {name!r} must be declared as `… | None = None`")
    layered = kinds == LAYERED
    kind = Picture if layered else next(iter(kinds))
    if not isinstance(kind, type) or (len(kinds) > 1 and not layered):
        raise TypeError(f"the port {name!r} has an unsupported type: {hint}")
    path = next((extra for extra in extras if isinstance(extra, PathKind)), None)
    if (kind is Path) != (path is not None):
        raise TypeError(f"the port {name!r} must be one of the paths of core/values.py")
    media = next((extra.type for extra in extras if isinstance(extra, Media)), "")
    choices = next((extra for extra in extras if isinstance(extra, Choices)), None)
    empty = () if several else None
    may_be_empty = any(isinstance(extra, MayBeEmpty) for extra in extras)
    about = (path, media, choices, may_be_empty)
    return Port(name, kind, description, layered, optional, several, empty, *about)


def marks_of(hint: Any) -> list[Any]:
    """Return the metadata of ``Annotated`` types, also of the values of a sequence."""
    kinds, marks = _taken_apart(hint)
    inner = [kind for kind in kinds if get_origin(kind) is collections.abc.Sequence]
    return [*marks, *(mark for kind in inner for mark in marks_of(get_args(kind)[0]))]


def check_paths(name: str, hint: Any) -> None:
    """Reject the type of a setting that may hold paths which servers would not check.

    Raises:
        TypeError: A path is neither a FilePath nor a FolderPath, or is in a list or a table.
    """
    kinds, marks = _taken_apart(hint)
    if any(_is_path(kind) for kind in kinds) and not any(isinstance(m, PathKind) for m in marks):
        raise TypeError(
            f"the setting {name!r} must be a FilePath or a FolderPath of core/values.py"
        )
    if any(_holds_paths(part) for kind in kinds for part in get_args(kind)):
        raise TypeError(
            f"the setting {name!r} must not hold paths in a list or a table; make it an input"
        )


def _is_path(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, PurePath)


def _holds_paths(hint: Any) -> bool:
    kinds, marks = _taken_apart(hint)
    return (
        any(isinstance(mark, PathKind | PathInText) for mark in marks)
        or any(_is_path(kind) for kind in kinds)
        or any(_holds_paths(part) for kind in kinds for part in get_args(kind))
    )


def _taken_apart(hint: Any) -> tuple[set[Any], list[Any]]:
    """Return the types of a union, and the metadata of their ``Annotated`` types."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        kinds, more = _taken_apart(inner)
        return kinds, [*extras, *more]
    if get_origin(hint) in (Union, types.UnionType):
        found: set[Any] = set()
        extras = []
        for part in typing.get_args(hint):
            kinds, more = _taken_apart(part)
            found |= kinds
            extras += more
        return found, extras
    return {hint}, []
