"""Results that are no pictures: the name chooses the format, a stopped batch goes on, redo."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.jobs.batches.ledger import NAME
from nijigen.jobs.say import as_command


def drawing(path: Path, side: int = 64) -> None:
    Picture(np.full((side, side, 3), 255, np.uint8)).save(path)


def detect(*words: object) -> int:
    return main(["faces", "detect", *map(str, words)])


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.csv", "file,confidence"), ("x.CSV", "file,confidence"), ("x.json", '{\n  "width": 64')],
)
def test_the_name_chooses_the_format(tmp_path: Path, name: str, start: str) -> None:
    drawing(tmp_path / "a.png")
    assert detect(tmp_path / "a.png", "-o", tmp_path / name) == 0
    assert (tmp_path / name).read_text("utf-8").startswith(start)


def test_txt_is_a_label_file_as_yolo_writes_it(tmp_path: Path) -> None:
    drawing(tmp_path / "a.png")
    box = ["--given", "[[16, 16, 48, 48]]"]
    assert detect(tmp_path / "a.png", *box, "-o", tmp_path / "a.txt") == 0
    assert (tmp_path / "a.txt").read_text() == "0 0.500000 0.500000 0.500000 0.500000\n"


def test_a_setting_wins_where_the_name_allows_it(tmp_path: Path) -> None:
    drawing(tmp_path / "a.png")
    words = [tmp_path / "a.png", "-o", tmp_path / "x.json"]
    assert detect(*words, "--format", "coco") == 0
    assert "categories" in json.loads((tmp_path / "x.json").read_text())
    (tmp_path / "s.toml").write_text('format = "animeface"')
    assert detect(*words, "--settings", tmp_path / "s.toml") == 0
    assert json.loads((tmp_path / "x.json").read_text()) == []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--format", "json", "-o", "x.csv"], "name it x.json"),
        (["--format", "csv", "-o", "x.json"], "name it x.csv"),
        (["-o", "x.png"], "name it x.json"),
        (["--format", "coco", "--name", "{stem}.csv"], "name it a.json"),
    ],
)
def test_a_name_that_says_something_else_is_refused(
    tmp_path: Path,
    words: list[str],
    hint: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    drawing(Path("a.png"))
    assert detect("a.png", *words) == 2
    assert hint in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_endings_over_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        drawing(tmp_path / "in" / f"{name}.png")
    folder, out = tmp_path / "in", tmp_path / "out"
    assert detect(folder, "-o", out, "--name", "{stem}-faces.csv") == 0
    assert {path.name for path in out.iterdir()} == {"a-faces.csv", "b-faces.csv", NAME}
    assert (out / "a-faces.csv").read_text().startswith("file,confidence")
    assert detect(folder, "-o", tmp_path / "all.csv") == 2
    assert "one file" in capsys.readouterr().err
    assert not (tmp_path / "all.csv").exists()


def test_again_skips_and_other_settings_replace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        drawing(tmp_path / "in" / f"{name}.png")
    words = [tmp_path / "in", "-o", tmp_path / "out", "--format", "csv"]
    assert detect(*words) == 0
    capsys.readouterr()
    assert detect(*words) == 0
    assert "2 skipped" in capsys.readouterr().out
    ledger = (tmp_path / "out" / NAME).read_bytes()
    (tmp_path / "out" / "b.csv").unlink()
    assert detect(*words) == 0
    assert "1 done, 1 skipped" in capsys.readouterr().out
    assert (tmp_path / "out" / NAME).read_bytes() == ledger, "what is known is not noted again"
    assert detect(*words, "--confidence", "0.9") == 0
    assert "2 done" in capsys.readouterr().out
    drawing(tmp_path / "in" / "a.png", 80)
    assert detect(*words, "--confidence", "0.9") == 0
    assert "1 done, 1 skipped" in capsys.readouterr().out


def test_what_was_edited_is_the_users_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing(tmp_path / "a.png")
    words = [tmp_path / "a.png", "-o", tmp_path / "a.json"]
    assert detect(*words) == 0
    edited = (tmp_path / "a.json").read_text().replace("nijigen", "given")
    (tmp_path / "a.json").write_text(edited)
    assert detect(*words, "--confidence", "0.9") == 6
    assert "not made by Nijigen" in capsys.readouterr().err
    assert (tmp_path / "a.json").read_text() == edited
    assert detect(*words, "--overwrite") == 0


def test_the_command_that_is_said_names_the_file_it_makes() -> None:
    said = as_command(registry.get("faces.detect"), {"format": "csv"}, {"picture": "a.png"})
    assert said == "nijigen faces detect a.png --format csv -o a-detect.csv"


def test_a_killed_batch_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count, out = 40, tmp_path / "out"
    for number in range(count):
        drawing(tmp_path / "in" / f"{number:02}.png", 300)
    words = ["faces", "detect", str(tmp_path / "in"), "-o", str(out)]
    process = subprocess.Popen([sys.executable, "-m", "nijigen", *words], stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not list(out.glob("*.json"))[2:] and time.monotonic() < end:
        time.sleep(0.005)
    process.kill()
    process.wait(30)
    done = sorted(out.glob("*.json"))
    assert 3 <= len(done) < count
    times = [path.stat().st_mtime_ns for path in done]
    # What a kill in the middle of a line leaves must not spoil the next one.
    with (out / NAME).open("a") as ledger:
        ledger.write('\n{"file":"39.js')
    assert main(words) == 0
    assert f"{count - len(done)} done, {len(done)} skipped" in capsys.readouterr().out
    assert [path.stat().st_mtime_ns for path in done] == times
    assert main(words) == 0
    assert f"{count} skipped" in capsys.readouterr().out


def test_redo_of_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing(tmp_path / "a.png")
    made = tmp_path / "a.csv"
    assert detect(tmp_path / "a.png", "-o", made) == 0
    assert main(["redo", str(made)]) == 0
    assert (tmp_path / "a-redo.csv").read_bytes() == made.read_bytes()
    assert main(["redo", str(tmp_path / "a-redo.csv"), "-o", str(tmp_path / "c.csv")]) == 0
    made.write_text("mine")
    assert main(["redo", str(made)]) == 2
    assert "has no record of how it was made" in capsys.readouterr().err


def test_bmp_has_no_room_for_its_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing(tmp_path / "a.png")
    words = ["effects", "halftone", str(tmp_path / "a.png"), "-o", str(tmp_path / "b.bmp")]
    assert main(words) == 0
    assert main(words) == 0
    assert "already done" in capsys.readouterr().out
    assert main([*words, "--cell", "4"]) == 0


def test_a_result_of_standard_input_may_be_replaced(tmp_path: Path) -> None:
    drawing(tmp_path / "a.png")
    words = [sys.executable, "-m", "nijigen", "faces", "detect", "-", "-o", str(tmp_path / "a.csv")]
    for _ in range(2):
        data = (tmp_path / "a.png").read_bytes()
        assert subprocess.run(words, input=data, capture_output=True).returncode == 0
    assert (tmp_path / "a.csv").read_text().startswith("file,")
