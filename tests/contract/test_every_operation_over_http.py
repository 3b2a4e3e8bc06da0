"""What comes over HTTP is, byte for byte, what Python and the command line make."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pictures import animation, drawing

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

from serving import serving, until

from nijigen import Animation
from nijigen.api.config import Config
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.operation import Operation
from nijigen.core.run import Run
from nijigen.imaging.files import encode, read
from nijigen.jobs.perform import Result, flowing, perform, returns_picture


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(Config(data=tmp_path_factory.mktemp("data"))) as made:
        yield made


# Several files for one input, texts and paths: tests/api/test_inputs.py.
OF_PICTURES = [
    id
    for id in registry.ids()
    if all(
        port.optional or not (port.several or port.path or port.type is str)
        for port in registry.get(id).ports
    )
]


@pytest.fixture(params=OF_PICTURES)
def operation(request: pytest.FixtureRequest) -> Operation[Any, Any]:
    return registry.get(request.param)


@pytest.fixture
def files(operation: Operation[Any, Any], tmp_path: Path) -> dict[str, Path]:
    """A file for every input."""
    made = {}
    for number, port in enumerate(operation.ports):
        if port.optional:
            continue
        path = tmp_path / f"source {number}.png"
        value = animation() if port.type is Animation else drawing(20 + number, 16, channels=4)
        path.write_bytes(encode(value, "apng" if port.type is Animation else "png"))
        made[port.name] = path
    return made


def by_python(operation: Operation[Any, Any], files: dict[str, Path]) -> Result:
    values = {port: read(path) for port, path in files.items()}
    return perform(operation, values, {}, Run())


def by_command(operation: Operation[Any, Any], files: dict[str, Path], ending: str) -> bytes:
    target = next(iter(files.values())).parent / "out" / f"result.{ending}"
    word = operation.id.replace("_", "-").split(".")
    assert main([*word, *map(str, files.values()), "-o", str(target), "-q"]) == 0
    return target.read_bytes()


def test_immediate_result(
    client: httpx.Client, operation: Operation[Any, Any], files: dict[str, Path]
) -> None:
    if not operation.ports:
        pytest.skip("takes no picture")
    sent = {port: (path.name, path.read_bytes()) for port, path in files.items()}
    answer = client.post(f"/api/operations/{operation.id}", files=sent)
    assert answer.status_code == 200, answer.text
    expected = by_python(operation, files)
    assert answer.content == expected.content
    assert answer.content == by_command(operation, files, expected.ending)


def test_result_of_a_job(
    client: httpx.Client, operation: Operation[Any, Any], files: dict[str, Path]
) -> None:
    inputs = {}
    for port, path in files.items():
        sent = {"file": (path.name, path.read_bytes())}
        inputs[port] = client.post("/api/pictures", files=sent).json()["id"]
    added = client.post("/api/jobs", json={"operation": operation.id, "inputs": inputs})
    assert added.status_code == 202, added.text
    job: Any = until(client, added.json()["id"])
    assert job["state"] == "done", job
    if not returns_picture(operation):
        assert set(job["result"]) == {"data"}
        return
    made = client.get(f"/api/pictures/{job['result']['id']}/file").content
    assert made == by_python(operation, files).content


def test_another_format(
    client: httpx.Client, operation: Operation[Any, Any], files: dict[str, Path]
) -> None:
    if not operation.ports or not returns_picture(operation):
        pytest.skip("does not turn a picture into a picture")
    sent = {port: (path.name, path.read_bytes()) for port, path in files.items()}
    answer = client.post(f"/api/operations/{operation.id}?format=webp", files=sent)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.content == by_command(operation, files, "webp")


def test_the_inputs_flow_in_by_name(operation: Operation[Any, Any], files: dict[str, Path]) -> None:
    values = {port: read(path) for port, path in files.items()}
    assert list(flowing(operation, values)) == list(values)
