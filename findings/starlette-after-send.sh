#!/usr/bin/env bash
# 1. Expected: ASGI middleware and subclasses of a response can do work after the last message of a
#    response was sent, whatever the kind of response: the client is still connected and has everything.
# 2. Seen with starlette 1.10.0 and uvicorn 0.54.0 (h11): the first await after the last send() completes
#    for Response, but is cancelled (CancelledError) for FileResponse and StreamingResponse, every time,
#    on a connection that stays open. While these send, Starlette waits for http.disconnect and cancels
#    the sending task. uvicorn reports that message, as ASGI allows, once the response is complete, not
#    only when the client goes away. FileResponse to HEAD is not affected, StreamingResponse is.
#    Background tasks run after that and are not cancelled.
# 3. Noticed when results that were downloaded completely were still listed as not downloaded.
#    DownloadResponse (api/responses.py) shields the work after its last message from being cancelled.
# 4. If complete responses are not cancelled any more, the shield can go.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q starlette==1.10.0 uvicorn==0.54.0 h11==0.16.0 anyio==4.16.0

"$folder/venv/bin/python" - "$folder/file.txt" <<'EOF'
import asyncio
import http.client
import sys
import threading
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

TIMES = 5
BODY = b"x" * 1000
path = Path(sys.argv[1])
path.write_bytes(BODY)
events = []


async def chunks():
    yield BODY


async def in_background():
    await asyncio.sleep(0.01)
    events.append("background task completed")


RESPONSES = {
    "Response": lambda task: Response(BODY, background=task),
    "FileResponse": lambda task: FileResponse(path, background=task),
    "StreamingResponse": lambda task: StreamingResponse(chunks(), background=task),
}


async def respond(request):
    return RESPONSES[request.path_params["kind"]](BackgroundTask(in_background))


class WorkAfterwards:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def watched(message):
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                try:
                    await asyncio.sleep(0.01)
                except asyncio.CancelledError:
                    events.append("cancelled")
                    raise
                events.append("completed")

        await self.app(scope, receive, watched)


app = WorkAfterwards(Starlette(routes=[Route("/{kind}", respond, methods=["GET", "HEAD"])]))
config = uvicorn.Config(app, port=0, log_level="warning", http="h11", lifespan="off")
server = uvicorn.Server(config)
thread = threading.Thread(target=server.run)
thread.start()
while not server.started:
    time.sleep(0.01)
port = server.servers[0].sockets[0].getsockname()[1]
connection = http.client.HTTPConnection("127.0.0.1", port)
connection.connect()
socket = connection.sock
seen = {}
for kind in RESPONSES:
    for method in ("GET", "HEAD"):
        events.clear()
        for number in range(1, TIMES + 1):
            connection.request(method, f"/{kind}")
            body = connection.getresponse().read()
            assert body == (BODY if method == "GET" else b"")
            limit = time.monotonic() + 10
            while len(events) < 2 * number and time.monotonic() < limit:
                time.sleep(0.01)
        seen[method, kind] = {event: events.count(event) for event in sorted(set(events))}
        print(method, kind, seen[method, kind])
assert connection.sock is socket, "the connection did not stay open"
connection.close()
server.should_exit = True
thread.join()

assert all(counts["background task completed"] == TIMES for counts in seen.values())
completed = {call for call, counts in seen.items() if counts.get("completed") == TIMES}
cancelled = {call for call, counts in seen.items() if counts.get("cancelled") == TIMES}
assert completed == {("GET", "Response"), ("HEAD", "Response"), ("HEAD", "FileResponse")}, (
    "the behaviour has changed"
)
assert cancelled == seen.keys() - completed, "the behaviour has changed"
EOF
