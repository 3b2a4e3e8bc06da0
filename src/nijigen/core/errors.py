"""Every error that Nijigen raises on purpose.

NijigenError                                           exit  http
├── InputError                                            2   422
│   ├── SettingsError       a setting is unknown or out of range
│   ├── BadPicture          a file that cannot be read as a picture
│   ├── PictureTooLarge     more pixels than allowed          413
│   ├── UnsupportedFormat   a format that is not supported    415
│   ├── RecipeError         a step of a recipe is invalid
│   └── QueryError          a search query is invalid
├── NotFound                no such operation, model, file    3   404
├── ModelError              weights missing or corrupt        4   503
├── SourceError             a site did not respond properly   5   502
│   ├── LoginRequired
│   ├── RateLimited
│   └── SiteChanged
├── OutputError             the result could not be written   6   507
└── Cancelled               stopped by the user             130   409

Anything else is a bug: exit code 1, HTTP 500.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import ClassVar

_MOST_NAMES = 1000
"""Names of a folder that are looked at, to find one that is like another."""


class NijigenError(Exception):
    """An error with one clear line for the user and a hint on what to do."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(NijigenError):
    """The user's input is invalid."""

    exit_code = 2
    http_status = 422


class SettingsError(InputError):
    """A setting is unknown, of the wrong type or out of range."""

    def __init__(self, message: str, hint: str = "", *, field: str = "", limit: str = "") -> None:
        super().__init__(message, hint)
        self.field = field
        self.limit = limit


class BadPicture(InputError):
    """A file that is damaged or not a picture."""


class PictureTooLarge(InputError):
    """A picture with more pixels than the limit allows."""

    http_status = 413


class UnsupportedFormat(InputError):
    """A file format that is not supported."""

    http_status = 415


class RecipeError(InputError):
    """A step of a recipe is invalid."""

    def __init__(self, message: str, hint: str = "", *, step: int | None = None) -> None:
        super().__init__(message, hint)
        self.step = step


class QueryError(InputError):
    """A search query is invalid; ``position`` is the character, from 0, where it is wrong."""

    def __init__(self, message: str, hint: str = "", *, position: int = 0) -> None:
        super().__init__(message, hint)
        self.position = position


class NotFound(NijigenError):
    """An operation, model, picture or job that does not exist."""

    exit_code = 3
    http_status = 404


class ModelError(NijigenError):
    """Weights that are missing, corrupt or of another version.

    ``model`` names the one whose download would fix it, if there is one.
    """

    exit_code = 4
    http_status = 503

    def __init__(self, message: str, hint: str = "", *, model: str = "") -> None:
        super().__init__(message, hint)
        self.model = model


class SourceError(NijigenError):
    """A site did not respond as expected."""

    exit_code = 5
    http_status = 502

    def __init__(self, message: str, hint: str = "", *, site: str = "") -> None:
        super().__init__(message, hint)
        self.site = site


class LoginRequired(SourceError):
    """The site requires an account or a key."""


class RateLimited(SourceError):
    """The site asks clients to wait; ``after`` is in seconds."""

    def __init__(
        self, message: str, hint: str = "", *, site: str = "", after: float | None = None
    ) -> None:
        super().__init__(message, hint, site=site)
        self.after = after


class SiteChanged(SourceError):
    """The site responds in an unknown format."""


class OutputError(NijigenError):
    """The result could not be written; an existing file is unchanged."""

    exit_code = 6
    http_status = 507


class Cancelled(NijigenError):
    """Stopped by the user."""

    exit_code = 130
    http_status = 409

    def __init__(self, message: str = "cancelled", hint: str = "") -> None:
        super().__init__(message, hint)


def nearest(name: str, choices: Iterable[str]) -> str:
    """Return a hint with the choices closest to ``name``, or else all of them if they are few."""
    known = sorted(choices)
    if not known:
        return ""
    listed = "known: " + ", ".join(known) if len(known) <= 20 else ""
    return similar(name, known) or listed


def similar_beside(path: Path, endings: Collection[str] | None = None) -> str:
    """Return a hint with the names beside a missing file that are closest to its own.

    Args:
        path: The file or folder.
        endings: Only names with these endings, in lower case and with the dot.
    """
    try:
        names = sorted(
            entry.name
            for entry in path.parent.iterdir()
            if endings is None or entry.suffix.lower() in endings
        )
    except (FileNotFoundError, NotADirectoryError):
        return f"there is no folder {path.parent}"
    except OSError:
        return "check the path"
    return similar(path.name, names[:_MOST_NAMES]) or "check the path"


def similar(name: str, choices: Iterable[str]) -> str:
    """Return a hint with the choices closest to ``name``, or nothing if none is close."""
    close = difflib.get_close_matches(name, sorted(choices), n=3, cutoff=0.5)
    return "did you mean " + " or ".join(close) + "?" if close else ""
