"""What a request names lies in a folder that the owner registered, or is refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nijigen.core.errors import InputError, NotFound
from nijigen.core.ports import PathKind
from nijigen.jobs.roots import OutsideRoots, Roots, read_below

FILE, FOLDER = PathKind("file"), PathKind("folder")
links = pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "root" / "in").mkdir(parents=True)
    (tmp_path / "root" / "in" / "a.txt").write_text("a")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


@pytest.fixture
def roots(folder: Path) -> Roots:
    return Roots({"shelf": folder / "root"})


def test_a_path_in_a_root(roots: Roots, folder: Path) -> None:
    root, path = roots.existing("shelf:in/a.txt", FILE)
    assert read_below(root, path) == b"a"
    assert roots.existing("shelf:", FOLDER)[1] == (folder / "root").resolve()
    assert roots.resolve("shelf:not/there yet")[1] == (folder / "root/not/there yet").resolve()
    for text, kind in (("shelf:in", FILE), ("shelf:in/a.txt", FOLDER), ("shelf:b", FILE)):
        with pytest.raises(NotFound, match="there is no"):
            roots.existing(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        *("/etc/passwd", "shelf:/etc/passwd", "shelf://etc/passwd", "../secret.txt", "~/x", ""),
        *("shelf:../secret.txt", "shelf:in/../../secret.txt", "shelf:in/..", "shelf:.."),
        *("C:\\secret.txt", "C:/secret.txt", "shelf:C:/secret.txt", "shelf:in\\..\\..\\secret.txt"),
        *("\\\\host\\share", "shelf:\\\\host\\share", "shelf:a\0b", "shelf:a\nb", "file:etc"),
        *(":in/a.txt", "in/a.txt", "shelf", "she/lf:a", "shelf:" + "a/" * 3000),
    ],
)
def test_what_leads_outside_is_refused(roots: Roots, text: str) -> None:
    with pytest.raises((OutsideRoots, NotFound)) as caught:
        roots.existing(text, FILE)
    # A long path is refused by the system, and "file" might be the name of a root.
    assert caught.value.http_status == 403 or text.startswith("file:") or len(text) > 255
    assert "secret" not in caught.value.hint


def test_unknown_roots_name_the_known_ones(roots: Roots) -> None:
    with pytest.raises(NotFound, match="no root 'shel'") as caught:
        roots.resolve("shel:a")
    assert "shelf" in caught.value.hint
    with pytest.raises(NotFound) as caught:
        Roots().resolve("shelf:a")
    assert "--root NAME=FOLDER" in caught.value.hint


@links
def test_links_are_followed_before_it_is_asked_where_they_lead(roots: Roots, folder: Path) -> None:
    root = folder / "root"
    (root / "inner").symlink_to(root / "in")
    (root / "out").symlink_to(folder)
    (root / "file").symlink_to(folder / "secret.txt")
    (root / "nowhere").symlink_to(folder / "no such file")
    (root / "loop").symlink_to(root / "loop")
    assert roots.existing("shelf:inner/a.txt", FILE)[1] == (root / "in" / "a.txt").resolve()
    for text in ("shelf:out/secret.txt", "shelf:file", "shelf:out", "shelf:nowhere"):
        with pytest.raises(OutsideRoots):
            roots.existing(text, FILE)
    with pytest.raises(NotFound):
        roots.existing("shelf:loop", FILE)


@links
def test_a_link_swapped_in_after_the_look_is_not_followed(roots: Roots, folder: Path) -> None:
    root, path = roots.existing("shelf:in/a.txt", FILE)
    path.unlink()
    path.symlink_to(folder / "secret.txt")
    with pytest.raises(NotFound):
        read_below(root, path)
    path.unlink()
    path.parent.rmdir()
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "a.txt").write_text("secret")
    path.parent.symlink_to(folder / "elsewhere")
    with pytest.raises(NotFound):
        read_below(root, path)


@links
def test_pipes_are_no_files(roots: Roots, folder: Path) -> None:
    os.mkfifo(folder / "root" / "pipe")
    with pytest.raises(NotFound):
        roots.existing("shelf:pipe", FILE)
    root = (folder / "root").resolve()
    with pytest.raises(NotFound, match="is not a file"):
        read_below(root, root / "pipe")


def test_names_of_roots(folder: Path) -> None:
    for name in ("c", "", "a b", "a:b", "-a", "ä" * 3):
        with pytest.raises(InputError, match="not a valid root name"):
            Roots({name: folder})
    with pytest.raises(InputError, match="no folder"):
        Roots({"shelf": folder / "no"})
