from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "datasets"))

from test_manga109 import made

from nijigen.sources.dataset import dataset


def test_lines_say_everything(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "images/Made/002.jpg").unlink()
    assert dataset.lines is not None
    lines = list(dataset.lines(dataset("manga109", tmp_path)))
    assert lines[0] == "Manga109"
    assert "           4 pages" in lines
    assert lines[-2].split() == ["4", "pictures,", "of", "which", "1", "are", "missing"]
    assert lines[-1].startswith("images/Made/002.jpg: the picture is missing")
