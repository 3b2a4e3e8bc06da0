"""Thousands of damaged files: each is read or refused in a watched process, none is a fault."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from damage import damaged, kinds, layered
from nijigen.core.errors import NijigenError
from nijigen.jobs.decoding.decoders import Decoders

VALID = {**kinds(), **layered()}


@pytest.fixture
def decoders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoders]:
    """Decoders with the limits that no damaged file may reach."""
    monkeypatch.setenv("NIJIGEN_MAX_MEMORY", "1000")
    monkeypatch.setenv("NIJIGEN_MAX_SECONDS", "10")
    made = Decoders(tmp_path / "decoders")
    yield made
    made.stop()


def wrong(decoders: Decoders, folder: Path, seed: int) -> str:
    """Damage a file and decode it; return what went wrong, if anything did."""
    chance = random.Random(seed)
    kind = chance.choice(sorted(VALID))
    what, data = damaged(VALID[kind], chance)
    path, small = folder / f"{seed}", folder / f"{seed}.webp"
    path.write_bytes(data)
    told = f"seed {seed}: {kind}, {what}"
    try:
        decoders.facts(path, "a")
        decoders.thumbnail(path, "a", small, 64)
    except NijigenError as error:
        bad = "decoding it takes more than" in error.message or "crashed" in error.message
        if bad or not error.hint or not error.message.startswith("a: "):
            return f"{told}: {error.message} ({error.hint})"
    except Exception as error:
        return f"{told}: {type(error).__name__}: {error}"
    path.unlink()
    small.unlink(missing_ok=True)
    return ""


def check(decoders: Decoders, folder: Path, seeds: range) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda seed: wrong(decoders, folder, seed), seeds)
        assert [one for one in found if one] == []


def test_60_damaged_files(decoders: Decoders, tmp_path: Path) -> None:
    check(decoders, tmp_path, range(60))


@pytest.mark.slow
def test_3000_damaged_files(decoders: Decoders, tmp_path: Path) -> None:
    check(decoders, tmp_path, range(1000, 4000))
