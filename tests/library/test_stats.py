from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from collection import write

from nijigen.library import Library
from nijigen.library.stats import stats


def test_it_counts_pictures_files_and_bytes(tmp_path: Path) -> None:
    paths = write(tmp_path / "a", 2)
    with Library(tmp_path / "library", writing=True) as library:
        library.add(paths)
    found = stats(library=tmp_path / "library")
    assert (found["pictures"], found["formats"], found["files"]) == (2, {"png": 2}, {"here": 2})
    assert found["bytes"] == sum(path.stat().st_size for path in paths)
    assert set(found["signatures"].values()) == {2}
    # 10.6 KB a picture, and one unused record.
    assert found["stored"]["signatures"] == 3 * (252 + 2240 + 8066)
