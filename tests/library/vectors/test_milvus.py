from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from collection import scene, write
from unit_vectors import clustered, unit

from extras import needing
from nijigen.core.errors import InputError
from nijigen.core.run import SILENT
from nijigen.library import Library
from nijigen.library.commands.configure import configure
from nijigen.library.commands.verify import verify
from nijigen.library.indexes import indexes
from nijigen.library.vectors import milvus
from nijigen.library.vectors.exact import Exact
from nijigen.library.vectors.milvus import Milvus

pytestmark = [needing("pymilvus"), needing("milvus_lite")]
NONE = np.zeros(0, np.int64)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    path = str(tmp_path / "vectors.db")
    yield path
    if path in milvus._clients:
        milvus._clients.pop(path).close()


def reopened(address: str) -> None:
    """Go on as another process would."""
    milvus._clients.pop(address).close()


def test_it_finds_what_an_exact_scan_finds(address: str) -> None:
    vectors = unit(400, 32)
    vectors[200:] = vectors[0]
    milvus.create(address, "a", 32)
    milvus.change(address, "a", vectors, np.arange(400), np.array([7]), SILENT)
    milvus.change(address, "a", vectors, np.arange(300, 400), NONE, SILENT)
    reopened(address)
    store = Milvus(address, "a", 1)
    numbers = np.setdiff1d(np.arange(400), [7])
    for number in range(1, 100, 10):
        expected = Exact(vectors, numbers).nearest(vectors[[number]], 20)
        found = store.nearest(vectors[[number]], 20)
        assert found[0] == expected[0] == number
        # Vectors are kept in 8 bits, and not all lists are looked at.
        worst, wanted = ((vectors[one] @ vectors[number]).min() for one in (found, expected))
        assert worst > wanted - 0.1
        assert 7 not in found


def test_several_vectors_a_picture(address: str) -> None:
    vectors = clustered(200, 4, 32)
    milvus.create(address, "a", 32)
    milvus.change(address, "a", vectors, np.arange(100, 200), NONE, SILENT)
    query = vectors[150, 2:3].astype(np.float32) / 127
    assert Milvus(address, "a", 4).nearest(query, 10)[0] == 150


def test_a_library_in_milvus(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add(write(tmp_path / "a", 8))
        expected = library.search(scene(5), 5)
    configure(vectors="milvus", address=address, library=place)
    assert not list((place / "indexes").glob("whole-*"))
    reopened(address)
    with Library(place) as library:
        assert library.notes == ()
        assert library.search(scene(5), 5) == expected
        monkeypatch.setattr(indexes, "LEAST_TAIL", 0)
        library.add(write(tmp_path / "b", 1, 8))
        assert len(library._indexes.tail("embedding")) == 0
        assert library.search(scene(8), 1)[0].places[0].path.name == "scene 8.png"
        library.index(anew=True)
    assert len(milvus.client(address).list_collections()) == 2
    assert verify(library=place).result["problems"] == []
    configure(vectors="exact", library=place)
    assert milvus.client(address).list_collections() == []


def test_a_server_that_does_not_answer(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add(write(tmp_path / "a", 4))
    configure(vectors="milvus", address=address, library=place)

    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionError("Milvus: no answer")

    monkeypatch.setattr(milvus, "client", refuse)
    with Library(place) as library:
        assert "does not answer" in library.notes[0]
        assert library.search(scene(2), 1)[0].places[0].path.name == "scene 2.png"
    with pytest.raises(InputError, match="no answer"):
        configure(vectors="milvus", address="http://127.0.0.1:9", library=place)
