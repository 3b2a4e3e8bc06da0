"""Answers of sites as data; whatever else they send means that the site has changed."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Any

from nijigen.core.errors import SiteChanged
from nijigen.core.strict import read_json
from nijigen.sources._web.client import Client


def entries(client: Client, path: str, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the posts in a JSON answer.

    Raises:
        SiteChanged: It is something else.
        SourceError: There is no answer.
    """
    _, content = client.get(path, parameters)
    data = _json(client, content)
    if isinstance(data, Mapping):
        # Gelbooru leaves the list out where it is empty.
        data = data.get("post", [])
    if isinstance(data, Mapping):
        data = [data]
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise _changed(client)
    return data


def check_form(client: Client, path: str, content: bytes) -> None:
    """Check that an answer is JSON, or XML where that is asked for.

    Raises:
        SiteChanged: It is something else, such as a page for browsers.
    """
    if ".json" in path.partition("?")[0]:
        _json(client, content)
        return
    if b"<!DOCTYPE" in content[:1000] or b"<!ENTITY" in content:
        raise _changed(client)
    try:
        ElementTree.fromstring(content)
    except ElementTree.ParseError:
        raise _changed(client) from None


def _json(client: Client, content: bytes) -> Any:
    try:
        return read_json(content.decode())
    except ValueError:
        raise _changed(client) from None


def _changed(client: Client) -> SiteChanged:
    return SiteChanged(
        f"{client.site.name} answers in a form that is not known here",
        "it may be under repair, or have changed: try later, or update Nijigen and gallery-dl",
        site=client.site.name,
    )
