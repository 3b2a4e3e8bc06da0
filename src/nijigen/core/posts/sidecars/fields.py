"""Fields of the JSON of sites, which write numbers as text, and nothing in many ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.rating import Scale, rating_of, site_rating
from nijigen.core.posts.tag import CATEGORIES, Category

Data = Mapping[str, Any]
_MD5 = re.compile(r"[0-9a-f]{32}")
_GELBOORU_TIME = "%a %b %d %H:%M:%S %z %Y"
_FIRST, _LAST = 0, 253_402_300_799
"""Seconds since 1970 of the years that Python can represent."""


def text(data: Data, *keys: str) -> str:
    """Return the first of several fields that is not empty, as text."""
    for key in keys:
        value = data.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def number(data: Data, *keys: str) -> int | None:
    """Return the first of several fields that is not empty, as a whole number.

    Raises:
        InputError: It is no number.
    """
    for key in keys:
        value = data.get(key)
        if value is None or value == "" or isinstance(value, bool):
            continue
        try:
            return int(value)
        except (ValueError, TypeError, OverflowError):
            raise InputError(f"{key}: {str(value)[:40]!r} is not a whole number") from None
    return None


def size(data: Data, *keys: str) -> int | None:
    """Return a number of pixels or bytes; sites write 0 for what they do not know."""
    found = number(data, *keys)
    return found if found and found > 0 else None


def flag(data: Data, *keys: str) -> bool:
    """Return whether one of several fields is true, as a value or as text."""
    return any(str(data.get(key)).lower() in ("true", "1", "t") for key in keys)


def md5(data: Data) -> str | None:
    """Return the MD5 of the file, if there is a whole one."""
    found = text(data, "md5").lower()
    return found if _MD5.fullmatch(found) else None


def time(value: Any) -> datetime | None:
    """Return a time in any of the notations of sites; without a zone it is in UTC.

    Notations are ISO 8601, that of the dumps (``2016-10-26 08:31:06.12345 UTC``), Gelbooru's
    (``Sat Mar 05 10:11:12 -0600 2022``), seconds since 1970, and Moebooru's old ``{"s": ...}``.

    Raises:
        InputError: It is none of them.
    """
    if isinstance(value, Mapping):
        value = value.get("s")
    if value is None or value == "":
        return None
    found = _seconds(value) or _written(str(value).strip())
    if found is None:
        raise InputError(f"{str(value)[:40]!r} is not a time")
    return found


def _seconds(value: Any) -> datetime | None:
    try:
        seconds = float(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return datetime.fromtimestamp(seconds, UTC) if _FIRST <= seconds <= _LAST else None


def _written(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, lambda v: datetime.strptime(v, _GELBOORU_TIME)):
        try:
            found = read(value.removesuffix(" UTC"))
            # Near the years 1 and 9999 there is no such time in UTC.
            return found.replace(tzinfo=UTC) if not found.tzinfo else found.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def names(value: Any) -> list[str]:
    """Return the names in a list, or in a text with spaces between them."""
    if isinstance(value, str):
        return value.split()
    if not isinstance(value, list | tuple):
        return []
    found = (entry.get("name") if isinstance(entry, Mapping) else entry for entry in value)
    return [str(name) for name in found if name]


def categorized(data: Data, prefix: str, all_names: list[str]) -> dict[str, Category | None]:
    """Return all names with the categories of those that a ``prefix`` + category lists."""
    tags: dict[str, Category | None] = dict.fromkeys(all_names)
    for category in CATEGORIES:
        tags |= dict.fromkeys(names(data.get(prefix + category)), category)
    return tags


def rated(word: str, scale: Scale) -> dict[str, str | None]:
    """Return both fields of a post for what a site said."""
    said = site_rating(word, scale)
    return {"site_rating": said, "rating": rating_of(said)}


def made(fields: dict[str, Any]) -> Post:
    """Return a post of fields.

    Raises:
        InputError: One of them has an impossible value.
    """
    try:
        return Post.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None


def filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def spelled(moment: datetime | None) -> str | None:
    """Return a time in ISO 8601."""
    return None if moment is None else moment.isoformat()
