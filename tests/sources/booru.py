"""A server that answers like the sites: Danbooru, Moebooru, Gelbooru and its older software.

It is one process of threads on this machine. Faults are asked for by name and count down, so a test
says what goes wrong and what happens next.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import quoteattr

from PIL import Image

from nijigen.core.posts.post import Post
from nijigen.core.posts.query import matches, parse_query
from nijigen.core.posts.sidecars import danbooru, gelbooru, moebooru

BROWSERS = re.compile(r"Mozilla|python-requests|^$")
PAGE = b"<!DOCTYPE html><html><title>Just a moment...</title></html>"
LIMITS = {"danbooru": 200, "moebooru": 100, "gelbooru": 100, "gelbooru_02": 100, "behoimi": 100}


def picture(number: int) -> bytes:
    """Return a small picture, another for each number."""
    file = io.BytesIO()
    Image.new("RGB", (4, 3), (number % 256, number // 256 % 256, 90)).save(file, "PNG")
    return file.getvalue()


@dataclass
class Booru:
    """What the server has and what it saw."""

    posts: dict[int, Post] = field(default_factory=dict)
    key: tuple[str, str] | None = None
    """Name and key that it wants."""
    faults: dict[str, int] = field(default_factory=dict)
    """How often still: busy, html, error, cut, cut_file, slow, refuse, wrong_file."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Paths with parameters, and the headers of each request."""
    retry_after: str = "1"
    """Seconds that a busy server names."""
    banned: set[int] = field(default_factory=set)
    more: dict[str, str] = field(default_factory=dict)
    """What Moebooru's posts say besides."""
    is_stuck: bool = False
    """Whether it sends the newest posts whatever is asked for."""
    draw: Callable[[int], bytes] = picture
    """Makes files and previews."""
    redirect: str = ""
    """Where files are redirected to."""
    open_now: int = 0
    most_open: int = 0
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fill(self, count: int, **more: Any) -> None:
        """Add posts 1 to ``count``; every third is of a cat, every tenth is explicit."""
        for number in range(1, count + 1):
            content = self.draw(number)
            tags = {"1girl": "general", f"artist_{number % 7}": "artist"}
            tags |= {"cat": "general"} if number % 3 == 0 else {}
            rating = "explicit" if number % 10 == 0 else "general"
            known = {
                "id": number, "tags": tags, "rating": rating, "score": number % 50,
                "md5": hashlib.md5(content).hexdigest(), "width": 4, "height": 3,
                "filetype": "png", "filesize": len(content), "source": "https://example.org/1",
                "created_at": 1_700_000_000 + number * 60,
                "file_url": f"{self.address}/data/{number}.png",
            }  # fmt: skip
            self.posts[number] = Post.model_validate({**known, **more})

    def takes(self, fault: str) -> bool:
        """Return whether a fault is due now."""
        with self.lock:
            left = self.faults.get(fault, 0)
            self.faults[fault] = max(0, left - 1)
            return left > 0

    def found(self, words: str, start: int, limit: int, before: int | None = None) -> list[Post]:
        """Return a page of the posts that a query asks for."""
        query = parse_query("" if self.is_stuck else _translated(words))
        numbers = sorted(self.posts, reverse=True)
        matching = (
            self.posts[n]
            for n in numbers
            if (before is None or n < before) and matches(query, self.posts[n])
        )
        page: list[Post] = []
        for place, post in enumerate(matching):
            if place >= start + limit:
                break
            page += [post] if place >= start else []
        return page


