"""Videos on the command line: made, resumed after kills, made again."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import add_sound, moving
from extras import needs
from nijigen import Clip
from nijigen.cli.main import main
from nijigen.imaging.files import read_history
from nijigen.jobs.batches import clips as jobs_clips
from pictures import drawing

av = needs("av")


def digests(path: Path) -> list[tuple[Fraction, Fraction, str]]:
    return [
        (frame.start, frame.duration, hashlib.sha256(frame.picture.pixels.tobytes()).hexdigest())
        for frame in Clip.open(path).frames()
    ]


def say(capsys: pytest.CaptureFixture[str]) -> str:
    shown = capsys.readouterr()
    return shown.out + shown.err


@pytest.fixture
def video(tmp_path: Path) -> Path:
    moving(30).save(tmp_path / "mute.mp4")
    add_sound(tmp_path / "mute.mp4", tmp_path / "in.mp4", "aac", 1.25)
    (tmp_path / "mute.mp4").unlink()
    return tmp_path / "in.mp4"


def test_a_video_is_enlarged_with_its_sound(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.mp4"
    assert main(["upscale", "anime4k", str(video), "-o", str(out)]) == 0
    assert "48×40 → 96×80" in say(capsys)
    made = Clip.open(out)
    assert (made.size, made.count) == ((96, 80), 30)
    assert made.sound is not None
    history = read_history(out)
    assert history is not None
    assert history.source == "in.mp4"
    assert [step.operation for step in history.steps] == ["upscale.anime4k"]
    # Neither the parts nor anything else stays.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "out.mp4"]
    assert main(["upscale", "anime4k", str(video), "-o", str(out)]) == 0
    assert "already done" in say(capsys)
    assert main(["redo", str(out)]) == 0
    assert digests(tmp_path / "out-redo.mp4") == digests(out)


def test_notes_of_what_is_lost(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["effects", "halftone", str(video), "-o", str(tmp_path / "out.gif"), "--json"]
    assert main(arguments) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert notes == [{"kind": "sound", "text": "the sound was dropped: GIF cannot hold any"}]


@pytest.mark.parametrize("ending", ["webm", "mov", "mp4", "avif", "apng"])
def test_animations_become_videos_and_back(tmp_path: Path, ending: str) -> None:
    moving(9).save(tmp_path / "a.gif")
    target = tmp_path / f"b.{ending}"
    assert main(["formats", "convert", str(tmp_path / "a.gif"), "-o", str(target)]) == 0
    assert main(["formats", "convert", str(target), "-o", str(tmp_path / "c.gif")]) == 0
    assert len(list(Clip.open(tmp_path / "c.gif").frames())) == 9


def test_folders_with_videos(video: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    video.rename(folder / "in.mp4")
    drawing().save(folder / "a.png")
    parts = folder / ".nijigen-0123.part"
    parts.mkdir()
    moving(2).save(parts / "000000.mp4")
    assert main(["effects", "halftone", str(folder), "-o", str(tmp_path / "out")]) == 0
    made = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*"))
    assert made == ["a.png", "in.mp4"]


def test_large_animations_go_frame_by_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving(9, channels=4).save(tmp_path / "a.gif")
    monkeypatch.setattr(jobs_clips, "MOST_AT_ONCE", 48 * 40 * 9)
    main(["upscale", "anime4k", str(tmp_path / "a.gif"), "-o", str(tmp_path / "one.gif")])
    monkeypatch.setattr(jobs_clips, "MOST_AT_ONCE", 48 * 40 * 9 - 1)
    main(["upscale", "anime4k", str(tmp_path / "a.gif"), "-o", str(tmp_path / "two.gif")])
    assert digests(tmp_path / "one.gif") == digests(tmp_path / "two.gif")


def test_what_has_no_ports_becomes_a_video(tmp_path: Path) -> None:
    target = tmp_path / "turn.webm"
    arguments = [
        "generate",
        "character",
        "--show",
        "turntable",
        "--height",
        "64",
        "-o",
        str(target),
    ]
    assert main(arguments) == 0
    assert Clip.open(target).size[1] == 64
    assert read_history(target) is not None


def test_a_still_of_a_video_is_refused(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["effects", "halftone", str(video), "-o", str(tmp_path / "out.jpg")]) == 2
    assert "extension of an animation or a video" in say(capsys)
    assert not (tmp_path / "out.jpg").exists()


def test_a_broken_video_is_one_line(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video.write_bytes(video.read_bytes()[:3000])
    assert main(["effects", "halftone", str(video), "-o", str(tmp_path / "out.mp4")]) == 2
    assert "cut off" in say(capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


CHILD = """
import sys
from nijigen.imaging.clips import container, writing
container.PART_FRAMES = writing.PART_FRAMES = 12
from nijigen.upscale import anime4k
enlarge = anime4k.enlarge
count = 0
def counting(*arguments):
    global count
    count += 1
    with open(sys.argv[1], "a") as log:
        log.write("x")
    return enlarge(*arguments)
anime4k.enlarge = counting
from nijigen.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


SLOW = [pytest.param(e, marks=pytest.mark.slow) for e in ("webm", "gif", "apng", "webp", "avif")]


@pytest.mark.parametrize("ending", ["mp4", *SLOW])
def test_a_run_that_is_killed_goes_on_where_it_stood(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 120
    moving(count, hold=2).save(tmp_path / "in.mp4")
    distinct = len({digest for _, _, digest in digests(tmp_path / "in.mp4")})
    log = tmp_path / "log"
    target = tmp_path / "out" / f"a.{ending}"

    def start(where: Path) -> subprocess.Popen[bytes]:
        arguments = ["upscale", "anime4k", str(tmp_path / "in.mp4"), "-o", str(where), "-q"]
        return subprocess.Popen([sys.executable, "-c", CHILD, str(log), *arguments])

    def worked() -> int:
        return log.stat().st_size if log.exists() else 0

    whole = tmp_path / "whole" / f"a.{ending}"
    assert start(whole).wait() == 0
    alone = worked()
    assert alone <= distinct
    log.unlink()
    kills = 0
    for share in (0.3, 0.55, 0.8):
        process = start(target)
        while worked() < share * alone and process.poll() is None:
            time.sleep(0.002)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        assert not target.exists()
    assert kills == 3
    assert any(path.name.startswith(".nijigen-") for path in target.parent.iterdir())
    assert start(target).wait() == 0
    assert digests(target) == digests(whole)
    # After each kill at most a part is done again, and the first frame to see its size.
    assert worked() <= alone + 3 * (12 + 1 + 4)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_other_settings_begin_anew(tmp_path: Path) -> None:
    from nijigen.core.errors import Cancelled
    from nijigen.core.run import Run
    from nijigen.imaging.clips.files import write_clip

    def stopping(key: str, color: int) -> Clip:
        pixels = np.full((40, 48, 3), color, np.uint8)
        clip = moving(300)

        def source(skip: int) -> Any:
            for index, frame in enumerate(clip.frames(skip), skip):
                if key == "first" and index == 250:
                    raise Cancelled()
                yield type(frame)(drawing().with_pixels(pixels), frame.start, frame.duration)

        return Clip(source, (48, 40), count=300)

    target = tmp_path / "a.apng"
    with pytest.raises(Cancelled):
        write_clip(stopping("first", 10), target, key="first", run=Run())
    assert len(list(tmp_path.iterdir())) == 1
    write_clip(stopping("second", 20), target, key="second", run=Run())
    assert {int(frame.picture.pixels.max()) for frame in Clip.open(target).frames()} == {20}
    assert [path.name for path in tmp_path.iterdir()] == ["a.apng"]
