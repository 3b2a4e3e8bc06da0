"""Space and trash over HTTP: what is refused, what is freed, what counts as downloaded."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
from serving import begun, enough, eventually, until
from starlette.types import Message

from nijigen.api.config import Config
from nijigen.api.responses import DownloadResponse
from nijigen.core.picture import Picture
from nijigen.imaging.files import encode

Upload = Callable[..., str]
QUOTA = 1_000_000
BLOCK = 250_000


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A server with little space."""
    return Config(data=tmp_path_factory.mktemp("data"), port=0, quota=QUOTA)


@pytest.fixture(autouse=True)
def _empty(client: httpx.Client) -> None:
    """Delete everything, jobs too."""
    for job in client.get("/api/jobs").json()["jobs"]:
        client.delete(f"/api/jobs/{job['id']}")
    for picture in client.get("/api/pictures?limit=1000").json()["pictures"]:
        client.delete(f"/api/pictures/{picture['id']}")
    client.delete("/api/trash")


def noise(seed: int, size: int = BLOCK) -> bytes:
    """Return a PNG of exactly so many bytes, at least 500; the rest is an unknown chunk."""
    side = max(1, int((max(0, size - 400) / 3.1) ** 0.5))
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    content = encode(Picture(pixels), "png")
    chunk = b"juNk" + bytes(size - len(content) - 12)
    length, check = (len(chunk) - 4).to_bytes(4, "big"), zlib.crc32(chunk).to_bytes(4, "big")
    return content[:-12] + length + chunk + check + content[-12:]


def send(client: httpx.Client, content: bytes) -> httpx.Response:
    return client.post("/api/pictures", files={"file": ("noise.png", content)})


def fill(client: httpx.Client) -> list[str]:
    """Upload until the quota is used up to the last byte."""
    ids = []
    while left := room(client):
        size = left if left < BLOCK + 500 else BLOCK
        answer = send(client, noise(1000 + len(ids), size))
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["id"])
    return ids


def room(client: httpx.Client) -> int:
    space = client.get("/api/space").json()
    return int(space["quota"] - space["used"])


def slow(client: httpx.Client, picture: str, **settings: Any) -> dict[str, Any]:
    body = {"operation": "tests.slow", "inputs": {"picture": picture}, "settings": settings}
    answer = client.post("/api/jobs", json=body)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def made(client: httpx.Client, picture: str, shade: int) -> dict[str, Any]:
    job = until(client, slow(client, picture, seconds=0, shade=shade)["id"])
    assert job["state"] == "done", job
    return dict(job["result"])  # type: ignore[call-overload]


def test_over_the_quota_uploads_and_jobs_are_refused(client: httpx.Client, config: Config) -> None:
    [first, *others] = fill(client)
    client.delete(f"/api/pictures/{first}")
    refused = send(client, noise(99))
    problem = refused.json()
    assert (refused.status_code, problem["title"]) == (507, "StorageFull")
    assert problem["detail"].startswith("the storage is full: ")
    assert "of 1 MB are used" in problem["detail"]
    assert "empty the trash, which holds 250 kB" in problem["hint"]
    picture = others[0]
    # Whatever would store nothing is not refused: data, previews, results sent at once.
    body = {"inputs": {"picture": picture}, "settings": {}}
    data = client.post("/api/jobs", json=body | {"operation": "tests.measure"})
    assert data.status_code == 202
    assert until(client, data.json()["id"])["state"] == "done"
    job = client.post("/api/jobs", json=body | {"operation": "tests.slow"})
    assert (job.status_code, job.json()["title"]) == (507, "StorageFull")
    assert [path for path in (config.data / "scratch").rglob("*") if path.is_file()] == []
    assert client.delete("/api/trash").json()["pictures"] == 1
    assert send(client, noise(99, 100_000)).status_code == 201


def test_a_job_whose_result_does_not_fit_fails_and_leaves_nothing(
    client: httpx.Client, config: Config, plug_ins: Path
) -> None:
    source = send(client, noise(1)).json()["id"]
    job = slow(client, source, seconds=60, shade=181)
    begun(plug_ins, 181)
    known = {source, *fill(client)}
    enough(plug_ins, 181)
    ended: dict[str, Any] = until(client, job["id"])
    assert ended["state"] == "failed"
    assert (ended["error"]["status"], ended["error"]["title"]) == (507, "StorageFull")
    assert "--quota" in ended["error"]["hint"]
    assert {path.stem for path in (config.data / "pictures").glob("*/*")} == known
    assert [path for path in (config.data / "scratch").rglob("*") if path.is_file()] == []
    # With room, it does.
    for picture in known - {source}:
        client.delete(f"/api/pictures/{picture}")
    assert client.post(f"/api/jobs/{job['id']}/retry").status_code == 507
    client.delete("/api/trash")
    assert client.post(f"/api/jobs/{job['id']}/retry").status_code == 202
    assert until(client, job["id"])["state"] == "done"


