"""Connections of clients that are slow on purpose, or too many."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from serving import PATIENCE, eventually, serving

from nijigen.api.config import Config
from nijigen.api.protocol import LARGEST_HEAD

SECONDS = 1.0
MOST = 8


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that waits a short time for headers, and takes few connections."""
    config = Config(
        data=tmp_path_factory.mktemp("data"), header_seconds=SECONDS, max_connections=MOST
    )
    with serving(config) as made:
        yield made


def line(client: httpx.Client) -> socket.socket:
    address = client.base_url.host, client.base_url.port or 0
    return socket.create_connection(address, timeout=PATIENCE)


def is_closed(line: socket.socket) -> bool:
    """Return whether the server has closed a connection; whatever it said is dropped."""
    line.settimeout(0.01)
    try:
        while line.recv(10_000):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def dribbled(line: socket.socket, head: bytes) -> float:
    """Send a byte now and then until the connection is closed; return how long it was open."""
    began = time.monotonic()
    for byte in head * 1000:
        if is_closed(line):
            return time.monotonic() - began
        with contextlib.suppress(ConnectionError):
            line.sendall(bytes([byte]))
        time.sleep(0.05)
    raise AssertionError("it was never closed")


def test_headers_have_35_seconds() -> None:
    assert Config().header_seconds == 35


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_headers_that_do_not_end(client: httpx.Client, head: bytes) -> None:
    with line(client) as opened:
        opened.sendall(head)
        assert SECONDS * 0.9 < dribbled(opened, b"GGGGGGGG") < SECONDS + 30


def test_a_connection_on_which_nothing_comes(client: httpx.Client) -> None:
    with line(client) as opened:
        began = time.monotonic()
        opened.settimeout(PATIENCE)
        assert opened.recv(1) == b""
        assert time.monotonic() - began > SECONDS * 0.9


def test_headers_of_a_second_request_on_a_connection(client: httpx.Client) -> None:
    """With the first byte of it, uvicorn's own limit for idle connections ends."""
    with line(client) as opened:
        opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert opened.recv(10_000).startswith(b"HTTP/1.1 200")
        dribbled(opened, b"GGGGGGGG")


def test_a_body_that_goes_on_after_a_refusal(client: httpx.Client) -> None:
    with line(client) as opened:
        opened.sendall(
            b"POST /api/pictures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n"
        )
        assert opened.recv(10_000).startswith(b"HTTP/1.1 401")
        dribbled(opened, b"xxxxxxxx")


def test_answers_may_take_longer_than_headers(client: httpx.Client) -> None:
    with client.stream("GET", "/api/jobs/events") as stream:
        assert stream.status_code == 200
        parts = stream.iter_bytes()
        next(parts)
        time.sleep(SECONDS * 2)
        client.post("/api/queue/resume").raise_for_status()
        assert b"queue" in next(part for part in parts if b"event" in part)


def test_slow_bodies_have_a_limit_of_their_own(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"id": "a.b", '
        time.sleep(SECONDS * 2)
        yield b'"inputs": {}}'

    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/describe", content=pieces(), headers=headers)
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize("ends", [False, True])
def test_headers_that_are_too_large(client: httpx.Client, ends: bool) -> None:
    with line(client) as opened:
        # In pieces, as the network brings them.
        with contextlib.suppress(ConnectionError):
            opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ")
            for _ in range(0, 8 * LARGEST_HEAD, 8192):
                opened.sendall(b"x" * 8192)
                time.sleep(0.005)
            opened.sendall(b"\r\n\r\n" * ends)
        said = b""
        with contextlib.suppress(ConnectionError):
            said = opened.recv(10_000)
        assert not said.startswith(b"HTTP/1.1 200")
    assert client.get("/healthz").status_code == 200


def test_idle_connections_lock_nobody_out(client: httpx.Client) -> None:
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(line(client)) for _ in range(3 * MOST)]
        # The oldest give way at once, and not when their time is over.
        eventually(lambda: sum(map(is_closed, opened)) >= 2 * MOST)
        assert is_closed(opened[0])
        fresh = httpx.get(f"{client.base_url}/healthz", timeout=PATIENCE)
        assert fresh.status_code == 200
