"""Every operation that colors tells how far it is, and can be stopped on the way."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import numpy as np
import pytest

from color import drawn
from nijigen import Picture, Run
from nijigen.cli.main import main
from nijigen.core.errors import Cancelled
from nijigen.core.registry import get
from nijigen.imaging import memory

OPERATIONS = ["flat", "regions", "gradient", "shade", "lines", "paint", "recolor", "transfer"]
SETTINGS = {"recolor": {"palette": "red blue", "scheme": "triadic"}, "paint": {"lines": 0.5}}


def inputs(name: str) -> dict[str, Picture]:
    page = Picture(np.dstack([drawn.boxes().pixels[:, :, 0]] * 3))
    return {"picture": page} | ({"reference": page} if name == "transfer" else {})


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MEMORY", memory.Memory())


@pytest.mark.parametrize("name", OPERATIONS)
def test_it_tells_of_progress_and_stops_where_it_is_asked_to(name: str) -> None:
    operation, told = get(f"color.{name}"), list[float]()
    operation.apply(inputs(name), SETTINGS.get(name, {}), Run(told.append))
    assert told == sorted(told)
    assert 0 < told[-1] <= 1
    # After the last report there may be nothing left to stop.
    for step in range(len(told) - 1):
        memory._MEMORY = memory.Memory()
        stop, steps = Event(), list[float]()

        def listen(done: float, last: int = step, stop: Event = stop, steps: list[float] = steps):
            steps.append(done)
            if len(steps) > last:
                stop.set()

        with pytest.raises(Cancelled):
            operation.apply(inputs(name), SETTINGS.get(name, {}), Run(listen, stop))
        assert len(steps) == step + 1


def test_a_large_page_stops_between_its_bands() -> None:
    page = np.full((2500, 600), 255, np.uint8)
    page[100:2400, (80, 500)] = page[(100, 2399), 80:500] = 0
    told: list[float] = []
    get("color.flat").apply({"picture": Picture(page)}, {}, Run(told.append))
    assert len(told) >= 8


def test_ctrl_c_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from nijigen.color._flats import flatting

    source, target = tmp_path / "page.png", tmp_path / "page.psd"
    drawn.boxes().save(source)
    words = ["color", "flat", str(source), "-o", str(target), "-q"]
    assert main(words) == 0
    before = target.read_bytes()

    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(flatting, "flats_of", pressed)
    assert main([*words, "--rule", "leave", "--overwrite"]) == 130
    assert "error: stopped" in capsys.readouterr().err
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".jsonl") == [
        "page.png",
        "page.psd",
    ]
