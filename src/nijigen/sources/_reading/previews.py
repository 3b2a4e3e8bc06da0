"""Small pictures of posts: where a site has them, and the pictures of dumps on this disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nijigen.core.errors import NotFound
from nijigen.core.posts.post import Post
from nijigen.sources._reading.opening import DUMP, GETCHU
from nijigen.sources.dumps.pictures import Found, Size, find_picture

_NAMES = ("preview_file_url", "preview_url")
_WANTED = "360x360"
"""Of the sizes that Danbooru has; its preview of 180 pixels is too small for dense screens."""


def preview_address(post: Post) -> str:
    """Return the address of a small picture of a post, or nothing if the site has none.

    Args:
        post: With what the site sent.
    """
    raw = post.raw or {}
    media: Any = raw.get("media_asset")
    variants = media.get("variants") if isinstance(media, dict) else None
    for variant in variants if isinstance(variants, list) else ():
        if isinstance(variant, dict) and variant.get("type") == _WANTED:
            return str(variant.get("url") or "")
    return next((str(raw[name]) for name in _NAMES if raw.get(name)), "")


def local_picture(source: str, post: Post, *, small: bool) -> Found:
    """Return the picture of a post of a dump, or of a folder of getchu.

    Args:
        source: Begins with ``dump:`` or ``getchu:``.
        post: Of it.
        small: Rather the square of 512 px that some dumps have, than the file itself.

    Raises:
        NotFound: It is not there.
        InputError: The index of a tar is damaged.
    """
    number = post.id or 0
    if source.startswith(GETCHU):
        name = str((post.raw or {}).get("file", ""))
        folder = Path(source.removeprefix(GETCHU))
        for path in folder.glob(f"*/{number}"):
            # The name is one that a page of the site said.
            if Path(name).name == name and (path / name).is_file():
                return Found(path / name, name)
    elif source.startswith(DUMP):
        folder = Path(source.removeprefix(DUMP))
        sizes: tuple[Size, ...] = ("512px", "original") if small else ("original", "512px")
        for size in sizes:
            found = find_picture(folder, number, size=size, md5=post.md5)
            if found is not None:
                return found
    raise NotFound(
        f"the picture of post {number} is not here", "copies often have a part of the pictures only"
    )


def has_picture(source: str, post: Post) -> bool:
    """Return whether a picture of a post of a dump, or of a folder of getchu, is there."""
    try:
        local_picture(source, post, small=True)
    except NotFound:
        return False
    return True
