"""Lanes: a batch stands still while somebody works, and nothing of it is lost."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import pytest
from serving import PATIENCE, begun, enough, eventually, until

from nijigen.api.config import Config
from nijigen.jobs.lanes import runners

Upload = Callable[..., str]
SECONDS = 100
"""The slow operation takes as long, or until it is told that it is enough."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A server with a folder in which requests may name files."""
    roots = {"pictures": tmp_path_factory.mktemp("pictures")}
    return Config(data=tmp_path_factory.mktemp("data"), port=0, roots=roots)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def add(client: httpx.Client, operation: str, picture: str, **changes: Any) -> str:
    """Add a job to the lane of batches."""
    body = {"operation": operation, "inputs": {"picture": picture}, "lane": "batch"} | changes
    answer = client.post("/api/jobs", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def slow(shade: int) -> dict[str, Any]:
    return {"settings": {"seconds": SECONDS, "shade": shade}}


def job(client: httpx.Client, id: str) -> dict[str, Any]:
    return dict(client.get(f"/api/jobs/{id}").json())


def worker(config: Config) -> psutil.Process:
    """Return the process of the lane of batches."""
    return psutil.Process(json.loads((config.data / "worker.json").read_text())["pid"])


def wait_for(client: httpx.Client, picture: str, shade: int) -> httpx.Response:
    """Run the slow operation as somebody who waits for it."""
    asked = {"inputs": {"picture": picture}, **slow(shade)}
    return client.post("/api/operations/tests.slow", json=asked)


def test_every_lane_makes_the_same_bytes(client: httpx.Client, upload: Upload) -> None:
    picture = upload(1)
    made = set()
    for lane in ("interactive", "batch", "network"):
        ended = until(client, add(client, "effects.halftone", picture, lane=lane))
        assert (ended["lane"], ended["state"]) == (lane, "done"), ended
        result: Any = ended["result"]
        made.add(result["id"])
        assert len(client.get(f"/api/pictures/{result['id']}/file").content) == result["bytes"]
    assert len(made) == 1


def test_data_layers_and_vectors_come_from_the_batch_too(
    client: httpx.Client, upload: Upload
) -> None:
    measured = until(client, add(client, "tests.measure", upload(2)))
    assert measured["result"] == {"data": {"width": 48, "height": 40, "points": []}}
    for name, frames in (("a.svg", 1), ("a.psd", 1)):
        made = until(client, add(client, "generate.character", "", inputs={}, name=name))
        result: Any = made["result"]
        assert (result["format"], result["frames"]) == (name[2:], frames)
        assert client.get(f"/api/pictures/{result['id']}/thumbnail").status_code == 200


def test_the_lane_is_chosen_by_what_is_asked_for(client: httpx.Client, upload: Upload) -> None:
    picture = upload(3)
    asked: list[tuple[dict[str, Any], str]] = [
        ({}, "interactive"),
        ({"batch": "b"}, "batch"),
        ({"batch": "b", "lane": "interactive"}, "interactive"),
    ]
    for changes, lane in asked:
        body = {"operation": "tests.measure", "inputs": {"picture": picture}} | changes
        assert client.post("/api/jobs", json=body).json()["lane"] == lane
    answer = client.post("/api/jobs", json=body | {"lane": "fast"})
    assert (answer.status_code, answer.json()["field"]) == (422, "lane")


def test_the_batch_stands_still_while_somebody_waits(
    client: httpx.Client, config: Config, plug_ins: Any, upload: Upload, pool: ThreadPoolExecutor
) -> None:
    picture = upload(4)
    id = add(client, "tests.slow", picture, **slow(41))
    other = add(client, "tests.measure", picture)
    begun(plug_ins, 41)
    assert not job(client, id)["suspended"]
    waiting: Future[httpx.Response] = pool.submit(wait_for, client, picture, 42)
    begun(plug_ins, 42)
    eventually(lambda: worker(config).status() == psutil.STATUS_STOPPED)
    told = job(client, id)
    assert (told["state"], told["suspended"]) == ("running", True)
    queue = client.get("/api/queue").json()
    assert queue["suspended"]
    assert queue["lanes"]["batch"] == {"waiting": 1, "running": id}
    assert queue["lanes"]["network"] == {"waiting": 0, "running": None}
    assert min(queue["memory"].values()) > 10 << 20
    enough(plug_ins, 42)
    assert waiting.result(PATIENCE).status_code == 200
    eventually(lambda: worker(config).status() != psutil.STATUS_STOPPED)
    eventually(lambda: not job(client, id)["suspended"])
    enough(plug_ins, 41)
    assert until(client, id)["state"] == "done"
    assert until(client, other)["state"] == "done"
    assert not client.get("/api/queue").json()["suspended"]


@pytest.mark.parametrize("kind", ["job", "preview"])
def test_jobs_and_previews_hold_the_batch_back(
    client: httpx.Client, plug_ins: Any, upload: Upload, pool: ThreadPoolExecutor, kind: str
) -> None:
    picture, shade = upload(5), {"job": 51, "preview": 61}[kind]
    id = add(client, "tests.slow", picture, **slow(shade))
    begun(plug_ins, shade)
    asked = {"operation": "tests.slow", "inputs": {"picture": picture}, **slow(shade + 1)}
    path = {"job": "/api/jobs", "preview": "/api/previews"}[kind]
    waiting: Future[httpx.Response] = pool.submit(client.post, path, json=asked)
    begun(plug_ins, shade + 1)
    eventually(lambda: job(client, id)["suspended"])
    # Neither jobs that wait for other machines nor what is merely looked at do.
    enough(plug_ins, shade + 1)
    waiting.result(PATIENCE)
    eventually(lambda: not job(client, id)["suspended"])
    network = add(client, "tests.slow", picture, **slow(shade + 2), lane="network")
    begun(plug_ins, shade + 2)
    client.get(f"/api/pictures/{picture}/thumbnail")
    assert not job(client, id)["suspended"]
    for one, made in ((network, shade + 2), (id, shade)):
        enough(plug_ins, made)
        assert until(client, one)["state"] == "done"


def test_a_suspended_job_can_be_cancelled(
    client: httpx.Client, config: Config, plug_ins: Any, upload: Upload, pool: ThreadPoolExecutor
) -> None:
    picture = upload(6)
    id = add(client, "tests.slow", picture, **slow(71))
    begun(plug_ins, 71)
    before = worker(config)
    waiting = pool.submit(wait_for, client, picture, 72)
    begun(plug_ins, 72)
    eventually(lambda: before.status() == psutil.STATUS_STOPPED)
    client.delete(f"/api/jobs/{id}")
    assert job(client, id)["state"] == "cancelled"
    # It was let go on, heard of it, and is there for the next job.
    eventually(lambda: client.get("/api/queue").json()["lanes"]["batch"]["running"] is None)
    enough(plug_ins, 72)
    waiting.result(PATIENCE)
    assert until(client, add(client, "tests.measure", picture))["state"] == "done"
    assert worker(config) == before


def test_a_cancelled_job_that_does_not_answer_is_ended(
    client: httpx.Client,
    config: Config,
    plug_ins: Any,
    upload: Upload,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runners, "SECONDS_TO_ANSWER", 0.3)
    picture = upload(7)
    id = add(client, "tests.deaf", picture)
    after = add(client, "tests.measure", picture)
    eventually((plug_ins / "begun-deaf").exists)
    before = worker(config)
    client.delete(f"/api/jobs/{id}")
    assert until(client, after)["state"] == "done"
    assert job(client, id)["state"] == "cancelled"
    assert not before.is_running()
    assert worker(config) != before


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signals")
def test_a_process_that_dies_fails_its_job_alone(
    client: httpx.Client, upload: Upload, caplog: pytest.LogCaptureFixture
) -> None:
    picture = upload(8)
    bad = add(client, "tests.deaf", picture, settings={"dies": True})
    good = add(client, "tests.measure", picture)
    assert until(client, good)["state"] == "done"
    failed = job(client, bad)
    assert (failed["state"], failed["error"]["status"]) == ("failed", 500)
    assert "died again and again (signal 9)" in failed["error"]["detail"]
    assert "smaller picture" in failed["error"]["hint"]
    assert caplog.text.count(f"the process that worked on job {bad} died") == 3


def test_a_fault_in_the_process_is_reported_by_a_number(
    client: httpx.Client, upload: Upload
) -> None:
    settings = {"seconds": 0, "fails": True}
    failed = until(client, add(client, "tests.slow", upload(9), settings=settings))
    problem: Any = failed["error"]
    assert (failed["state"], problem["title"]) == ("failed", "Fault")
    assert problem["log_id"]
    assert "secret" not in json.dumps(failed)


def test_progress_and_looks_come_from_the_process(
    client: httpx.Client, plug_ins: Any, upload: Upload
) -> None:
    id = add(client, "tests.slow", upload(10), settings={"seconds": 200, "shade": 81})
    eventually(lambda: job(client, id)["progress"] > 0)
    eventually(lambda: job(client, id)["looks"] > 0)
    look = client.get(f"/api/jobs/{id}/look")
    assert (look.status_code, look.headers["content-type"]) == (200, "image/webp")
    enough(plug_ins, 81)
    assert until(client, id)["state"] == "done"


def test_a_pause_is_for_all_lanes(client: httpx.Client, upload: Upload) -> None:
    client.post("/api/queue/pause")
    try:
        ids = [
            add(client, "tests.measure", upload(11), lane=lane)
            for lane in ("interactive", "batch", "network")
        ]
        queue = client.get("/api/queue").json()
        assert queue["paused"]
        assert {lane["waiting"] for lane in queue["lanes"].values()} == {1}
        assert {job(client, id)["state"] for id in ids} == {"queued"}
    finally:
        client.post("/api/queue/resume")
    assert {until(client, id)["state"] for id in ids} == {"done"}


def test_all_kinds_of_inputs_come_to_the_process(
    client: httpx.Client, config: Config, upload: Upload
) -> None:
    first, second = upload(12), upload(13)
    (config.roots["pictures"] / "list.txt").write_text("12345")
    inputs = {
        "picture": first,
        "others": [second, first],
        "lines": ["a", "ü"],
        "table": "pictures:list.txt",
        "place": "pictures:",
    }
    settings = {"near": "pictures:list.txt", "index": "dump:pictures:list.txt"}
    made = [
        until(client, add(client, "tests.gather", "", inputs=inputs, settings=settings, lane=lane))
        for lane in ("interactive", "batch")
    ]
    for ended in made:
        assert ended["state"] == "done", ended
        assert (ended["inputs"], ended["name"]) == (inputs, "drawing-gather.json")
        assert ended["notes"] == [{"kind": "assumed", "text": "that this is a test, ☆ and all"}]
        # What was asked for is told, not where it lies on this machine.
        told: Any = ended["settings"]
        assert (told["near"], told["index"]) == (settings["near"], settings["index"])
        result: Any = ended["result"]
        assert result["data"]["others"] == [[48, 40], [48, 40]]
        assert result["data"]["table"] == ["list.txt", 5]
        assert result["data"]["near"].endswith("list.txt")
    assert made[0]["result"] == made[1]["result"]
    # A picture in a list is needed as one by itself is.
    client.post("/api/queue/pause")
    id = add(client, "tests.gather", "", inputs=inputs)
    assert client.delete(f"/api/pictures/{second}").status_code == 409
    client.delete(f"/api/jobs/{id}")
    client.post("/api/queue/resume")
    client.delete(f"/api/pictures/{second}")
    assert client.post(f"/api/jobs/{id}/retry").status_code == 404


def test_a_path_outside_is_refused_before_anything_is_queued(
    client: httpx.Client, upload: Upload
) -> None:
    for inputs, status in (
        ({"picture": upload(14), "table": "pictures:/etc/passwd"}, 403),
        ({"picture": upload(14), "table": "pictures:../x"}, 403),
        ({"picture": [upload(14), upload(15)]}, 422),
        ({"picture": upload(14), "others": ["0" * 64]}, 404),
    ):
        body = {"operation": "tests.gather", "inputs": inputs, "lane": "batch"}
        assert client.post("/api/jobs", json=body).status_code == status, inputs
