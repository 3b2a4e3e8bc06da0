"""A server with pages in the form of getchu's."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from booru import picture

LIST = """<html><body><a href="../soft.phtml?id=11" class="blueb">夏の<B>庭</B></a>
<a href="../soft.phtml?id=12" class="blueb">Other &amp; more</a>
<a href="../soft.phtml?id=13" class="red">not this</a></body></html>"""
PRODUCT = """<html><body><table id="soft_table"><tr><td rowspan="2">
<a href="./brandnew/11/c11package.jpg"><img src="./brandnew/11/c11package_s.jpg"></a></td>
<td>発売日：2019/07/26 </td></tr><tr><td>原画：山田、鈴木<br>音楽：だれか</td></tr></table>
<div class="tabletitle">&nbsp;キャラクター</div><table>
<tr><td><img src="./brandnew/11/c11chara1.jpg"></td><td><h2 class="chara-name">葵（あおい）</h2>
<p>かのじょ</p></td><td><a href="./brandnew/11/c11charab1.jpg">全身</a></td></tr>
<tr><td colspan="3"><hr></td></tr>
<tr><td></td><td><h2><span class="chara-name">Hana</span></h2></td></tr></table></body></html>"""


@dataclass
class Getchu:
    """What the server saw."""

    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    address: str = ""

    @property
    def site(self) -> str:
        """What the file of own sites says of it."""
        return f'[my_getchu]\naddress = "{self.address}"\napi = "getchu"\ninterval = 0\n'


@contextlib.contextmanager
def getchu_running() -> Iterator[Getchu]:
    """Run the server in this process."""
    seen = Getchu()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            seen.asked.append(self.path)
            seen.agents.add(self.headers["User-Agent"])
            assert self.headers["Cookie"] == "getchu_adalt_flag=getchu.com"
            pages = {"/soft.phtml?id=11": PRODUCT, "/soft.phtml?id=12": "<html></html>"}
            found = self.path not in seen.missing
            content = picture(len(self.path))
            if "search_brand_id=7&" in self.path:
                content = LIST.encode("euc_jp")
            elif "phtml" in self.path:
                content = pages.get(self.path, "").encode("euc_jp")
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.address = f"http://127.0.0.1:{made.server_address[1]}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield seen
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
