"""Files of posts: named by us, checked, and never there in part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nijigen.core.errors import SourceError
from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars.files import write_sidecar

if TYPE_CHECKING:
    from nijigen.sources._web.client import Client

ENDINGS = frozenset(
    {"png", "jpg", "gif", "webp", "avif", "jxl", "bmp", "tif", "mp4", "webm", "zip", "swf"}
)
LARGEST = 1 << 30
"""Bytes of a file."""


def file_name(post: Post) -> str:
    """Return the name of a post's file, of its number, its MD5 and a known ending.

    Raises:
        SourceError: Files of that kind are not fetched.
    """
    if post.filetype not in ENDINGS:
        raise SourceError(
            f"post {post.id} has a file of the kind {post.filetype}", "only pictures and videos"
        )
    parts = [post.site, str(post.id), *([post.md5] if post.md5 else [])]
    return f"{'_'.join(parts)}.{post.filetype}"


def fetch(post: Post, folder: Path, client: Client, *, speed: int) -> bool:
    """Fetch the file of a post with a sidecar; return whether it was not there yet.

    Args:
        post: Has the address of a file.
        folder: Where to put it.
        client: Of its site.
        speed: At most so many bytes a second; 0 is no limit.

    Raises:
        SourceError: The file cannot be had, or is not the one that the site describes.
        NotFound: The file is not there any more.
        OutputError: It cannot be written.
    """
    path = folder / file_name(post)
    sidecar = path.with_name(f"{path.name}.json")
    new = not path.exists()
    if new:
        client.save(
            post.file_url,
            path,
            "its file",
            most=LARGEST,
            md5=post.md5,
            speed=speed,
        )
    if new or not sidecar.exists():
        write_sidecar(post, sidecar, "nijigen")
    return new
