from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from unit_vectors import clustered, unit

from nijigen.core.run import SILENT
from nijigen.library.vectors.exact import Exact
from nijigen.library.vectors.inverted import Inverted, books_path, write

VECTORS = clustered(3000, 4, 32)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inverted") / "a-1.index"
    numbers = np.arange(2500)
    write(path, None, VECTORS, numbers, numbers, SILENT)
    return path


def query(number: int) -> np.ndarray:
    one = VECTORS[number, 2] / 127 + 0.2 * unit(1, 32, seed=number)[0]
    return (one / np.linalg.norm(one)).astype(np.float32)


def test_it_proposes_what_an_exact_scan_finds(path: Path) -> None:
    store, exact = Inverted(path), Exact(VECTORS, np.arange(2500))
    queries = [query(number)[None] for number in range(0, 2500, 50)]
    found = [store.nearest(one, 40) for one in queries]
    best = [exact.nearest(one, 1)[0] for one in queries]
    assert all(len(set(one)) == len(one) == 40 for one in found)
    assert np.mean([one in numbers for one, numbers in zip(best, found, strict=True)]) > 0.95


def test_it_is_extended_and_drops_what_was_removed(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "a-2.index"
    numbers = np.arange(100, 3000)
    write(made, path, VECTORS, numbers, np.arange(2500, 3000), SILENT)
    store = Inverted(made)
    assert np.array_equal(store.books.centers, Inverted(path).books.centers)
    assert 2900 in store.nearest(query(2900)[None], 40)
    assert 50 not in store.nearest(query(50)[None], 2000)
    assert sum(len(keys) for keys, _, _ in store.chunks(np.ones(3000, bool))) == 4 * 2900


@pytest.mark.parametrize("damage", ["missing", "cut", "books"])
def test_damage_is_an_error(path: Path, tmp_path: Path, damage: str) -> None:
    made = tmp_path / "a-3.index"
    if damage != "missing":
        made.write_bytes(path.read_bytes()[: -10 if damage == "cut" else None])
    books_path(made).write_bytes(
        books_path(path).read_bytes()[: 100 if damage == "books" else None]
    )
    with pytest.raises((OSError, ValueError)):
        Inverted(made)
