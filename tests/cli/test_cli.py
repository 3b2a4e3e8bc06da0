"""The command line as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from extras import needs
from nijigen import Picture
from nijigen.cli.main import COMMANDS, main
from nijigen.core import registry
from pictures import drawing


def nijigen(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "nijigen", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
    )


def test_help_names_groups_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in (*registry.groups(), *COMMANDS):
        assert name in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


HEAVY = (
    *("numpy", "PIL", "pydantic", "rich", "fastapi", "onnx", "cv2", "scipy", "av"),
    "nijigen.core.operation",
)


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """Numpy alone takes as long as all of `--help`."""
    code = (
        f"import sys; from nijigen.cli.main import main; main({words!r}); "
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"


def test_operation_help_shows_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effects", "halftone", "-h"]) == 0
    text = capsys.readouterr().out
    for part in ("--cell", "2..", "[default: 8]", "dot", "Source:"):
        assert part in text


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    plain = capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in entries] == [*registry.ids(), *registry.command_ids()]
    assert all(entry["id"] in plain for entry in entries)


def test_standard_input_and_output(tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    made = nijigen("effects", "halftone", "-", "-o", "-", stdin=(tmp_path / "a.png").read_bytes())
    assert made.returncode == 0, made.stderr
    (tmp_path / "b.png").write_bytes(made.stdout)
    assert Picture.open(tmp_path / "b.png").size == drawing().size


def test_standard_input_into_a_file(tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    made = nijigen("formats", "convert", "-", "-o", tmp_path / "b.webp", stdin=data)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "b.webp").read_bytes()[8:12] == b"WEBP"


def test_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing().save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"broken")
    code = main(["effects", "halftone", str(tmp_path), "-o", str(tmp_path / "out"), "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 2
    assert [line["status"] for line in lines] == ["done", "failed"]
    assert lines[0]["size"] == [48, 40]
    assert lines[1]["error"]["hint"]


def test_settings_file_and_command_line(tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    (tmp_path / "s.toml").write_text('cell = 12\nshape = "line"\n[upscale.waifu2x]\nfactor = 3\n')
    words = ["effects", "halftone", str(tmp_path / "a.png"), "-o", str(tmp_path / "b.png")]
    assert main([*words, "--settings", str(tmp_path / "s.toml"), "--cell", "5"]) == 0
    history = json.loads(
        Picture.open(tmp_path / "b.png").info.text.get("nijigen", "null") or "null"
    )
    assert history is None  # it is not a text of the user's
    from nijigen.imaging.files import read_history

    made = read_history(tmp_path / "b.png")
    assert made is not None
    settings = made.steps[0].settings
    assert (settings["cell"], settings["shape"]) == (5, "line")
    words[0:2] = ["upscale", "waifu2x"]
    assert main([*words, "--settings", str(tmp_path / "s.toml")]) == 0
    assert Picture.open(tmp_path / "b.png").size == (144, 120)


def test_batch_resumes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for name in ("a", "b", "deep/c"):
        drawing(9, 9).save(folder / f"{name}.png")
    words = ["effects", "halftone", str(folder), "-o", str(out), "--workers", "2"]
    assert main(words) == 0
    assert "3 done" in capsys.readouterr().out
    (out / "deep" / "c.png").unlink()
    before = (out / "a.png").stat().st_mtime_ns
    assert main(words) == 0
    assert "1 done, 2 skipped" in capsys.readouterr().out
    assert (out / "a.png").stat().st_mtime_ns == before
    assert main([*words, "--cell", "4"]) == 0
    assert "3 done" in capsys.readouterr().out


def test_a_changed_source_is_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "a.png", tmp_path / "b.png"
    drawing(9, 9).save(source)
    words = ["effects", "halftone", str(source), "-o", str(out)]
    assert main(words) == 0
    drawing(12, 9).save(source)
    assert main(words) == 0
    assert Picture.open(out).size == (12, 9)


def test_redo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing().save(tmp_path / "a.png")
    made = tmp_path / "made.png"
    assert (
        main(["effects", "halftone", str(tmp_path / "a.png"), "--cell", "5", "-o", str(made)]) == 0
    )
    assert main(["redo", str(made)]) == 0
    assert (tmp_path / "made-redo.png").read_bytes() == made.read_bytes()
    capsys.readouterr()
    assert main(["redo", str(made), "--show"]) == 0
    assert json.loads(capsys.readouterr().out)["source"] == "a.png"
    drawing(7, 7).save(tmp_path / "a.png")
    assert main(["redo", str(made)]) == 2
    assert "is not the file" in capsys.readouterr().err
    assert main(["redo", str(tmp_path / "a.png")]) == 2


def test_redo_takes_the_runtime_that_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    needs("ncnn")
    drawing(40, 30).save(tmp_path / "a.png")
    monkeypatch.setenv("NIJIGEN_RUNTIME", "ncnn")
    made = tmp_path / "made.png"
    assert main(["upscale", "waifu2x", str(tmp_path / "a.png"), "-o", str(made)]) == 0
    # On another machine something else may be set, or nothing; that is no reason for other bytes.
    monkeypatch.setenv("NIJIGEN_RUNTIME", "onnxruntime")
    assert main(["redo", str(made)]) == 0
    assert (tmp_path / "made-redo.png").read_bytes() == made.read_bytes()
    monkeypatch.setattr("nijigen.models._choice.find_spec", lambda _: None)
    capsys.readouterr()
    assert main(["redo", str(made), "-o", str(tmp_path / "other.png")]) == 4
    assert 'pip install "nijigen[fast]"' in capsys.readouterr().err
    assert not (tmp_path / "other.png").exists()


def test_redo_finds_the_source_one_folder_down(tmp_path: Path) -> None:
    drawing().save(tmp_path / "sources" / "a.png")
    made = tmp_path / "made.png"
    words = ["effects", "halftone", str(tmp_path / "sources" / "a.png"), "-o", str(made)]
    assert main(words) == 0
    assert main(["redo", str(made)]) == 0


def test_redo_of_a_recipe(tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    (tmp_path / "mine.toml").write_text(
        '[[steps]]\noperation = "formats.convert"\nmode = "gray"\n'
        '[[steps]]\noperation = "effects.halftone"\ncell = 4\n'
    )
    made = tmp_path / "made.png"
    words = ["run", str(tmp_path / "mine.toml"), str(tmp_path / "a.png"), "-o", str(made)]
    assert main(words) == 0
    (tmp_path / "mine.toml").unlink()
    assert main(["redo", str(made), "-o", str(tmp_path / "again.png")]) == 0
    again = Picture.open(tmp_path / "again.png")
    assert np.array_equal(again.pixels, Picture.open(made).pixels)


def test_watch(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "nijigen", "effects", "halftone", folder, "-o", out, "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        drawing(9, 9).save(folder / "a.png")
        end = time.monotonic() + 120
        while not (out / "a.png").exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert (out / "a.png").exists()
        drawing(9, 9).save(folder / "later.png")
        while not (out / "later.png").exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert (out / "later.png").exists()
    finally:
        process.send_signal(2)
        process.communicate(timeout=120)
    assert process.returncode == 0


def test_workers_of_a_batch_run_at_once(tmp_path: Path) -> None:
    """Two threads meet at a barrier, which one alone would never pass."""
    from nijigen import operation
    from nijigen.jobs.batches.batch import Job, run_batch
    from nijigen.jobs.batches.plan import Task

    barrier = threading.Barrier(2, timeout=120)

    @operation(alpha="own", version=1)
    def meet(picture: Picture) -> Picture:
        """Wait for another.

        Args:
            picture: Any.
        """
        barrier.wait()
        return picture

    for name in "ab":
        drawing(4, 4).save(tmp_path / f"{name}.png")
    tasks = [Task(tmp_path / f"{n}.png", tmp_path / "out" / f"{n}.png") for n in "ab"]
    outcomes = list(run_batch(tasks, Job(meet, {}, {}), workers=2))
    assert [outcome.status for outcome in outcomes] == ["done", "done"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "_NIJIGEN_COMPLETE" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert "nijigen" in capsys.readouterr().out


def test_a_group_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Usage: nijigen recipes")
    assert printed.err == ""


def test_the_steps_of_a_recipe_are_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "print-screen", "--help"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    steps = lines[lines.index("Steps:") + 2 :]
    assert [step[:2] for step in steps[:2]] == ["1.", "2."]


def test_an_input_that_is_missing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["color", "transfer", "a.png"]) == 2
    assert "in this order: PICTURE REFERENCE" in capsys.readouterr().err
