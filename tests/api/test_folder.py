"""The data folder over HTTP: damage and a full disk are clear answers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from serving import begun, enough, serving, until

from nijigen.api.config import Config
from nijigen.core import registry
from nijigen.imaging.files import encode
from pictures import drawing


def content(shade: int = 0, width: int = 64) -> bytes:
    picture = drawing(width, 48)
    pixels = picture.pixels.copy()
    pixels[0, 0, 0] = shade
    return encode(picture.with_pixels(pixels), "png")


def send(client: httpx.Client, data: bytes, name: str = "a.png") -> httpx.Response:
    return client.post("/api/pictures", files={"file": (name, data)})


def problem(answer: httpx.Response, status: int) -> dict[str, str]:
    """Return the problem that an answer is, which has a hint."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, str] = answer.json()
    assert found["hint"]
    return found


@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_a_lost_file_is_a_clear_answer_and_healed(tmp_path: Path, how: str) -> None:
    with serving(Config(data=tmp_path)) as client:
        id = send(client, content()).json()["id"]
        path = tmp_path / "pictures" / id[:2] / id
        if how == "gone":
            path.unlink()
        else:
            os.truncate(path, 200)
        for address in ("file", "view", "thumbnail"):
            found = problem(client.get(f"/api/pictures/{id}/{address}"), 410)
            assert found["title"] == "PictureLost"
            assert "upload the same file again" in found["hint"]
        body = {"inputs": {"picture": id}, "settings": {}}
        problem(client.post("/api/operations/effects.halftone", json=body), 410)
        problem(client.post("/api/archives", json={"files": [{"picture": id}]}), 410)
        again = send(client, content())
        assert (again.status_code, again.json()["id"]) == (200, id)
        assert client.get(f"/api/pictures/{id}/file").content == content()
        assert client.get(f"/api/pictures/{id}/thumbnail").status_code == 200


def test_a_database_that_is_damaged_while_the_studio_runs(tmp_path: Path) -> None:
    import sqlite3

    with serving(Config(data=tmp_path)) as client:
        id = send(client, content()).json()["id"]
        path = tmp_path / "nijigen.sqlite3"
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            other.execute("PRAGMA user_version = 77")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (path.stat().st_size - 4096))
        # What this process has in memory is no longer valid, as the other one has written.
        for ask in (
            lambda: client.get("/api/jobs"),
            lambda: client.get(f"/api/pictures/{id}"),
            lambda: client.get(f"/api/pictures/{id}/file"),
            lambda: client.get("/api/pictures"),
            lambda: client.get("/api/queue"),
            lambda: client.get("/api/jobs/events"),
            lambda: send(client, content(9)),
        ):
            found = problem(ask(), 503)
            assert found["title"] == "DatabaseDamaged"
            assert "nijigen studio check" in found["hint"]
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code == 200
        report = client.get("/api/folder/check").json()
        assert [finding["kind"] for finding in report["findings"]] == ["database"]
        assert client.put("/api/folder/repair", json={"at_next_start": True}).status_code == 200
    with serving(Config(data=tmp_path)) as client:
        assert client.get(f"/api/pictures/{id}").json()["name"] == "a.png"
        assert client.get("/api/folder/check").json()["healthy"]
        assert client.get("/api/folder/repair").json() == {"at_next_start": False}


def test_a_repair_can_be_taken_back(tmp_path: Path) -> None:
    with serving(Config(data=tmp_path)) as client:
        for wanted in (True, True, False, False):
            answer = client.put("/api/folder/repair", json={"at_next_start": wanted})
            assert answer.json() == {"at_next_start": wanted}
            assert client.get("/api/folder/repair").json() == {"at_next_start": wanted}


def test_check_reads_while_the_studio_runs(tmp_path: Path) -> None:
    with serving(Config(data=tmp_path)) as client:
        send(client, content())
        command = [sys.executable, "-m", "nijigen", "studio", "check", "--data", str(tmp_path)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
        checked = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert checked.returncode == 0, checked.stderr
        assert f"a studio is running: open {client.base_url}" in checked.stdout
        assert "no problems" in checked.stdout
        repaired = subprocess.run(
            [*command, "--repair"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert repaired.returncode == 2
        error, hint = repaired.stderr.splitlines()
        assert "in use by another Nijigen process" in error
        assert str(client.base_url).rstrip("/") in hint
        assert f"stop process {os.getpid()}" in hint
        assert "next start" in hint


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = sys.platform == "linux" and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(place)],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("only root on Linux can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Callable[[], None]:
    """Fill a disk; return what frees its space."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096) == 4096:
            pass
    return path.unlink


def test_a_full_disk(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_RECIPES", str(disk / "recipes"))
    config = Config(data=disk / "data", scopes=frozenset({"change"}))
    with serving(config) as client:
        id = send(client, content()).json()["id"]
        free = fill(disk)
        body = {
            "operation": "effects.halftone",
            "inputs": {"picture": id},
            "settings": {},
            "name": "big.png",
        }
        # A small file, one that is written to the disk while it is received, a job, a recipe.
        problem(send(client, content(1)), 507)
        problem(send(client, content(2) + b"x" * (3 << 20)), 507)
        problem(client.post("/api/jobs", json=body), 507)
        problem(client.post("/api/queue/pause"), 507)
        # What is there can be read, and seen without a cache.
        assert client.get(f"/api/pictures/{id}/file").content == content()
        assert client.get(f"/api/pictures/{id}/thumbnail").status_code == 200
        assert not list((disk / "data" / "derived").glob("*/*"))
        crop = {"operation": "effects.halftone", "inputs": {"picture": id}, "settings": {}}
        preview = client.post("/api/previews", json={**crop, "box": [0, 0, 32, 32]})
        assert preview.status_code == 200, preview.text
        assert client.get("/api/folder/check").json()["findings"] == []
        free()
        assert send(client, content(1)).status_code == 201
        job = client.post("/api/jobs", json=body).json()["id"]
        assert until(client, job)["state"] == "done"


def test_a_job_whose_result_has_no_room_is_not_lost(
    disk: Path, plug_ins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(plug_ins))
    registry.refresh()
    with serving(Config(data=disk / "data")) as client:
        id = send(client, content()).json()["id"]
        body = {
            "operation": "tests.slow",
            "inputs": {"picture": id},
            "settings": {"seconds": 60, "shade": 207},
        }
        job = client.post("/api/jobs", json=body).json()["id"]
        begun(plug_ins, 207)
        free = fill(disk)
        enough(plug_ins, 207)
        # Its failure cannot be recorded either, before there is room.
        time.sleep(1)
        assert client.get(f"/api/jobs/{job}").json()["state"] in ("running", "failed")
        free()
        found = until(client, job)
        assert found["state"] == "done" or found["error"]["status"] == 507  # type: ignore[index]
        retried = client.post(f"/api/jobs/{job}/retry")
        assert retried.status_code in (202, 409)
        assert until(client, job)["state"] == "done"
    registry.refresh()
