"""A server that answers like the engines of reverse search, in the forms of their pages."""

from __future__ import annotations

import contextlib
import html
import io
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from PIL import Image

IQDB_ROW = """<div><table><tr><th>{kind}</th></tr><tr><td class='image'><a href="{url}">
<img src='/danbooru/1/2/3.jpg'></a></td></tr><tr><td><img src="/icon/danbooru.ico">Danbooru
<span class="el">{other}</span></td></tr><tr><td>800×600 [Safe]</td></tr>
<tr><td>{similarity}% similarity</td></tr></table></div>"""
IQDB = """<html><body><div id='pages' class='pages'><div><table><tr><th>Your image</th></tr>
<tr><td><img src='/thu/thu_1.jpg'></td></tr></table></div>{rows}</div>
<div id='show1'><a href='#'>more</a></div></body></html>"""
NOTHING = """<div><table><tr><th>No relevant matches</th></tr><tr><td>Your image didn't come
close enough</td></tr><tr><td></td></tr><tr><td></td></tr><tr><td></td></tr></table></div>"""
ASCII2D = """<html><body><div class='row item-box'><img src="/thumb/0.jpg"><div class='hash'>a</div>
<small>800x600 JPEG</small></div><div class='row item-box'><img src="/thumbnail/1.jpg">
<div class='hash'>b</div><small>1200x900 JPEG</small><div class='detail-box gray-link'><h6>
<a href="https://www.pixiv.net/artworks/5550001">a witch</a>
<a href="https://www.pixiv.net/users/77">somebody</a><small>pixiv</small></h6></div></div>
</body></html>"""


@dataclass
class Engines:
    """What the server answers, and what it was sent."""

    states: dict[str, str] = field(default_factory=dict)
    """By host: found (also where nothing is said), nothing, changed, empty, refuse, spent, slow."""
    seen: dict[str, bytes] = field(default_factory=dict)
    """The pictures by host."""
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    port: int = 0
    open_now: int = 0
    most_open: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return connections that lead to this server, whatever the host."""
        port = self.port

        class Local(httpx.AsyncHTTPTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                request.headers["X-Engine"] = request.url.host
                request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=port)
                return await super().handle_async_request(request)

        return Local(trust_env=False)


def iqdb(state: str) -> str:
    if state == "nothing":
        return IQDB.format(rows=NOTHING)
    if state == "empty":
        return IQDB.format(rows="")
    other = '</span><img src="/icon/y.ico">yande.re <a href="//yande.re/post/show/88">x</a><span>'
    first = IQDB_ROW.format(kind="Best match", url="//danbooru.donmai.us/posts/123",
                            other="", similarity=96)  # fmt: skip
    first = first.replace('<span class="el"></span>', other)
    second = IQDB_ROW.format(kind="Additional match", url="//konachan.com/post/show/5",
                             other="", similarity=71)  # fmt: skip
    return IQDB.format(rows=first + second)


def saucenao(state: str) -> dict[str, Any]:
    header = {"status": 0, "short_remaining": 3, "long_remaining": 88, "results_returned": 1}
    found = [
        {
            "header": {"similarity": "94.11", "thumbnail": "https://img1.saucenao.com/1.jpg",
                       "index_id": 9, "index_name": "Index #9: Danbooru"},
            "data": {"ext_urls": ["https://danbooru.donmai.us/post/show/123",
                                  "https://gelbooru.com/index.php?page=post&s=view&id=44"],
                     "danbooru_id": 123, "creator": "somebody", "material": "some work"},
        }
    ]  # fmt: skip
    return {"header": header, "results": [] if state == "nothing" else found}


def tracemoe(state: str) -> dict[str, Any]:
    found = [
        {"anilist": 21034, "filename": "Some Show - 03.mkv", "episode": 3, "from": 61.5,
         "to": 63.25, "similarity": 0.9234, "video": "https://api.trace.moe/v/1",
         "image": "https://api.trace.moe/i/1"}
    ]  # fmt: skip
    result = [] if state == "nothing" else found
    return {"frameCount": 1, "error": "", "quota": 100, "quotaUsed": 58, "result": result}


def ehentai(state: str) -> str:
    if state == "nothing":
        return "<html><body><p>No unfiltered results found.</p></body></html>"
    if state == "empty":
        return "<html><body><table class='itg gltm'></table></body></html>"
    return """<html><body><table class="itg gltc"><tr><th>Published</th></tr><tr>