def _translated(words: str) -> str:
    """Return the words of a site in the project's own language."""
    words = "" if words == "all" else words
    words = re.sub(r"\{([^}]*)\}", lambda m: "(" + m[1].replace(" ~ ", " or ") + ")", words)
    return words.replace("rating:s ", "rating:g ").removesuffix("rating:s") + (
        " rating:g" if words.endswith("rating:s") else ""
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    booru: Booru

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        site = self.booru
        with site.lock:
            site.open_now += 1
            site.most_open = max(site.most_open, site.open_now)
        try:
            self._answered()
        finally:
            with site.lock:
                site.open_now -= 1

    def _answered(self) -> None:
        site = self.booru
        parts = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        site.asked.append((self.path, dict(self.headers.items())))
        if parts.path.startswith("/preview/"):
            return self._send(200, site.draw(int(re.sub(r"\D", "", parts.path))), "image/png")
        if parts.path.startswith("/data/"):
            return self._file(int(re.sub(r"\D", "", parts.path)))
        if BROWSERS.search(self.headers.get("User-Agent", "")) or site.takes("refuse"):
            return self._send(403, PAGE, "text/html")
        if site.takes("busy"):
            return self._send(429, b"", "text/plain", {"Retry-After": site.retry_after})
        if site.takes("error"):
            return self._send(500, b"", "text/plain")
        if site.takes("html"):
            return self._send(200, PAGE, "text/html")
        if site.takes("slow"):
            time.sleep(0.2)
        return self._api(parts.path, asked)

    def _api(self, path: str, asked: dict[str, str]) -> None:
        words, site = asked.get("tags", ""), self.booru
        if path == "/posts.json":
            if not self._basic():
                return self._send(401, b'{"success":false}', "application/json")
            limit = min(int(asked.get("limit", 20)), 200)
            page = asked.get("page", "1")
            before = int(page[1:]) if page[0] == "b" else None
            start = 0 if before else (int(page) - 1) * limit
            posts = [self._danbooru(post) for post in site.found(words, start, limit, before)]
            return self._json(posts)
        if found := re.fullmatch(r"/posts/(\d+)\.json", path):
            delays = {"metadata": {"Ugoira:FrameDelays": [100, 120],
                                   "Ugoira:FrameMimeType": "image/jpeg"}}  # fmt: skip
            return self._json({"id": int(found[1]), "media_metadata": delays})
        if path in ("/post.json", "/post/index.json"):
            old = path == "/post/index.json"
            if old and not self.headers.get("Referer", "").endswith("/post/show/"):
                return self._send(403, PAGE, "text/html")
            limit = min(int(asked.get("limit", 40)), 100)
            start = (int(asked.get("page", 1)) - 1) * limit
            own = {"is_held": False, "frames": [], "is_shown_in_index": True}
            found = site.found(words, start, limit)
            return self._json(
                [
                    {**moebooru.write(p), **own, "preview_url": self._preview(p), **site.more}
                    for p in found
                ]
            )
        if path == "/index.php":
            return self._dapi(asked, words)
        return self._send(404, b"", "text/plain")

    def _dapi(self, asked: dict[str, str], words: str) -> None:
        site = self.booru
        if site.key and (asked.get("user_id"), asked.get("api_key")) != site.key:
            return self._send(401, b"", "text/plain")
        limit = min(int(asked.get("limit", 100)), 100)
        start = int(asked.get("pid", 0)) * limit
        posts = [self._gelbooru(post) for post in site.found(words, start, limit)]
        total = len(site.found(words, 0, 1_000_000))
        if asked.get("json"):
            found = {"@attributes": {"limit": limit, "offset": start, "count": total}}
            return self._json({**found, "post": posts} if posts else found)
        lines = [
            "<post " + " ".join(f"{k}={quoteattr(str(v))}" for k, v in post.items()) + "/>"
            for post in posts
        ]
        text = (
            f'<?xml version="1.0"?><posts count="{total}" offset="{start}">{"".join(lines)}</posts>'
        )
        return self._whole_or_cut(text.encode(), "text/xml")

    def _danbooru(self, post: Post) -> dict[str, Any]:
        data = {**danbooru.write(post), "preview_file_url": self._preview(post)}
        if post.id in self.booru.banned:
            del data["file_url"], data["md5"]
            data["is_banned"] = True
        if post.filetype == "zip":
            data["large_file_url"] = data["file_url"].replace(".zip", ".webm")
        return data

    def _gelbooru(self, post: Post) -> dict[str, Any]:
        own = {"creator_id": 1, "has_notes": "false", "has_comments": "false", "sample": 0}
        data = {**gelbooru.write(post), **own, "preview_url": self._preview(post)}
        data["created_at"] = "Tue Nov 14 22:13:20 +0000 2023"
        data["rating"] = {"general": "general", "explicit": "explicit"}[post.rating or "general"]
        return data

    def _preview(self, post: Post) -> str:
        return f"{self.booru.address}/preview/{post.id}.png"

    def _basic(self) -> bool:
        if self.booru.key is None:
            return True
        import base64

        wanted = base64.b64encode(":".join(self.booru.key).encode()).decode()
        return self.headers.get("Authorization") == f"Basic {wanted}"

    def _file(self, number: int) -> None:
        site = self.booru
        if site.redirect:
            self.send_response(302)
            self.send_header("Location", site.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        content = site.draw(number + (1 if site.takes("wrong_file") else 0))
        if site.takes("no_file"):
            return self._send(404, b"", "text/plain")
        if site.takes("cut_file"):
            return self._cut(content)
        return self._send(200, content, "image/png")

    def _json(self, data: Any) -> None:
        return self._whole_or_cut(json.dumps(data).encode(), "application/json; charset=utf-8")

    def _whole_or_cut(self, content: bytes, type: str) -> None:
        if self.booru.takes("cut"):
            return self._cut(content)
        return self._send(200, content, type)

    def _cut(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.close_connection = True

    def _send(
        self, code: int, content: bytes, type: str, more: dict[str, str] | None = None
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content)


@contextlib.contextmanager
def running() -> Iterator[Booru]:
    """Run a server in this process."""
    booru = Booru()
    handler = type("Handler", (_Handler,), {"booru": booru})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    booru.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield booru
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
