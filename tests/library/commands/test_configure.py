from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from nijigen.core.errors import InputError, SettingsError
from nijigen.library import Library
from nijigen.library.commands.configure import configure
from nijigen.library.commands.verify import verify


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with Library(tmp_path / "library", writing=True) as library:
        library.add(write(tmp_path / "a", 8))
    return tmp_path / "library"


def test_an_index_is_made_and_removed(place: Path) -> None:
    assert configure(library=place).result == {
        "vectors": "auto",
        "address": "",
        "workers": "local",
        "cluster": "",
    }
    assert not (place / "indexes").exists()
    assert configure(vectors="usearch", library=place).result["vectors"] == "usearch"
    assert len(list((place / "indexes").glob("whole-1.*"))) == 2
    assert verify(library=place).result == {"pictures": 8, "problems": []}
    configure(vectors="exact", library=place)
    assert list((place / "indexes").iterdir()) == []
    with Library(place) as library:
        assert library.search(scene(3), 1)[0].kinds


def test_milvus_needs_an_address(place: Path) -> None:
    with pytest.raises(SettingsError, match="no address"):
        configure(vectors="milvus", library=place)


def test_a_damaged_file_of_settings_is_named(place: Path) -> None:
    (place / "settings.json").write_text('{"vectors": "none"}')
    with pytest.raises(InputError, match=r"settings\.json cannot be read"):
        Library(place)
