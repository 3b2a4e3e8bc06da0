"""Commands over HTTP, and jobs whose results are reports or several files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import eventually, until

from nijigen.api.config import Config
from nijigen.core import registry
from nijigen.imaging.files import encode
from pictures import drawing

WRITE = "/api/commands/tests.write"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    (folder / "a.png").write_bytes(encode(drawing(9, 7), "png"))
    return folder.resolve()


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Config:
    """Whoever asks may change what lasts, but not use the network."""
    return Config(
        data=tmp_path_factory.mktemp("data"),
        port=0,
        roots={"shelf": root},
        scopes=frozenset({"change"}),
    )


def carried_out(client: httpx.Client, path: str = WRITE, **call: Any) -> dict[str, Any]:
    answer = client.post(path, json=call)
    assert answer.status_code == 202, answer.text
    return until(client, answer.json()["id"])


def test_the_catalogue_has_every_command(client: httpx.Client) -> None:
    told = client.get("/api/commands").json()
    assert [entry["id"] for entry in told["commands"]] == registry.command_ids()
    assert {group["id"] for group in told["groups"]} == {
        entry["group"] for entry in told["commands"]
    }
    named = {entry["id"]: entry for entry in told["commands"]}
    write = named["tests.write"]
    assert write == client.get(WRITE).json()
    assert (write["access"], write["summary"]) == ("change", "Write words into a file.")
    assert [port["name"] for port in write["inputs"]] == ["words", "pictures", "table"]
    assert write["settings"]["properties"]["seconds"]["maximum"] == 600
    assert named["models.get"]["access"] == "network"
    assert client.get("/api/commands/tests.wrote").status_code == 404


def test_openapi_has_every_command(client: httpx.Client) -> None:
    document = client.get("/api/openapi.json").json()
    for id in registry.command_ids():
        command = registry.get_command(id)
        post = document["paths"][f"/api/commands/{id}"]["post"]
        schema = post["requestBody"]["content"]["application/json"]["schema"]
        inputs = schema["properties"]["inputs"]
        assert list(inputs["properties"]) == [port.name for port in command.ports]
        assert inputs["required"] == [port.name for port in command.ports if not port.optional]
        assert ("confirmation" in schema["properties"]) == (command.access != "read")
        assert "dry_run" in schema["properties"]


def test_a_command_is_a_job_with_a_report(client: httpx.Client, plug_ins: Path) -> None:
    job = carried_out(client, inputs={"words": "hello"}, settings={"name": "one"})
    assert (job["state"], job["operation"], job["lane"]) == ("done", "tests.write", "interactive")
    assert job["result"] == {
        "command": "tests.write",
        "dry_run": False,
        "changes": ["write one.txt"],
        "result": {"name": "one.txt", "near": None, "index": ""},
        "notes": ["that words are text"],
    }
    assert job["notes"] == [{"kind": "assumed", "text": "that words are text"}]
    assert (plug_ins / "one.txt").read_text() == "hello\n0\n"
    again = carried_out(client, inputs={"words": "hello"}, settings={"name": "one"})
    assert again["result"]["changes"] == []


def test_a_dry_run_changes_nothing(client: httpx.Client, plug_ins: Path) -> None:
    call = {"inputs": {"words": "x"}, "settings": {"name": "dry"}, "dry_run": True}
    answer = client.post(WRITE, json=call)
    assert answer.status_code == 200
    assert answer.json() == {
        **{"command": "tests.write", "dry_run": True, "changes": ["write dry.txt"]},
        **{"result": None, "notes": []},
    }
    assert not (plug_ins / "dry.txt").exists()
    # It needs no confirmation.
    told = client.post("/api/commands/tests.fetch", json={"dry_run": True})
    assert told.json()["changes"] == ["fetch all"]


def test_pictures_and_paths_flow_into_a_command(
    client: httpx.Client, plug_ins: Path, upload: Callable[..., str], root: Path
) -> None:
    inputs = {"words": "two", "pictures": [upload(), "shelf:a.png"], "table": "shelf:a.png"}
    settings = {"name": "two", "near": "shelf:a.png", "index": "dump:shelf:a.png"}
    job = carried_out(client, inputs=inputs, settings=settings)
    assert job["state"] == "done", job
    assert (plug_ins / "two.txt").read_text() == "two\n2\n"
    assert job["result"]["result"]["near"] == str(root / "a.png")
    assert job["result"]["result"]["index"] == f"dump:{root / 'a.png'}"
    # What is written down is what was asked for.
    assert job["inputs"] == inputs
    assert job["settings"] | settings == job["settings"]


def test_what_is_wrong_with_a_command_is_said_at_once(client: httpx.Client) -> None:
    for call, status, word in (
        ({}, 422, "needs words"),
        ({"inputs": {"words": "a", "x": "b"}}, 422, "no input"),
        ({"inputs": {"words": "a"}, "settings": {"seconds": -1}}, 422, "seconds"),
        ({"inputs": {"words": "a"}, "settings": {"near": "/etc/passwd"}}, 403, "OutsideRoots"),
        ({"inputs": {"words": "dump:/etc/passwd"}}, 202, ""),
        ({"inputs": {"words": "a"}, "settings": {"index": "dump:/etc"}}, 403, "OutsideRoots"),
        ({"inputs": {"words": "a", "pictures": ["0" * 64]}}, 404, "no picture"),
        ({"inputs": {"words": "a"}, "more": 1}, 422, "more"),
    ):
        answer = client.post(WRITE, json=call)
        assert (answer.status_code, word in answer.text) == (status, True), answer.text
    assert client.get(WRITE.replace("write", "nothing")).status_code == 404
    assert client.put(WRITE, json={}).status_code == 405


def test_a_command_is_cancelled_and_resumed(client: httpx.Client, plug_ins: Path) -> None:
    call = {"inputs": {"words": "slow"}, "settings": {"name": "slow", "seconds": 60}}
    id = client.post(WRITE, json=call).json()["id"]
    eventually(lambda: client.get(f"/api/jobs/{id}").json()["progress"] > 0)
    assert client.delete(f"/api/jobs/{id}").status_code == 204
    assert until(client, id)["state"] == "cancelled"
    assert not (plug_ins / "slow.txt").exists()
    assert client.post(f"/api/jobs/{id}/retry").status_code == 202
    client.delete(f"/api/jobs/{id}")
    until(client, id)


def test_a_job_with_several_files(client: httpx.Client, upload: Callable[..., str]) -> None:
    asked = {"operation": "tests.cut", "inputs": {"picture": upload(name="face.png")}}
    job = until(client, client.post("/api/jobs", json=asked).json()["id"])
    assert (job["state"], job["name"]) == ("done", "face-cut.zip")
    result: Any = job["result"]
    above, below, cut = result["files"]
    assert (above["name"], above["data"]) == ("halves/above.png", None)
    assert (above["picture"]["name"], above["picture"]["format"]) == ("above.png", "png")
    assert (below["picture"]["format"], below["picture"]["width"]) == ("jpeg", 48)
    assert cut == {"name": "cut.json", "picture": None, "data": {"middle": 20}}
    assert json.loads(client.get(f"/api/jobs/{job['id']}").text)["result"] == result
    content = client.get(f"/api/pictures/{above['picture']['id']}/file").content
    files = {"picture": ("face.png", client.get(f"/api/pictures/{upload()}/file").content)}
    whole = client.post("/api/operations/tests.cut", files=files).content
    # Stored in a ZIP as they are, files can be found in it.
    assert content in whole
    # Since then the first was downloaded, so it may be removed one day.
    for fact in ("downloaded", "expires"):
        assert not above["picture"].pop(fact)
    again = json.loads(client.get(f"/api/jobs/{job['id']}").text)["result"]
    assert again["files"][0]["picture"].pop("downloaded")
    assert again["files"][0]["picture"].pop("expires")
    assert again == result


def test_jobs_take_what_requests_take(
    client: httpx.Client, upload: Callable[..., str], root: Path
) -> None:
    first, second = upload(1), upload(2)
    inputs = {"picture": "shelf:a.png", "others": [first, second], "words": "w", "place": "shelf:"}
    asked = {"operation": "tests.gather", "inputs": inputs, "settings": {"near": "shelf:a.png"}}
    job: Any = until(client, client.post("/api/jobs", json=asked).json()["id"])
    assert job["state"] == "done", job
    told = job["result"]["data"]
    assert told["picture"] == [9, 7]
    assert told["others"] == [[48, 40], [48, 40]]
    assert (told["place"], told["near"]) == (["a.png"], str(root / "a.png"))
    assert job["inputs"] == inputs
    assert job["settings"]["near"] == "shelf:a.png"
    assert job["name"] == "a-gather.json"
    for wrong, status in (("/etc/passwd", 403), ("shelf:../x", 403), ("shelf:b.png", 404)):
        asked["inputs"] = inputs | {"picture": wrong}
        assert client.post("/api/jobs", json=asked).status_code == status


def test_pictures_of_a_waiting_job_are_kept(
    client: httpx.Client, upload: Callable[..., str]
) -> None:
    kept = upload(77)
    client.post("/api/queue/pause")
    try:
        inputs = {"picture": "shelf:a.png", "others": [kept]}
        asked = {"operation": "tests.gather", "inputs": inputs}
        id = client.post("/api/jobs", json=asked).json()["id"]
        assert client.delete(f"/api/pictures/{kept}").status_code == 409
    finally:
        client.post("/api/queue/resume")
    assert until(client, id)["state"] == "done"
    assert client.delete(f"/api/pictures/{kept}").status_code == 204


def test_a_recipe_brings_no_path_in(
    client: httpx.Client, upload: Callable[..., str], root: Path
) -> None:
    def saved(near: str) -> httpx.Response:
        step = {"operation": "tests.gather", "near": near}
        recipe = json.dumps({"summary": "Paths", "steps": [step]})
        call = {"inputs": {"name": "paths", "recipe": recipe}}
        assert carried_out(client, "/api/commands/recipes.save", **call)["state"] == "done"
        asked = {"inputs": {"picture": upload()}}
        return client.post("/api/operations/recipes.paths", json=asked)

    assert saved("/etc/passwd").status_code == 403
    files = {"picture": ("a.png", encode(drawing(), "png"))}
    assert client.post("/api/operations/recipes.paths", files=files).status_code == 403
    job = {"operation": "recipes.paths", "inputs": {"picture": upload()}}
    assert client.post("/api/jobs", json=job).status_code == 403
    assert saved(str(root / "a.png")).status_code == 200


def test_what_runs_until_it_is_stopped_is_refused(client: httpx.Client) -> None:
    answer = client.post("/api/commands/library.watch", json={})
    assert answer.status_code == 422
    assert "runs until it is stopped" in answer.json()["detail"]
    assert "nijigen library watch" in answer.json()["hint"]
