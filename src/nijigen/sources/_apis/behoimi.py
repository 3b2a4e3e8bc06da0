"""The ancestor of Moebooru at behoimi.org, which gallery-dl does not know."""

from __future__ import annotations

from collections.abc import Iterator

from nijigen.core.posts.sidecars.fields import Data
from nijigen.sources._apis.answers import entries
from nijigen.sources._apis.moebooru import below, post, word
from nijigen.sources._web.client import Client

__all__ = ["below", "post", "read", "window", "word"]

window = 100


def read(client: Client, words: str) -> Iterator[Data]:
    """Yield one window of posts, the newest first."""
    asked = {"tags": words, "limit": str(window), "page": "1"}
    return iter(entries(client, "/post/index.json", asked))
