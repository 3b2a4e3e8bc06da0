"""Keys: where they may come from, and that they are seen nowhere else."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from booru import LIMITS, Booru
from registering import register

from nijigen.core.errors import InputError
from nijigen.sources.sites._opening import booru_names, find_site
from nijigen.sources.sites._own import STORE, key_of

KEY = "k3y-that-nobody-may-see-4711"
USER = "somebody"
KEY_LINES = f'user = "{USER}"\nkey = "{KEY}"'


def test_from_the_environment(booru: Booru, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_DANBOORU_USER", USER)
    monkeypatch.setenv("NIJIGEN_DANBOORU_KEY", KEY)
    key = key_of("danbooru")
    assert key is not None
    assert (key.user, key.secret) == (USER, KEY)
    assert KEY not in repr(key)


def test_a_home_in_which_only_that_file_is_written_is_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path))
    monkeypatch.delenv("NIJIGEN_SOURCES", raising=False)
    file = tmp_path / "sources" / "sites.toml"
    file.parent.mkdir()
    file.write_text('[ours]\naddress = "http://127.0.0.1:1"\napi = "moebooru"\n')
    assert find_site("ours").host == "127.0.0.1"
    assert STORE.folder(writing=True) == file.parent
    file.write_text("[ours")
    # Lists of sites go without; who uses one of them is told.
    assert "danbooru" in booru_names()
    with pytest.raises(InputError, match="is not TOML"):
        find_site("ours")


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes")
def test_a_file_that_others_can_read_is_refused(
    booru: Booru, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = register(tmp_path, monkeypatch, booru, KEY_LINES)
    assert key_of("my_danbooru") is not None
    file.chmod(0o640)
    with pytest.raises(InputError, match="others can read") as error:
        key_of("my_danbooru")
    assert error.value.hint.startswith("chmod 600 ")


@pytest.mark.parametrize(
    "text", ["[danbooru\nkey = 'x'", "a = 1", '[my]\naddress = "ftp://x"\napi = "danbooru"',
             '[my]\naddress = "http://x"\napi = "none"', "[danbooru]\nkey = 1"],
)  # fmt: skip
def test_a_wrong_file_is_one_line(booru: Booru, tmp_path: Path, text: str) -> None:
    (tmp_path / "sources" / "sites.toml").write_text(text)
    ask = find_site if "[my]" in text else key_of
    with pytest.raises(InputError) as error:
        ask("my" if "[my]" in text else "danbooru")
    assert "\n" not in error.value.message


@pytest.mark.slow
def test_keys_are_seen_nowhere(
    booru: Booru, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files, all output and all argument lists are searched while and after it is used."""
    file = register(tmp_path, monkeypatch, booru, KEY_LINES)
    booru.key = (USER, KEY)
    booru.fill(150)
    (tmp_path / "temporary").mkdir()
    environment = os.environ | {
        "TMPDIR": str(tmp_path / "temporary"),
        "NIJIGEN_HOME": str(tmp_path / "home"),
    }
    said: list[bytes] = []
    for api in LIMITS:
        arguments = ["posts", f"my_{api}", "cat", "--raw", "-o", str(tmp_path / f"{api}.jsonl")]
        said += _watched(arguments, environment, tmp_path, file)
    for api in ("danbooru", "gelbooru"):
        arguments = [
            "download",
            f"my_{api}",
            "cat",
            "--output",
            str(tmp_path / api),
            "--count",
            "5",
        ]
        said += _watched(arguments, environment, tmp_path, file)
        # Once more where everything goes wrong.
        booru.faults["refuse"] = 1
        said += _watched(["posts", f"my_{api}", "cat"], environment, tmp_path, file)
    assert any(b"refuses" in text for text in said)
    for text in said:
        assert not _has_key(text)
    sent = [h for path, h in booru.asked if path.startswith("/posts.json")]
    assert all("Authorization" in headers for headers in sent)
    files = [(path, h) for path, h in booru.asked if path.startswith("/data/")]
    assert len(files) == 10
    for path, headers in files:
        assert not _has_key((path + repr(headers)).encode())


def _watched(
    arguments: list[str], environment: dict[str, str], folder: Path, own: Path
) -> Iterator[bytes]:
    command = [sys.executable, "-m", "nijigen", "sources", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        while running.poll() is None:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    assert not _has_key(path.read_bytes())
                except OSError:
                    continue
            _search(folder, own)
            time.sleep(0.2)
        assert running.stdout is not None
        yield running.stdout.read()
    _search(folder, own)


def _search(folder: Path, own: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            try:
                found = path != own and path.is_file() and _has_key(path.read_bytes())
            except OSError:
                continue
            assert not found, path


def _has_key(content: bytes) -> bool:
    basic = base64.b64encode(f"{USER}:{KEY}".encode())
    return KEY.encode() in content or basic in content
