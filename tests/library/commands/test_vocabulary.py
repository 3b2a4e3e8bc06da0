from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import InputError
from nijigen.library import Library
from nijigen.library.commands.vocabulary import vocabulary


def test_a_list_replaces_the_one_before(tmp_path: Path) -> None:
    file, folder = tmp_path / "tags.csv", tmp_path / "library"
    file.write_text('long_hair,0,900,"lh"\nhat,0,50,\n')
    assert vocabulary(file, library=folder).result == {"tags": 2}
    file.write_text("hat,0,50,\nmiku,4,5,\n")
    vocabulary(file, library=folder)
    with Library(folder) as library:
        assert library.tags.complete("lh") == []
        (one,) = library.tags.complete("miku")
        assert (one.tag.category, one.tag.count) == ("character", 0)


def test_another_file_is_refused_and_nothing_changed(tmp_path: Path) -> None:
    file = tmp_path / "tags.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        vocabulary(file, library=tmp_path / "library")
    file.write_text("long_hair\n")
    with pytest.raises(InputError, match=r"tags\.csv: row 1"):
        vocabulary(file, library=tmp_path / "library")
    file.write_text("hat,0,50,\n")
    with pytest.raises(InputError, match="has files in it"):
        vocabulary(file, library=tmp_path)
