"""Hostile uploads: refused by a process that ends alone, while others are served."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from serving import PATIENCE, Process, new_client, token_of

from hostile import apng_of_frames, gif_of_frames, jpeg_of_scans, ora_of_references, plain_png
from nijigen.imaging.files import encode
from pictures import artwork, drawing


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, plug_ins: Path) -> Iterator[Process]:
    """A server whose decoders have little memory and time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIJIGEN_MAX_MEMORY", "400")
        patch.setenv("NIJIGEN_MAX_SECONDS", "3")
        process = Process(tmp_path_factory.mktemp("data"), plug_ins)
    yield process
    assert process.end() == 0


def upload(client: httpx.Client, data: bytes, name: str = "a.png") -> httpx.Response:
    return client.post("/api/pictures", files={"file": (name, data)})


def decoders(server: Process) -> list[psutil.Process]:
    """Return the decoding processes of a server."""
    found = psutil.Process(server.process.pid).children()
    return [child for child in found if "nijigen.jobs.decoding.worker" in child.cmdline()]


HOSTILE = {
    "an ORA of references": (ora_of_references(5000), "NIJIGEN_MAX_PIXELS"),
    "a GIF of 200,000 frames": (gif_of_frames(200_000), "NIJIGEN_MAX_FRAMES"),
    "an APNG of 16 frames of 4000²": (apng_of_frames(16, 4000), "NIJIGEN_MAX_MEMORY"),
    "a PNG of 9000²": (plain_png(9000, 9000), "NIJIGEN_MAX_MEMORY"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_uploads_are_refused_and_the_next_is_served(server: Process, kind: str) -> None:
    data, setting = HOSTILE[kind]
    before = psutil.Process(server.process.pid).memory_info().rss
    answer = upload(server.client, data, "hostile")
    assert answer.status_code == 413, answer.text
    problem = answer.json()
    assert problem["title"] == "PictureTooLarge"
    assert setting in problem["hint"]
    assert psutil.Process(server.process.pid).memory_info().rss - before < 60 << 20
    shade = drawing().pixels.copy()
    shade[0, 0] = len(kind)
    assert upload(server.client, encode(drawing().with_pixels(shade), "png")).status_code == 201


def test_a_form_is_checked_before_the_server_decodes_it(server: Process) -> None:
    files = {"picture": ("a.png", plain_png(9000, 9000))}
    before = psutil.Process(server.process.pid).memory_info().rss
    answer = server.client.post("/api/operations/tests.slow", files=files, data={"seconds": 0})
    assert answer.status_code == 413, answer.text
    assert psutil.Process(server.process.pid).memory_info().rss - before < 60 << 20
    files = {"picture": ("a.png", encode(drawing(), "png"))}
    answer = server.client.post("/api/operations/tests.slow", files=files, data={"seconds": 0})
    assert answer.status_code == 200, answer.text


def test_views_and_thumbnails_come_from_the_decoders(server: Process) -> None:
    id = upload(server.client, encode(artwork(), "psd"), "a.psd").json()["id"]
    for part in ("view", "thumbnail"):
        answer = server.client.get(f"/api/pictures/{id}/{part}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] in ("image/png", "image/webp")
    assert decoders(server)


def test_small_files_go_past_those_that_take_long(tmp_path: Path, plug_ins: Path) -> None:
    """Three that take a minute at least, even where nothing else is to be done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIJIGEN_MAX_PIXELS", str(2**40))
        patch.setenv("NIJIGEN_MAX_SECONDS", "10000")
        server = Process(tmp_path, plug_ins)
    slow = jpeg_of_scans(60_000, 1000)
    ended = []

    def hold(number: int) -> None:
        with new_client(str(server.client.base_url), token_of(tmp_path)) as client:
            with contextlib.suppress(httpx.TransportError):
                upload(client, slow + bytes([number]))
            ended.append(number)

    threads = [threading.Thread(target=hold, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()

    def small(share: int) -> None:
        with new_client(str(server.client.base_url), token_of(tmp_path)) as client:
            for number in range(4):
                pixels = drawing().pixels.copy()
                pixels[0, 0] = (share, number, 7)
                data = encode(drawing().with_pixels(pixels), "png")
                assert upload(client, data).status_code == 201

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(small, range(4)))
    assert ended == []
    assert server.end() == 0
    for thread in threads:
        thread.join(PATIENCE)