<td class="gl1c glcat"><div class="cn ct2">Doujinshi</div></td>
<td class="gl2c"><div class="glthumb"><div><img src="https://ehgt.org/t/1.jpg"></div></div></td>
<td class="gl3c glname"><a href="https://e-hentai.org/g/1001/0123456789/"><div class="glink">a
book</div></a></td></tr></table></body></html>"""


def tineye(state: str) -> dict[str, Any]:
    found = {
        "image_url": "https://img.tineye.com/result/1", "domain": "example.org", "score": 87.5,
        "width": 800, "height": 600,
        "backlinks": [{"url": "https://example.org/1.jpg", "crawl_date": "2019-03-01",
                       "backlink": "https://example.org/gallery"}],
    }  # fmt: skip
    return {
        "query_hash": "1f", "query": {"key": "1f", "hash": "1f"}, "total_pages": 1,
        "matches": [] if state == "nothing" else [found],
    }  # fmt: skip


def yandex(state: str) -> str:
    found = {
        "url": "https://www.pixiv.net/artworks/5550001", "title": "a witch", "description": "",
        "domain": "pixiv.net", "thumb": {"url": "//avatars.mds.yandex.net/1", "width": 1},
        "originalImage": {"width": 800, "height": 600},
    }  # fmt: skip
    state_of_page = {"initialState": {"cbirSites": {"sites": [found]}}}
    return f"""<html><body><div class="Root" id="ImagesApp-1"
data-state="{html.escape(json.dumps(state_of_page))}"></div></body></html>"""


def animetrace(state: str) -> dict[str, Any]:
    boxes = [
        {"box": [0.1, 0.2, 0.5, 0.9], "box_id": "x",
         "character": [{"work": "Some Work", "character": "Some Girl"}]}
    ]  # fmt: skip
    return {"code": 0, "trace_id": "t", "ai": False, "data": [] if state == "nothing" else boxes}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    engines: Engines

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        host = self.headers["X-Engine"]
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.engines.seen[host] = _file(self.headers["Content-Type"], content)
        self.engines.headers[host] = {**dict(self.headers.items()), "path": self.path}
        state = self.engines.states.get(host, "found")
        with self.engines.lock:
            self.engines.open_now += 1
            self.engines.most_open = max(self.engines.most_open, self.engines.open_now)
        if state == "slow":
            time.sleep(2)
        with self.engines.lock:
            self.engines.open_now -= 1
        if state == "refuse":
            return self._send(403, "<html>Just a moment...</html>")
        if state == "spent":
            return self._send(429, json.dumps({"header": {"status": -2}}))
        if state == "changed":
            return self._send(200, "<html><body><p>We have a new design!</p></body></html>")
        answers = {
            "iqdb.org": iqdb, "saucenao.com": saucenao, "api.trace.moe": tracemoe,
            "api.animetrace.com": animetrace,
            "upld.e-hentai.org": ehentai, "tineye.com": tineye, "yandex.com": yandex,
            "ascii2d.net": lambda state: "<html></html>" if state == "empty" else ASCII2D,
        }  # fmt: skip
        made = answers[host](state)
        return self._send(200, made if isinstance(made, str) else json.dumps(made))

    def _send(self, code: int, text: str) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(text.encode())


def _file(type: str, content: bytes) -> bytes:
    parts = message_from_bytes(b"Content-Type: " + type.encode() + b"\r\n\r\n" + content)
    for part in parts.walk():
        if part.get_filename() or part.get_param("name", header="content-disposition") == "file":
            found = part.get_payload(decode=True)
            return found if isinstance(found, bytes) else b""
    return b""


def opened(content: bytes) -> Image.Image:
    """Return a picture that was sent."""
    return Image.open(io.BytesIO(content))


@contextlib.contextmanager
def engines_running() -> Iterator[Engines]:
    """Run the server in this process."""
    engines = Engines()
    handler = type("Handler", (_Handler,), {"engines": engines})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    engines.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield engines
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
