"""``nijigen redo``: which runtimes repeat the steps of a result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nijigen import get
from nijigen.cli.main import main
from nijigen.cli.redo import redo
from nijigen.cli.settings import read_settings
from nijigen.core.errors import InputError
from nijigen.imaging.files import read_history, read_picture, write
from nijigen.models import session
from nijigen.recipes.recipe import parse
from pictures import drawing

STEPS = """
[[steps]]
operation = "upscale.waifu2x"
model = "upconv_7"
factor = 1
denoise = "1"

[[steps]]
operation = "upscale.waifu2x"
model = "cunet"
factor = 1
denoise = "1"
"""
FASTEST = {"waifu2x-upconv-7-art": "onnxruntime", "waifu2x-cunet": "ncnn"}


def test_every_step_is_repeated_on_its_own_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NIJIGEN_RUNTIME", raising=False)
    monkeypatch.setattr(session, "fastest", lambda name, *_: FASTEST[name])
    write(drawing(24, 16), tmp_path / "source.png")
    recipe = parse("two", STEPS)
    made = recipe.apply({"picture": read_picture(tmp_path / "source.png")}, {})
    used = [step.runtimes for step in made.info.history.steps]
    assert used == [("onnxruntime",), ("ncnn",)]
    write(made, tmp_path / "result.png")

    # Another machine would take other runtimes.
    monkeypatch.setattr(session, "fastest", lambda *_: pytest.fail("timed again"))
    redo.main(
        [str(tmp_path / "result.png"), "-o", str(tmp_path / "again.png")], standalone_mode=False
    )
    again = read_picture(tmp_path / "again.png")
    history = read_history(tmp_path / "again.png")
    assert history is not None
    assert [step.runtimes for step in history.steps] == used
    assert np.array_equal(again.pixels, made.pixels)


def test_a_result_gives_its_settings_to_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str) -> None:
        assert main(["generate", "character", *words]) == 0

    mine, joy = tmp_path / "mine.png", tmp_path / "joy.png"
    run(
        "--seed", "9", "--hair-color", "#caa0ff", "--width", "48", "--height", "48", "-o", str(mine)
    )
    run("--settings", str(mine), "--expression", "joy", "-o", str(joy))
    history = read_history(joy)
    assert history is not None
    told = history.steps[-1].settings
    assert (told["seed"], told["hair_color"], told["width"]) == (9, "#caa0ff", 48)
    assert told["expression"] == "joy"
    assert "note" not in capsys.readouterr().err
    monkeypatch.setattr(get("generate.character"), "version", 99)
    run("--settings", str(mine), "-o", str(tmp_path / "new.png"))
    assert "was made by version" in capsys.readouterr().err
    with pytest.raises(InputError, match="was not made by"):
        read_settings(mine, get("faces.detect"))
