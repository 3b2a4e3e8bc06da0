from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from unit_vectors import unit

from nijigen.core.run import SILENT
from nijigen.library.vectors.usearch import USearch, members_path, write


def halves(count: int, seed: int = 22) -> np.ndarray:
    return unit(count, 32, seed=seed).astype(np.float16)


def test_very_many_equal_vectors_hide_no_others(tmp_path: Path) -> None:
    vectors = halves(2500)
    vectors[500:] = vectors[3] = halves(1, 7)
    write(tmp_path / "a-1.index", None, vectors, np.arange(2500), SILENT)
    store = USearch(tmp_path / "a-1.index")
    others = [n for n in range(500) if n != 3]
    assert all(store.nearest(vectors[[n]].astype(np.float32), 3)[0] == n for n in others)
    blank = store.nearest(vectors[[1000]].astype(np.float32), 30)
    assert 3 in blank
    assert np.isin(blank[:30], [3, *range(500, 2500)]).all()


def test_the_same_vectors_make_the_same_graph(tmp_path: Path) -> None:
    """Several threads would make another one each time, and lose entries now and then."""
    paths = [tmp_path / "a-1.index", tmp_path / "b-1.index"]
    for path in paths:
        write(path, None, halves(3000), np.arange(3000), SILENT)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_it_is_extended_and_the_old_file_stays(tmp_path: Path) -> None:
    vectors = halves(400)
    old, new = tmp_path / "a-1.index", tmp_path / "a-2.index"
    write(old, None, vectors, np.arange(0, 300), SILENT)
    before = old.read_bytes()
    # Some of the old ones were removed, and one of the new is equal to one of them.
    vectors[350] = vectors[10]
    write(new, old, vectors, np.arange(20, 400), SILENT)
    assert old.read_bytes() == before
    store = USearch(new)
    assert store.nearest(vectors[[399]].astype(np.float32), 1)[0] == 399
    assert store.nearest(vectors[[10]].astype(np.float32), 1)[0] == 350


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "other", "members"])
def test_damage_is_an_error_and_no_crash(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a-1.index"
    write(path, None, halves(300), np.arange(300), SILENT)
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "members":
        members_path(path).write_bytes(members_path(path).read_bytes()[:1201])
    else:
        path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "other": b"x" * 500}[damage])
    with pytest.raises((OSError, ValueError)):
        USearch(path)


def test_networks_can_be_opened_after_a_graph() -> None:
    code = (
        "from nijigen.library.vectors.usearch import _index_type; _index_type(); import onnxruntime"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
