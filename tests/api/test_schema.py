"""schemathesis asks our own OpenAPI document for all kinds of nonsense: never a 500."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from serving import serving

from extras import needs
from nijigen.api.config import Config
from nijigen.imaging.files import encode
from nijigen.jobs.stores.records import Problem
from pictures import drawing

schemathesis = needs("schemathesis")

STREAMS = "/events$"
"""These end when a job does, or never."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server of our own operations, with a picture in it."""
    config = Config(data=tmp_path_factory.mktemp("data"), operation_seconds=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIJIGEN_RECIPES", str(tmp_path_factory.mktemp("recipes")))
        with serving(config) as made:
            made.post("/api/pictures", files={"file": ("a.png", encode(drawing(), "png"))})
            yield made


def explore(client: httpx.Client, examples: int, operations: int = 1) -> int:
    """Send examples to every path; return how many requests were sent.

    Args:
        client: A running server.
        examples: How many for each path and kind of nonsense.
        operations: Of the paths of operations, which share their code, one in so many.
    """
    document = client.get("/api/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=str(client.base_url).rstrip("/"))
    wanted = schema.exclude(path_regex=STREAMS)
    bounded = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    sent = 0

    def send(case: Any) -> None:
        nonlocal sent
        sent += 1
        _check(case.call(timeout=60, headers={"Authorization": client.headers["Authorization"]}))

    every = [found.ok() for found in wanted.get_all_operations()]
    alike = [found for found in every if found.path.startswith("/api/operations/")]
    left_out = {found.path for at, found in enumerate(alike) if at % operations}
    for found in every:
        if found.path in left_out:
            continue
        for mode in schemathesis.GenerationMode:
            # A path that takes nothing cannot be asked wrongly.
            with contextlib.suppress(Unsatisfiable):
                bounded(given(case=found.as_strategy(generation_mode=mode))(send))()
    return sent


def _check(response: Any) -> None:
    assert response.status_code < 500 or response.status_code == 503, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        problem = Problem.model_validate_json(response.content)
        assert problem.status == response.status_code
        assert problem.detail


def test_nonsense_is_never_a_fault(client: httpx.Client) -> None:
    assert explore(client, 2, operations=5) > 100


@pytest.mark.slow
def test_much_nonsense_is_never_a_fault(client: httpx.Client) -> None:
    assert explore(client, 60) > 1000


def test_the_document_is_valid(client: httpx.Client) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(json.loads(json.dumps(document))).validate()
    for path, methods in document["paths"].items():
        for method, entry in methods.items():
            assert entry["summary"], (path, method)
            assert "4XX" in entry["responses"], (path, method)
