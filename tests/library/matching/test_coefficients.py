from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene

from nijigen.library.matching import coefficients
from nijigen.library.matching.views import view_of
from nijigen.library.signatures.haar import Haar, mirrored
from nijigen.library.store.postings import Postings

COUNT = 60


@pytest.fixture(scope="module")
def records() -> np.ndarray:
    return np.array([Haar().of(view_of(scene(seed, (128, 128)))) for seed in range(COUNT)])


def test_pictures_that_share_coefficients_are_found(records: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "haar-1.index"
    coefficients.write(path, None, records, np.arange(40), np.arange(40))
    postings = Postings(path, coefficients.KEYS)
    assert postings.lengths.sum() == np.count_nonzero(records["places"][:40])
    assert all(
        coefficients.similar(postings, [row], 3)[0] == n for n, row in enumerate(records[:40])
    )
    turned = [mirrored(row) for row in records[:40]]
    assert coefficients.similar(postings, [records[50], turned[7]], 3)[0] == 7


def test_a_search_is_bounded(
    records: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "haar-1.index"
    coefficients.write(path, None, records, np.arange(COUNT), np.arange(COUNT))
    monkeypatch.setattr(coefficients, "_BUDGET", 70)
    read = []

    class Counting(Postings):
        def numbers(self, key: int, most: int | None = None) -> np.ndarray:
            read.append(super().numbers(key, most))
            return read[-1]

    assert coefficients.similar(Counting(path, coefficients.KEYS), [records[5]], 3)[0] == 5
    assert 0 < sum(map(len, read)) <= 70


def test_it_is_extended_and_drops_what_was_removed(records: np.ndarray, tmp_path: Path) -> None:
    old, new, whole = (tmp_path / f"haar-{n}.index" for n in (1, 2, 3))
    coefficients.write(old, None, records, np.arange(30), np.arange(30))
    kept = np.arange(10, COUNT)
    coefficients.write(new, old, records, kept, np.arange(30, COUNT))
    coefficients.write(whole, None, records, kept, kept)
    assert new.read_bytes() == whole.read_bytes()


def test_blank_pictures_have_no_coefficients(records: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "haar-1.index"
    coefficients.write(path, None, records, np.arange(5), np.arange(5))
    blank = Haar().of(np.full((64, 64, 3), 255, np.uint8))
    assert len(coefficients.similar(Postings(path, coefficients.KEYS), [blank], 3)) == 0
