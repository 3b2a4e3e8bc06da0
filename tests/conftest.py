"""Fixtures for all tests."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import plug_in
from cpu_seconds import CpuSeconds

# Notes where the user's own weights are, before that is changed.
importlib.import_module("extras")

MEMORY = Path("/dev/shm")
GIGABYTE = 2**30


def _has_room_in_memory() -> bool:
    """Whether what the tests write, about a gigabyte, can be in memory."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return False
    holds_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return holds_programs and shutil.disk_usage(MEMORY).free > 6 * GIGABYTE


# Every file is flushed to the disk, which took 190 of the 210 s of tests/durability.
if _has_room_in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Before any test is collected, since the contract tests ask for all operations then.
os.environ["NIJIGEN_HOME"] = tempfile.mkdtemp(
    prefix="nijigen-tests-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")
)
for variable in ("NIJIGEN_MODELS", "NIJIGEN_RECIPES", "NIJIGEN_CACHE"):
    os.environ.pop(variable, None)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in a job that a shell started with "&": the commands that tests press Ctrl-C in inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_HOME = Path(os.environ["NIJIGEN_HOME"])
SHARED = Path(__file__).parents[2] / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Count the CPU seconds of the contract tests."""
    config.pluginmanager.register(CpuSeconds(), "contract-cpu-seconds")


def pytest_sessionfinish() -> None:
    """Remove the home of what runs longer than a test."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep all that is the user's own out of tests."""
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("NIJIGEN_MODELS", str(tmp_path_factory.mktemp("models")))
    monkeypatch.setenv("NIJIGEN_CACHE", str(_cache(tmp_path_factory)))
    # The one runtime that every installation has.
    monkeypatch.setenv("NIJIGEN_RUNTIME", "onnxruntime")


@pytest.fixture(scope="session")
def plug_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plug-in whose operation takes its time."""
    return plug_in.install(tmp_path_factory.mktemp("plug-ins"))


def _cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of converted networks that all tests of one process share."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pictures, which lies beside the repository where it is developed."""
    if not SHARED.is_dir():
        pytest.skip("the real pictures are not beside this checkout (../shared/data)")
    return SHARED
