"""Fixtures of the contract tests, and the modules beside them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cases import IDS, usual

from nijigen import NijigenError
from nijigen.core import registry
from nijigen.core.operation import Operation


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that wait for each other over small pictures only burn CPU seconds."""
    monkeypatch.setenv("NIJIGEN_THREADS", "1")


@pytest.fixture(params=IDS)
def operation(request: pytest.FixtureRequest) -> Operation[Any, Any]:
    """Every operation that can be called here."""
    made = registry.get(request.param)
    if made.access == "network":
        pytest.skip(f"{made.id} talks to sites: its own tests have a server in their place")
    if made.path_settings or any(port.in_root for port in made.ports):
        try:
            usual(made)
        except NijigenError as error:
            if not error.hint:
                raise
            pytest.skip(f"{made.id} in an empty home: {error.message}")
    return made