def test_only_a_whole_file_counts_as_downloaded(client: httpx.Client) -> None:
    source = send(client, noise(1)).json()["id"]
    result = made(client, source, 182)
    id = result["id"]

    def downloaded() -> bool:
        return bool(client.get(f"/api/pictures/{id}").json()["downloaded"])

    for kind in ("view", "thumbnail"):
        assert client.get(f"/api/pictures/{id}/{kind}").status_code == 200
    part = client.get(f"/api/pictures/{id}/file", headers={"Range": "bytes=0-99"})
    assert part.status_code == 206
    assert not downloaded()
    assert (result["origin"], result["expires"]) == ("result", None)
    assert len(client.get(f"/api/pictures/{id}/file").content) == result["bytes"]
    eventually(downloaded)
    assert client.get(f"/api/pictures/{id}").json()["expires"] is not None


@pytest.mark.parametrize("stays", [True, False])
def test_a_download_that_breaks_off_does_not_count(tmp_path: Path, stays: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(1 << 20))
    sent: list[bool] = []

    async def download() -> None:
        gone = anyio.Event()

        async def receive() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if not stays and message["type"] == "http.response.body":
                gone.set()
                await anyio.sleep_forever()

        response = DownloadResponse(lambda: sent.append(True), path=path)
        scope = {"type": "http", "method": "GET", "headers": []}
        await response(scope, receive, send)

    anyio.run(download)
    assert sent == [True] * stays


def test_an_archive_counts_as_downloaded(client: httpx.Client) -> None:
    source = send(client, noise(1)).json()["id"]
    first, second = (made(client, source, shade)["id"] for shade in (183, 184))
    client.post("/api/archives", json={"files": [{"picture": first}]})
    eventually(lambda: client.get(f"/api/pictures/{first}").json()["downloaded"])
    assert not client.get(f"/api/pictures/{second}").json()["downloaded"]
    assert client.get("/api/space").json()["removable"] >= BLOCK // 2
    # It makes room for another; the rest does not.
    send(client, noise(7, 200_000))
    send(client, noise(8, 200_000))
    left = {p["id"] for p in client.get("/api/pictures").json()["pictures"]}
    assert first not in left
    assert {source, second} < left


def test_the_list(client: httpx.Client) -> None:
    small, large = (send(client, noise(5, size)).json()["id"] for size in (10_000, 50_000))
    result = made(client, small, 185)["id"]

    def ids(**query: str) -> list[str]:
        answer = client.get("/api/pictures", params=query).json()
        return [picture["id"] for picture in answer["pictures"]]

    assert ids()[0] == large
    assert ids(order="newest") == [result, large, small]
    assert ids(origin="result") == [result]
    assert set(ids(origin="upload")) == {small, large}
    assert ids(limit="1") == [large]
    assert client.get("/api/pictures?limit=0").status_code == 422


def test_the_trash(client: httpx.Client) -> None:
    first, second = (send(client, noise(seed, 5_000)).json() for seed in (1, 2))
    for picture in (first, second):
        assert client.delete(f"/api/pictures/{picture['id']}").status_code == 204
    trash = client.get("/api/trash").json()
    assert [picture["id"] for picture in trash["pictures"]] == [second["id"], first["id"]]
    assert trash["bytes"] == first["bytes"] + second["bytes"]
    assert trash["pictures"][0]["deleted"] < trash["pictures"][0]["expires"]
    assert client.get("/api/space").json()["trash"] == {"bytes": trash["bytes"], "files": 2}
    gone = client.get(f"/api/pictures/{first['id']}/file")
    assert (gone.status_code, "in the trash" in gone.json()["detail"]) == (404, True)
    body = {"operation": "tests.slow", "inputs": {"picture": first["id"]}}
    assert client.post("/api/jobs", json=body).status_code == 404
    restored = client.post(f"/api/trash/{first['id']}/restore")
    assert (restored.status_code, restored.json()) == (200, first)
    assert client.post(f"/api/trash/{first['id']}/restore").status_code == 404
    assert client.delete(f"/api/trash/{first['id']}").status_code == 404
    assert client.delete(f"/api/trash/{second['id']}").status_code == 204
    assert client.delete("/api/trash").json() == {"bytes": 0, "pictures": 0}
    assert client.get(f"/api/pictures/{first['id']}").status_code == 200


@pytest.mark.parametrize("discard", [True, False])
def test_a_deleted_job_discards_its_result_if_asked(client: httpx.Client, discard: bool) -> None:
    source = send(client, noise(1, 9_000)).json()["id"]
    picture = made(client, source, 186 + discard)
    [job] = client.get("/api/jobs").json()["jobs"]
    client.delete(f"/api/jobs/{job['id']}", params={"discard": discard})
    expected = picture["bytes"] if discard else 0
    assert client.get("/api/space").json()["removable"] == expected
    assert client.get(f"/api/pictures/{picture['id']}").status_code == 200
