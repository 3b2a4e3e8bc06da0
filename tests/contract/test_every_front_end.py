"""What comes over HTTP or from the command line is, byte for byte, what Python makes."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from cases import AnyOperation, needed, page

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

from serving import serving, until

from nijigen import Animation
from nijigen.api.config import Config
from nijigen.cli.main import main
from nijigen.core.file_set import FileSet
from nijigen.core.run import Run
from nijigen.imaging.files import encode, read
from nijigen.jobs.perform import Result, flowing, perform, returns_picture
from pictures import animation, drawing


@dataclass(frozen=True)
class Call:
    """What flows in, as Python and as the command line take it, and what Python makes of it."""

    values: dict[str, Any]
    words: list[str]
    parts: list[Any]
    """Of a form: files, texts and paths in a registered folder."""
    expected: Result

    def inputs(self, client: httpx.Client) -> dict[str, Any]:
        """Return the inputs as JSON has them; files are uploaded."""
        inputs: dict[str, Any] = {}
        for port, (name, content) in self.parts:
            named = content
            if name is not None:
                answer = client.post("/api/pictures", files={"file": (name, content)})
                named = answer.json()["id"]
            inputs.setdefault(port, []).append(named)
        return {port: given if len(given) > 1 else given[0] for port, given in inputs.items()}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    config = Config(data=tmp_path_factory.mktemp("data"), roots={"sources": page().parent})
    with serving(config) as made:
        yield made


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Callable[[AnyOperation], Call]:
    """Call each operation once in Python, for all that is compared with it."""
    folder = tmp_path_factory.mktemp("sources")

    @functools.cache
    def call(operation: AnyOperation) -> Call:
        values: dict[str, Any] = {}
        parts: list[Any] = []
        words: list[str] = []
        for number, port in enumerate(needed(operation)):
            if port.path is not None:
                path = page() if port.kind == "file" else page().parent
                values[port.name] = path
                part = (None, "sources:" + (path.name if port.kind == "file" else ""))
            elif port.type is str:
                values[port.name], path, part = "text", Path("text"), (None, "text")
            else:
                moves = port.type is Animation
                path = folder / f"source {number} {moves}.png"
                value = animation() if moves else drawing(20 + number, 16, channels=4)
                path.write_bytes(encode(value, "apng" if moves else "png"))
                values[port.name] = (read(path), read(path)) if port.several else read(path)
                part = (path.name, path.read_bytes())
            count = 2 if port.several else 1
            words += [str(path)] * count
            parts += [(port.name, part)] * count
        return Call(values, words, parts, perform(operation, values, {}, Run()))

    return call


def by_command(operation: AnyOperation, call: Call, folder: Path, ending: str) -> bytes:
    target = folder / "out" / f"result.{ending}"
    command = operation.id.replace("_", "-").split(".")
    assert main([*command, *call.words, "-o", str(target), "-q"]) == 0
    return target.read_bytes()


def test_command_line(
    operation: AnyOperation, called: Callable[[AnyOperation], Call], tmp_path: Path
) -> None:
    call = called(operation)
    made = by_command(operation, call, tmp_path, call.expected.ending)
    assert made == call.expected.content


def test_immediate_result(
    client: httpx.Client, operation: AnyOperation, called: Callable[[AnyOperation], Call]
) -> None:
    if not operation.ports:
        pytest.skip("takes no picture")
    call = called(operation)
    answer = client.post(f"/api/operations/{operation.id}", files=call.parts)
    assert answer.status_code == 200, answer.text
    assert answer.content == call.expected.content
    notes = json.loads(answer.headers.get("Nijigen-Notes", "[]"))
    assert notes == [asdict(note) for note in call.expected.notes]


def test_result_of_a_job(
    client: httpx.Client, operation: AnyOperation, called: Callable[[AnyOperation], Call]
) -> None:
    call = called(operation)
    inputs = call.inputs(client)
    added = client.post("/api/jobs", json={"operation": operation.id, "inputs": inputs})
    assert added.status_code == 202, added.text
    job: Any = until(client, added.json()["id"])
    assert job["state"] == "done", job
    if returns_picture(operation):
        made = client.get(f"/api/pictures/{job['result']['id']}/file").content
        assert made == call.expected.content
    elif operation.returns is FileSet:
        files = job["result"]["files"]
        assert [file["name"] for file in files] == list(call.expected.value.files)
    else:
        assert set(job["result"]) == {"data"}
    assert job["notes"] == [asdict(note) for note in call.expected.notes]


def test_another_format(
    client: httpx.Client,
    operation: AnyOperation,
    called: Callable[[AnyOperation], Call],
    tmp_path: Path,
) -> None:
    if not operation.ports or not returns_picture(operation):
        pytest.skip("does not turn a picture into a picture")
    call = called(operation)
    answer = client.post(f"/api/operations/{operation.id}?format=webp", files=call.parts)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.content == by_command(operation, call, tmp_path, "webp")


def test_the_inputs_flow_in_by_name(
    operation: AnyOperation, called: Callable[[AnyOperation], Call]
) -> None:
    values = called(operation).values
    assert list(flowing(operation, values)) == list(values)
