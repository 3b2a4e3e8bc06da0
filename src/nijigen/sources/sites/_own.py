"""What the user says of sites: keys, and sites of their own.

Keys come from the environment (``NIJIGEN_DANBOORU_USER`` and ``NIJIGEN_DANBOORU_KEY``) or from
``sources/sites.toml`` in the home, which nobody else may read::

    [danbooru]
    user = "name"
    key = "..."

    [ours]
    address = "http://127.0.0.1:3000"
    api = "danbooru"
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from nijigen.core import private
from nijigen.core.errors import InputError
from nijigen.core.home import Store
from nijigen.sources.sites._site import Api, Site

STORE = Store(name="sources", version=1, variable="NIJIGEN_SOURCES", by_hand=("sites.toml",))
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_EXAMPLE = 'such as [ours] with address = "http://127.0.0.1:3000" and api = "danbooru"'


@dataclass(frozen=True)
class Key:
    """What proves to a site who asks."""

    user: str
    secret: str = field(repr=False)


def path() -> Path:
    """Return the file with keys and own sites; it may be missing."""
    return STORE.folder() / "sites.toml"


def key_of(name: str) -> Key | None:
    """Return the key for a site or an engine, from the environment or from the file.

    Raises:
        InputError: The file cannot be read, or others can read it.
    """
    prefix = f"NIJIGEN_{name.upper()}_"
    secret = os.environ.get(f"{prefix}KEY")
    if secret:
        return Key(os.environ.get(f"{prefix}USER", ""), secret)
    entry = _entries().get(name, {})
    secret = _text(name, entry, "key")
    return Key(_text(name, entry, "user"), secret) if secret else None


def own_sites() -> dict[str, Site]:
    """Return the sites that the user registered, by name.

    Raises:
        InputError: The file cannot be read, or an entry is not a site.
    """
    return {n: _site(n, entry) for n, entry in _entries().items() if "address" in entry}


def _entries() -> dict[str, dict[str, Any]]:
    file = path()
    try:
        content = file.read_text("utf-8")
        shared = private.is_shared(file)
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise InputError(f"{file} is not a text in UTF-8", _EXAMPLE) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {error}") from None
    try:
        entries = tomllib.loads(content)
    except tomllib.TOMLDecodeError:
        # The message would quote the line, and with it a key.
        raise InputError(f"{file} is not TOML", _EXAMPLE) from None
    for name, entry in entries.items():
        if not _NAME.fullmatch(name) or not isinstance(entry, dict):
            raise InputError(f"{file}: {name[:40]!r} is not the name of a site", _EXAMPLE)
    if shared and any("key" in entry for entry in entries.values()):
        raise InputError(f"others can read the keys in {file}", f"chmod 600 {file}")
    return entries


def _site(name: str, entry: dict[str, Any]) -> Site:
    address = _text(name, entry, "address").rstrip("/")
    parts = urlsplit(address)
    api = next((one for one in get_args(Api) if one == entry.get("api")), None)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise InputError(
            f"{path()}: the address of [{name}] is not one of a site",
            "http:// or https:// and a host; user and key have lines of their own",
        )
    if api is None:
        raise InputError(f"{path()}: [{name}] has no api", f"one of {', '.join(get_args(Api))}")
    interval = entry.get("interval", 1.0)
    most = entry.get("most_tags", 100)
    if not isinstance(interval, int | float) or not 0 <= interval <= 3600:
        raise InputError(f"{path()}: [{name}] has no interval", "seconds, such as 1.0")
    if not isinstance(most, int) or most < 1:
        raise InputError(f"{path()}: [{name}] has no most_tags", "a number, such as 6")
    return Site(
        name, address, api, (parts.hostname,), float(interval), most, "optional", own=True
    )  # fmt: skip


def _text(name: str, entry: dict[str, Any], field: str) -> str:
    value = entry.get(field, "")
    if not isinstance(value, str):
        raise InputError(f"{path()}: {field} of [{name}] is not a text", "put it in quotes")
    return value
