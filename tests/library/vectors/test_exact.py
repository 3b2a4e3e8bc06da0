from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from unit_vectors import unit

from nijigen.library.vectors import exact
from nijigen.library.vectors.exact import Exact


def test_the_nearest_to_any_query_come_first_also_over_several_blocks() -> None:
    vectors = unit(2 * exact._BLOCK + 50, 16)
    store = Exact(vectors.astype(np.float16), np.arange(0, len(vectors), 2))
    near = vectors[[1060, 8]] * np.float32([[1], [0.9]])
    assert store.nearest(near, 2).tolist() == [1060, 8]
    expected = (vectors[::2] @ near.T).max(1).argsort()[::-1][:30] * 2
    assert set(store.nearest(near, 30)) == set(expected)


def test_a_picture_with_several_vectors_is_returned_once() -> None:
    vectors = unit(40, 5, 16)
    store = Exact(np.rint(vectors * 127).astype(np.int8), np.arange(40))
    found = store.nearest(vectors[7, [1, 4]], 10)
    assert found[0] == 7
    assert len(set(found)) == 10


def test_nothing_is_found_in_nothing() -> None:
    assert (
        len(Exact(np.zeros((0, 16), np.float16), np.zeros(0, np.int64)).nearest(unit(1, 16), 5))
        == 0
    )
