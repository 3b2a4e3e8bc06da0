"""Time the runtimes that can run a network, once for each CPU, and remember the fastest."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from nijigen.core.errors import NijigenError
from nijigen.imaging.tiling import Geometry
from nijigen.models._cpu import cpu_model
from nijigen.models._onnx.cache import cache_folder

SIDE = 64
"""Source pixels on a side of the timed tile: large enough to use all threads, and small enough for
several runtimes to fit into memory."""
ROUNDS = 3
BUDGET = 1.5
"""Seconds after which no further round is timed."""

Name = TypeVar("Name", bound=str)
Runner = Callable[[np.ndarray[Any, Any]], object]
_known: dict[str, str] = {}


def fastest(
    network: str, geometry: Geometry, runners: Mapping[Name, Callable[[], Runner]], threads: int
) -> Name:
    """Return the runtime that is fastest on this CPU, as timed once in this home.

    The first choice is kept, so that results do not depend on how busy the machine was: it is in
    the cache folder, one file for each network, CPU, number of threads and version of the runtimes.

    Args:
        network: Name of the model. All its networks take the same runtime, so that a result names
            one.
        geometry: What size the network takes.
        runners: Loads the network by runtime.
        threads: How many threads it uses.
    """
    names: Sequence[Name] = list(runners)
    identity = {
        "network": network,
        "cpu": cpu_model(),
        "threads": threads,
        "runtimes": {name: _version(name) for name in names},
    }
    text = json.dumps(identity, sort_keys=True)
    chosen = _known.get(text) or _kept(text, names)
    if chosen is None:
        seconds = _seconds(geometry, runners)
        chosen = min(names, key=lambda name: seconds[name])
        record = {**identity, "chosen": chosen, "seconds": seconds}
        _keep(text, json.dumps(record, indent=1), names)
        # Another process may have been first.
        chosen = _kept(text, names) or chosen
    _known[text] = chosen
    return next(name for name in names if name == chosen)


def _seconds(geometry: Geometry, runners: Mapping[Name, Callable[[], Runner]]) -> dict[Name, float]:
    side = -(-(SIDE + 2 * geometry.border) // geometry.multiple_of) * geometry.multiple_of
    batch = np.random.default_rng(0).random((1, 3, side, side), np.float32)
    started = time.perf_counter()
    loaded = {name: load() for name, load in runners.items()}
    best = dict.fromkeys(runners, float("inf"))
    # The first round warms up. In turn, so that load on the machine affects all alike.
    for number in range(1 + ROUNDS):
        for name, run in loaded.items():
            before = time.perf_counter()
            run(batch)
            if number:
                best[name] = min(best[name], time.perf_counter() - before)
        if number and time.perf_counter() - started > BUDGET:
            break
    return {name: round(value, 5) for name, value in best.items()}


def _version(runtime: str) -> str:
    return importlib.metadata.version(runtime.partition("-")[0])


def _path(text: str, *, writing: bool = False) -> Path:
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return cache_folder(writing=writing) / f"runtime-{digest}.json"


def _kept(text: str, names: Sequence[str]) -> str | None:
    try:
        chosen = json.loads(_path(text).read_text("utf-8"))["chosen"]
    except (NijigenError, OSError, ValueError, KeyError, TypeError):
        return None
    return chosen if chosen in names else None


def _keep(text: str, record: str, names: Sequence[str]) -> None:
    """Write a choice, unless another process was first."""
    with contextlib.suppress(NijigenError, OSError):
        path = _path(text, writing=True)
        scratch = path.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_text(record, "utf-8")
        try:
            os.link(scratch, path)
        except OSError:
            # It is there, or the file system has no links.
            if _kept(text, names) is None:
                scratch.replace(path)
        scratch.unlink(missing_ok=True)
