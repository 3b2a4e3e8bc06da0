"""Other people on the machine: nothing of a data folder is theirs to read."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Process, until

from nijigen.imaging.files import encode
from pictures import drawing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The most open umask, the usual one, and a strict one."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def opened(data: Path) -> list[str]:
    """Return what others have access to."""
    paths = [data, *data.rglob("*")]
    return [str(path.relative_to(data)) for path in paths if path.lstat().st_mode & OTHERS]


def used(data: Path, plug_ins: Path) -> None:
    """Do what leaves files in a data folder, and look while the server runs."""
    server = Process(data, plug_ins)
    client = server.client
    for number in range(2):
        content = encode(drawing(40 + number, 30), "png")
        answer = client.post("/api/pictures", files={"file": ("a.png", content)})
        id = answer.json()["id"]
        assert client.get(f"/api/pictures/{id}/thumbnail").status_code == 200
        for operation, lane in (("formats.convert", "interactive"), ("tests.cut", "batch")):
            body = {"operation": operation, "inputs": {"picture": id}, "lane": lane}
            job = client.post("/api/jobs", json=body).json()
            assert until(client, job["id"])["state"] == "done"
    drawn = {"operation": "generate.character", "inputs": {}, "name": "a.svg"}
    job = client.post("/api/jobs", json=drawn | {"settings": {"width": 64, "height": 64}}).json()
    assert until(client, job["id"])["state"] == "done"
    assert (data / "nijigen.sqlite3-wal").exists()
    running = opened(data)
    server.end()
    assert running == []
    assert opened(data) == []


def test_a_new_folder_whatever_the_umask(tmp_path: Path, plug_ins: Path, umask: int) -> None:
    data = tmp_path / "data"
    used(data, plug_ins)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for name in ("nijigen.sqlite3", "token", "lock"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600, name
    pictures = [path for path in (data / "pictures").rglob("*") if path.is_file()]
    assert pictures
    assert {stat.S_IMODE(path.stat().st_mode) for path in pictures} == {0o600}


def test_a_folder_that_was_open_is_closed_at_the_next_start(tmp_path: Path, plug_ins: Path) -> None:
    data = tmp_path / "data"
    used(data, plug_ins)
    foreign = data / "notes.txt"
    foreign.write_text("of the user")
    foreign.chmod(0o644)
    kept = foreign.stat().st_mode
    link = data / "pictures" / "link"
    outside = tmp_path / "outside"
    outside.write_text("elsewhere")
    outside.chmod(0o644)
    link.symlink_to(outside)
    for path in [data, *data.rglob("*")]:
        if path not in (foreign, link):
            path.chmod(0o777 if path.is_dir() else 0o666)
    token = (data / "token").read_text()
    server = Process(data, plug_ins)
    server.end()
    assert opened(data) == ["notes.txt", *(str(p.relative_to(data)) for p in data.rglob("*link"))]
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    # What is not ours stays as it is.
    assert foreign.stat().st_mode == kept
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
    assert (data / "token").read_text() == token
    assert "others could read" in server.printed()


def test_results_that_were_asked_for_have_the_usual_mode(tmp_path: Path, umask: int) -> None:
    from nijigen.cli.main import main

    source, result = tmp_path / "a.png", tmp_path / "b.png"
    drawing().save(source)
    source.chmod(0o600)
    assert main(["formats", "convert", str(source), "-o", str(result)]) == 0
    assert stat.S_IMODE(result.stat().st_mode) == 0o666 & ~umask
