from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen.core.errors import InputError, NotFound
from nijigen.library import Library
from nijigen.library.commands.distinct import distinct


def test_all_pairs_of_the_pictures_are_marked(tmp_path: Path) -> None:
    """What the marks do: test_dedupe.py."""
    paths = [str(path) for path in write(tmp_path / "pictures", 3)]
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add([tmp_path / "pictures"])
    plan = distinct.plan({"paths": paths}, {"library": place})
    assert plan.changes == ("mark 3 pair(s) of pictures",)
    assert distinct(paths, library=place).result == {"pairs": 3}
    assert distinct.plan({"paths": paths}, {"library": place}).changes == ()
    assert distinct([str(tmp_path / "pictures")], forget=True, library=place).result == {"pairs": 3}
    with pytest.raises(InputError, match="fewer than two"):
        distinct(paths[:1], library=place)
    with pytest.raises(NotFound, match="nothing at"):
        distinct([paths[0], "missing.png"], library=place)
