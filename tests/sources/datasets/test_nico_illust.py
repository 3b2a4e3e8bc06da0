from __future__ import annotations

import json
from pathlib import Path

import pytest

from nijigen.core.errors import NotFound
from nijigen.sources.dataset import dataset
from nijigen.sources.datasets.dataset import Faults
from nijigen.sources.datasets.nico_illust import NicoIllust
from pictures import drawing


@pytest.mark.parametrize("lines", [True, False])
def test_records_and_pictures(tmp_path: Path, lines: bool) -> None:
    records = [{"id": "im12", "tags": ["東方", "Reimu"], "views": 7}, {"id": 13, "tags": "a b"}]
    text = "\n".join(map(json.dumps, records)) if lines else json.dumps(records)
    (tmp_path / "meta.json").write_text(text)
    (tmp_path / "images").mkdir()
    drawing(30, 20).save(tmp_path / "images/im12.png")
    first, second = NicoIllust(tmp_path).samples(Faults())
    assert (first.name, first.width, first.post.names) == ("im12.png", 30, ("東方", "reimu"))
    assert first.post.raw == records[0]
    assert (second.file, second.post.names) == (None, ("a", "b"))
    found = dataset("nico-illust", tmp_path)
    assert found["contents"] == {"records": 2, "pictures": 1}
    assert found["faults"] == ["im13: the picture is missing; compare it with the release"]


def test_bad_records_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 1, "tags": []}\n{"id": 2\n3\n{"tags": []}\n')
    (tmp_path / "b.json").write_text("[1,")
    assert len(dataset("nico-illust", tmp_path)["faults"]) == 5


def test_no_copy(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"name": 1}')
    with pytest.raises(NotFound) as error:
        dataset("nico-illust", tmp_path)
    assert "Universities" in error.value.hint
