from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene, write

from extras import needing
from nijigen.core.errors import Cancelled
from nijigen.core.run import Run
from nijigen.library import Library
from nijigen.library._settings import Settings, write_settings
from nijigen.library.adding import adder

COUNT = 40


@pytest.mark.parametrize(
    "workers", ["local", pytest.param("ray", marks=[pytest.mark.slow, needing("ray")])]
)
def test_other_processes_add_the_same_and_an_interrupted_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    pictures = tmp_path / "pictures"
    write(pictures, COUNT, size=(64, 48))
    (pictures / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (pictures / "again.png").write_bytes((pictures / "scene 3.png").read_bytes())
    with Library(tmp_path / "alone", writing=True) as library:
        alone = library.add([pictures])
    monkeypatch.setattr(adder, "_MANY", 1)
    with Library(tmp_path / "apart", writing=True):
        write_settings(tmp_path / "apart", Settings(workers=workers))
    run = Run()
    with Library(tmp_path / "apart") as library:
        # Cancelled after the first shard: what was reported stays.
        with pytest.raises(Cancelled):
            library.add([pictures], run=run, listener=lambda paths: run.cancel())
        before = len(library)
        assert 0 < before < COUNT
        added = library.add([pictures])
        assert added.added == COUNT - before
        assert [path.name for path in added.failed] == ["damaged.png"]
        assert len(library) == alone.added == COUNT
        assert library.verify(files=True).problems == []
    rows = [
        (tmp_path / name / "signatures" / "haar-1.rows").read_bytes() for name in ("alone", "apart")
    ]
    assert rows[0] == rows[1]
    with Library(tmp_path / "apart") as library:
        assert library.search(scene(3, (64, 48)), 1)[0].places[0].path.name in {
            "scene 3.png",
            "again.png",
        }
