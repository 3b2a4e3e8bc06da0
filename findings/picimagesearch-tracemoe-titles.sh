#!/usr/bin/env bash
# 1. Expected: TraceMoe.search asks trace.moe once and returns its hits; what AniList adds to them is extra,
#    asked once for each anime and left out where AniList does not answer.
# 2. Seen with PicImageSearch 3.12.11: one search with five hits of two anime is six requests, one more for
#    each hit, all at once. Where AniList answers one of them with its 429, search raises ParsingError: the
#    hits, for which trace.moe has counted a search of the month, are lost. An answer of trace.moe without
#    hits, {"error": "Search quota depleted"} with status 402, raises KeyError: 'result'.
# 3. Noticed when trace.moe's engine was tested against a server of our own. Nijigen does without the titles
#    (sources/_engines/tracemoe.py) and reads what a site refuses before the package does.
# 4. If a failure of AniList no longer fails the search, the package's own call can be used.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q PicImageSearch==3.12.11

"$folder/venv/bin/python" - <<'PY'
import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PicImageSearch import TraceMoe

ANIME = {"id": 1, "idMal": 1, "title": {"native": "n", "romaji": "r", "english": "e"}, "type": "ANIME",
         "format": "TV", "startDate": {}, "endDate": {}, "coverImage": {"large": ""}, "synonyms": [],
         "isAdult": False}
LIMITED = {"errors": [{"message": "Too Many Requests.", "status": 429}]}
HIT = {"filename": "a.mp4", "episode": 1, "from": 1.0, "to": 2.0, "similarity": 0.9, "image": "", "video": ""}
asked = []
answers = {"search": (200, {}), "limit": 99}


class Sites(BaseHTTPRequestHandler):
    """trace.moe under /search, AniList under /anilist."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        asked.append(self.path.split("?")[0])
        status, body = answers["search"]
        if "anilist" in self.path:
            status, body = 200, {"data": {"Media": ANIME}}
            if asked.count("/anilist") == answers["limit"]:
                status, body = 429, LIMITED
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *words):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *words):
        """The package hangs up on the titles that it still waits for."""


server = Server(("127.0.0.1", 0), Sites)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"


def search():
    asked.clear()
    try:
        found = asyncio.run(TraceMoe(base_url=base, base_url_api=base).search(file=b"picture"))
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:60]}"
    return len(found.raw)


hits = [{**HIT, "anilist": 1 + at % 2} for at in range(5)]
answers["search"] = (200, {"frameCount": 9, "error": "", "result": hits})
print("hits:", search(), "requests:", len(asked))
assert (search(), len(asked)) == (5, 6), "the behaviour has changed"
answers["limit"] = 3
print("one title refused:", search())
assert str(search()).startswith("ParsingError"), "the behaviour has changed"
answers["search"] = (402, {"error": "Search quota depleted"})
print("quota spent:", search())
assert str(search()).startswith("KeyError: 'result'"), "the behaviour has changed"
PY
