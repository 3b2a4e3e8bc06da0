"""Posts that permitted searches found, and their pictures, which the server fetches itself.

The browser of the studio never connects to a site: it names a post by a random key, which only the
answer to a permitted search gave out, and gets what the guarded client of the site has fetched.
"""

from __future__ import annotations

import io
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nijigen.core.errors import NotFound
from nijigen.core.posts.post import Post
from nijigen.core.run import Run
from nijigen.jobs.decoding.decoders import Decoders
from nijigen.jobs.stores.pictures import PictureStore
from nijigen.jobs.stores.records import StoredPicture

if TYPE_CHECKING:
    from nijigen.sources._web.client import Client
    from nijigen.sources.sites._site import Site

MOST = 5000
"""Posts that are remembered; the oldest are dropped first."""
SIDE = 320
"""Pixels of the longer side of a preview."""


@dataclass(frozen=True)
class FoundPost:
    """A post, and where it is from."""

    source: str
    """Name of a site, or ``dump:`` or ``getchu:`` and a folder."""
    post: Post

    @property
    def is_local(self) -> bool:
        """Whether its picture is on this disk."""
        return ":" in self.source

    @property
    def has_preview(self) -> bool:
        """Whether there is a small picture."""
        from nijigen.sources._reading.previews import has_picture, preview_address

        if self.is_local:
            return has_picture(self.source, self.post)
        return bool(preview_address(self.post))


class FoundPosts:
    """The posts that were found lately.

    Args:
        pictures: Where pictures are copied to.
        decoders: Make previews.
        scratch: A folder for files while they are fetched.
    """

    def __init__(self, pictures: PictureStore, decoders: Decoders, scratch: Path) -> None:
        self._pictures = pictures
        self._decoders = decoders
        self._scratch = scratch
        self._lock = threading.Lock()
        self._posts: OrderedDict[str, FoundPost] = OrderedDict()
        self._clients: dict[Site, Client] = {}
        self._run = Run()

    def keep(self, source: str, posts: Iterable[Post]) -> dict[str, FoundPost]:
        """Remember posts, and return them by their new keys."""
        new = {secrets.token_urlsafe(12): FoundPost(source, post) for post in posts}
        with self._lock:
            self._posts.update(new)
            while len(self._posts) > MOST:
                self._posts.popitem(last=False)
        return new

    def preview(self, key: str) -> bytes:
        """Return a small WebP of a post.

        Raises:
            NotFound: The post is not remembered, or has no picture.
            SourceError: The site does not give it.
            BadPicture: It is not a picture.
        """
        from nijigen.sources._reading.previews import local_picture, preview_address

        found = self._get(key)
        if found.is_local:
            picture = local_picture(found.source, found.post, small=True)
            content, name = picture.read(), picture.name
        else:
            address = preview_address(found.post)
            if not address:
                raise NotFound("the site has no preview of this post")
            content, name = self._client(found).preview(address), f"{found.post.id}.jpg"
        return self._shrunk(content, name)

    def copy(self, key: str) -> tuple[StoredPicture, bool]:
        """Copy the picture of a post to those of the studio; return whether it is new there.

        Raises:
            NotFound: The post is not remembered, or has no file.
            SourceError: The site does not give it.
            BadPicture: It is not a picture.
        """
        from nijigen.sources._download.files import fetch, file_name
        from nijigen.sources._reading.previews import local_picture

        found = self._get(key)
        if found.is_local:
            picture = local_picture(found.source, found.post, small=False)
            return self._pictures.add(io.BytesIO(picture.read()), picture.name)
        if not found.post.file_url:
            raise NotFound(f"{found.source} gives no file of post {found.post.id}")
        name = file_name(found.post)
        folder = self._scratch / secrets.token_hex(8)
        folder.mkdir()
        try:
            fetch(found.post, folder, self._client(found), speed=0)
            with (folder / name).open("rb") as file:
                return self._pictures.add(file, name)
        finally:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()

    def close(self) -> None:
        """Stop all waiting, and close all connections."""
        self._run.cancel()
        with self._lock:
            for client in self._clients.values():
                client.__exit__()
            self._clients.clear()

    def _get(self, key: str) -> FoundPost:
        with self._lock:
            found = self._posts.get(key)
        if found is None:
            raise NotFound("this post is not remembered any more", "search again")
        return found

    def _client(self, found: FoundPost) -> Client:
        """Return what asks the site of a post; its connections are used again."""
        from nijigen.sources._web.opening import open_client
        from nijigen.sources.sites._opening import find_booru

        site = find_booru(found.source)
        with self._lock:
            if site not in self._clients:
                self._clients[site] = open_client(site, self._run)
            return self._clients[site]

    def _shrunk(self, content: bytes, name: str) -> bytes:
        # Decoded as an upload is: in a process of its own, with limits.
        given, made = (self._scratch / secrets.token_hex(8) for _ in range(2))
        try:
            given.write_bytes(content)
            self._decoders.thumbnail(given, name, made, SIDE)
            return made.read_bytes()
        finally:
            given.unlink(missing_ok=True)
            made.unlink(missing_ok=True)
