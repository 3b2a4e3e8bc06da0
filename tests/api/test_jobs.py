"""Jobs over HTTP: added, watched, cancelled, retried, paused."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from serving import PATIENCE, eventually, until

Upload = Callable[..., str]


def add(client: httpx.Client, picture: str, **changes: Any) -> dict[str, Any]:
    body = {"operation": "tests.slow", "inputs": {"picture": picture}, "settings": {"seconds": 0}}
    answer = client.post("/api/jobs", json=body | changes)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    kind = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("data: "):
            yield kind, json.loads(line[6:])


def test_a_job_is_done_and_its_result_can_be_had(client: httpx.Client, upload: Upload) -> None:
    job = add(client, upload(1), settings={"seconds": 0, "shade": 77}, batch="one")
    assert job["state"] == "queued"
    assert job["result"] is None
    done = until(client, job["id"])
    assert done["state"] == "done", done
    assert done["progress"] == 1
    assert done["name"] == "drawing-slow.png"
    result: Any = done["result"]
    assert client.get(f"/api/pictures/{result['id']}").json() == result
    assert len(client.get(f"/api/pictures/{result['id']}/file").content) == result["bytes"]
    assert [j["id"] for j in client.get("/api/jobs?batch=one").json()["jobs"]] == [job["id"]]


def test_the_name_of_a_result_says_its_format(client: httpx.Client, upload: Upload) -> None:
    job = until(client, add(client, upload(2), name="../../out.webp")["id"])
    result: Any = job["result"]
    assert (job["name"], result["format"], result["name"]) == ("out.webp", "webp", "out.webp")
    answer = client.post(
        "/api/jobs",
        json={"operation": "tests.slow", "inputs": {"picture": upload(2)}, "name": "x.doc"},
    )
    assert (answer.status_code, answer.json()["title"]) == (415, "UnsupportedFormat")
    # What makes no picture has its formats in a setting, which goes before the name.
    asked = {"operation": "color.palette", "inputs": {"picture": upload(2)}}
    for settings, name, format in (({}, "a.css", "css"), ({"format": "gpl"}, "a.css", "gpl")):
        answer = client.post("/api/jobs", json={**asked, "settings": settings, "name": name})
        assert answer.json()["settings"]["format"] == format


def test_data_is_a_result_too(client: httpx.Client, upload: Upload) -> None:
    job = add(client, upload(3), operation="tests.measure", settings={"points": [1, 2]})
    assert until(client, job["id"])["result"] == {
        "data": {"width": 48, "height": 40, "points": [1, 2]}
    }


def test_what_is_wrong_is_said_before_anything_is_queued(
    client: httpx.Client, upload: Upload
) -> None:
    picture = upload(4)
    before = len(client.get("/api/jobs").json()["jobs"])
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"operation": "tests.slw"}, 404, "tests.slow"),
        ({"settings": {"seconds": 9999}}, 422, "600"),
        ({"settings": {"secnds": 1}}, 422, "seconds"),
        ({"inputs": {}}, 422, "picture"),
        ({"inputs": {"picture": picture, "mask": picture}}, 422, "mask"),
        ({"inputs": {"picture": "0" * 64}}, 404, "picture"),
        ({"inputs": {"picture": "../../etc/passwd"}}, 403, "OutsideRoots"),
        ({"surplus": 1}, 422, "surplus"),
        ({"batch": "b" * 101}, 422, "batch"),
    ]
    for changes, status, word in cases:
        body = {"operation": "tests.slow", "inputs": {"picture": picture}} | changes
        answer = client.post("/api/jobs", json=body)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert word in answer.text, answer.text
    assert len(client.get("/api/jobs").json()["jobs"]) == before


def test_progress_is_streamed_with_the_time_that_is_left(
    client: httpx.Client, upload: Upload
) -> None:
    # Whoever listens is there before the work begins.
    client.post("/api/queue/pause")
    job = add(client, upload(5), settings={"seconds": 1.5})
    with client.stream("GET", f"/api/jobs/{job['id']}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = events(answer.iter_lines())
        found = [next(stream)]
        resumed = time.monotonic()
        client.post("/api/queue/resume")
        found += stream
        took = time.monotonic() - resumed
    kinds = [kind for kind, _ in found]
    assert kinds[-1] == "end"
    assert set(kinds[:-1]) == {"progress"}
    steps = [data["progress"] for _, data in found]
    assert steps == sorted(steps)
    assert len([step for step in steps if 0 < step < 1]) >= 2
    # At most ten a second, and the state at the start and at changes.
    assert len(found) <= 10 * took + 6
    told = [(data["eta"], data["progress"]) for _, data in found if data["eta"] is not None]
    assert told
    # No longer than what was done took, for its share; told to a tenth of a second.
    assert all(0 <= eta <= took * (1 - done) / done + 0.1 for eta, done in told)
    # Who comes late hears the end at once.
    with client.stream("GET", f"/api/jobs/{job['id']}/events") as answer:
        assert [kind for kind, _ in events(answer.iter_lines())] == ["end"]


def test_a_running_job_is_cancelled_between_two_steps(client: httpx.Client, upload: Upload) -> None:
    job = add(client, upload(6), settings={"seconds": 300})
    waiting = add(client, upload(7))
    eventually(lambda: client.get(f"/api/jobs/{job['id']}").json()["state"] == "running")
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 204
    assert client.get(f"/api/jobs/{job['id']}").json()["state"] == "cancelled"
    assert until(client, waiting["id"])["state"] == "done"
    # A second time forgets it.
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 204
    assert client.get(f"/api/jobs/{job['id']}").status_code == 404
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 404


def test_a_fault_is_reported_by_a_number_and_can_be_retried(
    client: httpx.Client, upload: Upload
) -> None:
    job = add(client, upload(8), settings={"seconds": 0, "fails": True})
    failed = until(client, job["id"])
    problem: Any = failed["error"]
    assert (failed["state"], problem["status"], problem["title"]) == ("failed", 500, "Fault")
    assert problem["log_id"]
    assert "secret" not in json.dumps(failed)
    answer = client.post(f"/api/jobs/{job['id']}/retry")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert until(client, job["id"])["state"] == "failed"
    done = until(client, add(client, upload(8))["id"])
    answer = client.post(f"/api/jobs/{done['id']}/retry")
    assert (answer.status_code, answer.json()["title"]) == (409, "NotNow")


def test_a_paused_queue_waits(client: httpx.Client, upload: Upload) -> None:
    assert client.post("/api/queue/pause").json() == {"paused": True}
    try:
        job = add(client, upload(9))
        time.sleep(0.3)
        listed = client.get("/api/jobs?state=queued").json()
        assert listed["paused"]
        assert [j["id"] for j in listed["jobs"]] == [job["id"]]
    finally:
        assert client.post("/api/queue/resume").json() == {"paused": False}
    assert until(client, job["id"])["state"] == "done"


def test_all_changes_are_streamed(client: httpx.Client, upload: Upload) -> None:
    picture = upload(10)
    found: list[tuple[str, Any]] = []
    ready = threading.Event()

    def listen() -> None:
        with client.stream("GET", "/api/jobs/events") as answer:
            for kind, data in events(answer.iter_lines()):
                found.append((kind, data))
                ready.set()
                if kind == "gone":
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert ready.wait(PATIENCE)
    job = add(client, picture)

    def states() -> list[str]:
        own = [data for kind, data in found if kind == "job" and data["id"] == job["id"]]
        return [data["state"] for data in own]

    # What is gone by the time it is told of is not told of: first the one, then the other.
    eventually(lambda: "done" in states())
    client.post("/api/queue/pause")
    client.post("/api/queue/resume")
    client.delete(f"/api/jobs/{job['id']}")
    thread.join(PATIENCE)
    assert found[0] == ("queue", {"paused": False})
    assert states()[-1] == "done"
    assert found[-1] == ("gone", {"id": job["id"]})
    assert [data for kind, data in found if kind == "queue"][-1] == {"paused": False}


def test_a_picture_that_is_needed_stays(client: httpx.Client, upload: Upload) -> None:
    picture = upload(11)
    client.post("/api/queue/pause")
    try:
        job = add(client, picture)
        answer = client.delete(f"/api/pictures/{picture}")
        assert (answer.status_code, answer.json()["title"]) == (409, "PictureInUse")
        client.delete(f"/api/jobs/{job['id']}")
        assert client.delete(f"/api/pictures/{picture}").status_code == 204
        answer = client.post(f"/api/jobs/{job['id']}/retry")
        assert answer.status_code == 404
        assert f"/api/trash/{picture}/restore" in answer.json()["hint"]
    finally:
        client.post("/api/queue/resume")
