from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from trashing import made, put

from nijigen.library import Library
from nijigen.library.commands.empty_trash import empty_trash
from nijigen.library.trash import trash


def test_emptying_forgets_pictures_that_are_nowhere_else(tmp_path: Path) -> None:
    place, paths = made(tmp_path)
    copy = paths[1].with_name("copy.png")
    shutil.copy(paths[1], copy)
    with Library(place) as library:
        library.add([copy])
    put(place, paths[0], copy)
    assert empty_trash(days=1, library=place).result == {"files": 0, "bytes": 0}
    assert len(trash(library=place)) == 2
    plan = empty_trash.plan({}, {"library": place})
    assert plan.changes == ("delete 2 file(s) for good, 0.0 MB",)
    assert empty_trash(library=place).result["files"] == 2
    assert not (place / "trash").exists()
    with Library(place) as library:
        assert len(library) == 2
        assert library.verify().problems == []
