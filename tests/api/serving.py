"""A real server for tests, in a thread or as a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from nijigen import studio
from nijigen.api.access import links
from nijigen.api.access.token import Token
from nijigen.api.app import create_app
from nijigen.api.config import Config
from nijigen.api.server import listening_socket, serve
from nijigen.jobs.stores.folder import DataFolder

SOURCE = Path(__file__).parents[2] / "src"
PATIENCE = 120.0
"""Seconds after which something will not come any more. A busy machine takes its time, and where
all is well nobody waits so long."""


def new_client(address: str, token: str) -> httpx.Client:
    """Return a program's client of a server, which sends the token."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=address, headers=headers, timeout=PATIENCE)


def token_of(data: Path) -> str:
    """Return the token of a data folder."""
    return DataFolder(data).token.read_text().strip()


def new_browser(client: httpx.Client) -> httpx.Client:
    """Return a client without the token, which has opened a link and has cookies of its own."""
    token = Token(client.headers["Authorization"].removeprefix("Bearer "))
    code = links.link("", token).removeprefix(links.FRAGMENT)
    browser = httpx.Client(base_url=client.base_url, timeout=PATIENCE)
    assert browser.post("/api/session", json={"code": code}).status_code == 204
    return browser


@contextlib.contextmanager
def serving(config: Config) -> Iterator[httpx.Client]:
    """Serve in a thread on a free port, and return a client that sends the token.

    The server is ended with the block.
    """
    import tempfile

    app = create_app(config)
    studio.mount(app)
    bound = listening_socket(config.host, 0)
    started = threading.Event()
    ends: list[object] = []
    before = tempfile.tempdir

    def run() -> None:
        serve(app, config, bound, ready=lambda address: started.set(), ends=ends.append)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(PATIENCE)
        host, port = bound.getsockname()[:2]
        token = config.token or token_of(config.data)
        with new_client(f"http://{host}:{port}", token) as client:
            yield client
    finally:
        ends[0]()  # type: ignore[operator]
        thread.join(PATIENCE)
        tempfile.tempdir = before
        assert not thread.is_alive()


def begun(plug_ins: Path, shade: int) -> None:
    """Wait until the slow operation is at work on a shade that nobody else asks for."""
    eventually((plug_ins / f"begun-{shade}").exists)


def enough(plug_ins: Path, shade: int) -> None:
    """Let the slow operation wait no longer where it makes this shade."""
    (plug_ins / f"enough-{shade}").touch()


class Process:
    """``nijigen studio`` as a process that can be killed."""

    def __init__(self, data: Path, plug_ins: Path, *arguments: str, token: str = "") -> None:
        path = os.pathsep.join([str(SOURCE), str(plug_ins)])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nijigen", "studio", "--no-browser", "--port", "0"]
            + ["--data", str(data), *arguments],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(PATIENCE)
            assert self.process.stderr is not None
            raise AssertionError(self.process.stderr.read())
        self.link = line.split()[-1]
        self.client = new_client(self.link.partition("#")[0], token or token_of(data))
        self._printed = line

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._over()

    def end(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self._over()

    def printed(self) -> str:
        """Return all that it printed; only after its end."""
        return self._printed

    def _over(self) -> int:
        code = self.process.wait(PATIENCE)
        self.client.close()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            self._printed += pipe.read()
            pipe.close()
        return code


def eventually(come: Callable[[], object]) -> None:
    """Wait for something that another thread or process is about to do."""
    end = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def until(client: httpx.Client, id: str) -> dict[str, object]:
    """Wait until a job has ended."""
    job: dict[str, object] = {}

    def ended() -> bool:
        job.update(client.get(f"/api/jobs/{id}").json())
        return job["state"] not in ("queued", "running")

    eventually(ended)
    return job
