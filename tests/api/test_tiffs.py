"""TIFFs over HTTP: their damage is noticed in a process without a console; pages have a note."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest
from PIL import Image, TiffImagePlugin
from serving import PATIENCE, Process


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, plug_ins: Path) -> Iterator[Process]:
    process = Process(tmp_path_factory.mktemp("data"), plug_ins)
    yield process
    assert process.end() == 0


def decoders(server: Process) -> list[psutil.Process]:
    found = psutil.Process(server.process.pid).children()
    return [child for child in found if "nijigen.jobs.decoding.worker" in child.cmdline()]


def upload(server: Process, data: bytes) -> httpx.Response:
    return server.client.post("/api/pictures", files={"file": ("a.tif", data)})


def fax(*, damaged: bool, pages: int = 1) -> bytes:
    """Return a TIFF in fax compression whose second page, or only one, may be damaged."""
    pixels = (np.add.outer(np.arange(300), np.arange(400)) % 13 > 2).astype(np.uint8) * 255
    images = [Image.fromarray(np.roll(pixels, n)).convert("1") for n in range(pages)]
    file = io.BytesIO()
    images[0].save(file, "TIFF", compression="group3", save_all=True, append_images=images[1:])
    data = bytearray(file.getvalue())
    if damaged:
        opened = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
        opened.seek(min(1, pages - 1))
        start, length = opened.tag_v2[273][0], opened.tag_v2[279][0]
        data[start : start + length] = np.random.default_rng(5).bytes(length)
    return bytes(data)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the processes")
def test_a_decoding_process_is_started_before_the_first_upload(server: Process) -> None:
    end = time.monotonic() + PATIENCE
    while not (started := decoders(server)):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert upload(server, fax(damaged=False)).status_code == 201
    assert decoders(server) == started


def test_a_damaged_fax_strip_is_refused(server: Process) -> None:
    answer = upload(server, fax(damaged=True))
    assert answer.status_code == 422
    assert answer.json()["title"] == "BadPicture"


def test_of_several_pages_the_first_is_used_with_a_note(server: Process) -> None:
    id = upload(server, fax(damaged=True, pages=3)).json()["id"]
    order = {"operation": "effects.halftone", "inputs": {"picture": id}, "settings": {}}
    job = server.client.post("/api/jobs", json=order).json()
    end = time.monotonic() + PATIENCE
    while job["state"] != "done":
        assert time.monotonic() < end, job
        time.sleep(0.05)
        job = server.client.get(f"/api/jobs/{job['id']}").json()
    assert [note["text"] for note in job["notes"]] == ["of 3 pages, only the first was read"]
