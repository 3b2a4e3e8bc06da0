"""Decoding processes: watched for memory and time, ended alone, and shared fairly."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from hostile import plain_png
from nijigen.core.errors import BadPicture, Cancelled, NotFound, PictureTooLarge, UnsupportedFormat
from nijigen.imaging.files import encode, read_picture
from nijigen.jobs.decoding import decoders as module
from nijigen.jobs.decoding.decoders import Decoders
from nijigen.jobs.stores.kept import inspected
from pictures import animation, artwork, drawing

PATIENCE = 120.0
FAKE = """
import os, sys, time
from nijigen.core.errors import BadPicture
from nijigen.jobs.decoding import worker
real = worker.inspected
def inspected(path, name):
    text = path.read_bytes()
    if text.startswith(b"sleep"):
        time.sleep(float(text[5:]))
        raise BadPicture("slept")
    if text.startswith(b"spin"):
        while True:
            pass
    if text.startswith(b"memory"):
        held = bytearray(int(text[6:]) << 20)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(600)
    if text.startswith(b"crash"):
        os.kill(os.getpid(), 11)
    if text.startswith(b"fault"):
        raise RuntimeError("a fault")
    return real(path, name)
worker.inspected = inspected
worker.main(sys.argv[1:])
"""


@pytest.fixture
def decoders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoders]:
    """Decoders that do as a file says: sleep, take memory, crash; others are decoded."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "nijigen_fake_decoder.py").write_text(FAKE)
    monkeypatch.syspath_prepend(str(code))
    monkeypatch.setattr(module, "MODULE", "nijigen_fake_decoder")
    made = Decoders(tmp_path / "scratch")
    yield made
    made.stop()
    assert not list((tmp_path / "scratch").iterdir())


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[bytes], Path]:
    """Save a file under a name of its own."""
    count = iter(range(10_000))

    def save(data: bytes) -> Path:
        path = tmp_path / f"file-{next(count)}"
        path.write_bytes(data)
        return path

    return save


def processes() -> list[psutil.Process]:
    """Return the decoding processes of this one."""
    return [p for p in psutil.Process().children() if "nijigen_fake_decoder" in p.cmdline()]


def test_facts_are_those_of_this_process(
    decoders: Decoders, saved: Callable[[bytes], Path]
) -> None:
    for data in (
        *(encode(drawing(channels=c), "png") for c in (1, 3, 4)),
        encode(drawing(depth=16), "tiff"),
        encode(animation(5), "gif"),
        encode(artwork(), "psd"),
    ):
        path = saved(data)
        assert decoders.facts(path, "a") == inspected(path, "a")
    assert len(processes()) == 1


def test_the_first_file_finds_a_process_that_was_started_before(
    decoders: Decoders, saved: Callable[[bytes], Path]
) -> None:
    decoders.warm_up()
    (started,) = processes()
    decoders.facts(saved(encode(drawing(), "png")), "a")
    decoders.warm_up()
    assert processes() == [started]


def test_errors_are_those_of_this_process(
    decoders: Decoders, saved: Callable[[bytes], Path]
) -> None:
    for data, kind in ((b"GIF89a", BadPicture), (b"%PDF-1.4" + bytes(99), UnsupportedFormat)):
        path = saved(data)
        with pytest.raises(kind) as here:
            inspected(path, "猫.gif")
        with pytest.raises(kind) as there:
            decoders.facts(path, "猫.gif")
        assert (there.value.message, there.value.hint) == (here.value.message, here.value.hint)
    with pytest.raises(NotFound, match=r"a\.png is gone"):
        decoders.view(Path("nowhere"), "a.png", path.with_name("b"))
    with pytest.raises(RuntimeError, match="a fault"):
        decoders.facts(saved(b"fault"), "a")
    assert len(processes()) == 1


def test_views_and_thumbnails(
    decoders: Decoders, saved: Callable[[bytes], Path], tmp_path: Path
) -> None:
    path = saved(encode(drawing(200, 100), "tiff"))
    decoders.view(path, "a", tmp_path / "view.png")
    assert (read_picture(tmp_path / "view.png").pixels == drawing(200, 100).pixels).all()
    decoders.thumbnail(path, "a", tmp_path / "small.webp", 64)
    assert read_picture(tmp_path / "small.webp").size == (64, 32)


def test_too_much_memory_ends_that_process_alone(
    decoders: Decoders, saved: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIJIGEN_MAX_MEMORY", "300")
    good = saved(encode(drawing(), "png"))
    decoders.facts(good, "a")
    before = processes()
    with pytest.raises(PictureTooLarge, match="bomb: decoding it takes more than 300 MB") as caught:
        decoders.facts(saved(b"memory2000"), "bomb")
    assert "NIJIGEN_MAX_MEMORY" in caught.value.hint
    assert not any(process.is_running() for process in before)
    assert decoders.facts(good, "a").width == 48


def test_too_much_time_ends_that_process_alone(
    decoders: Decoders, saved: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIJIGEN_MAX_SECONDS", "1")
    with pytest.raises(
        PictureTooLarge, match="slow: decoding it takes more than 1 seconds"
    ) as caught:
        decoders.facts(saved(b"spin"), "slow")
    assert "NIJIGEN_MAX_SECONDS" in caught.value.hint
    assert decoders.facts(saved(encode(drawing(), "png")), "a").width == 48


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_crash_is_a_bad_picture_and_a_kill_from_outside_is_none(
    decoders: Decoders, saved: Callable[[bytes], Path]
) -> None:
    good = saved(encode(drawing(), "png"))
    with pytest.raises(BadPicture, match=r"evil: the decoder crashed \(signal 11"):
        decoders.facts(saved(b"crash"), "evil")
    decoders.facts(good, "a")
    os.kill(processes()[0].pid, signal.SIGKILL)
    assert decoders.facts(good, "a").width == 48
    # Killed while it works: done again in another.
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(decoders.facts, saved(b"sleep1"), "a")
        while not processes() or processes()[0].status() != psutil.STATUS_SLEEPING:
            time.sleep(0.01)
        os.kill(processes()[0].pid, signal.SIGKILL)
        with pytest.raises(BadPicture, match="slept"):
            work.result(PATIENCE)


def test_slow_files_make_room(
    decoders: Decoders, saved: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five that would take minutes: small files are decoded all the same."""
    monkeypatch.setattr(module, "SECONDS_TO_BE_SENT_AWAY", 0.3)
    ended: list[str] = []

    def slow() -> None:
        with pytest.raises((PictureTooLarge, Cancelled)):
            decoders.facts(saved(b"spin"), "slow")
        ended.append("slow")

    threads = [threading.Thread(target=slow) for _ in range(5)]
    for thread in threads:
        thread.start()
    good = saved(encode(drawing(), "png"))
    with ThreadPoolExecutor(8) as pool:
        for facts in pool.map(lambda _: decoders.facts(good, "a"), range(16)):
            assert facts.width == 48
    assert ended == []
    assert len(processes()) <= 5
    decoders.stop()
    for thread in threads:
        thread.join(PATIENCE)
    assert ended == ["slow"] * 5


def test_a_large_process_is_not_kept(decoders: Decoders, saved: Callable[[bytes], Path]) -> None:
    decoders.facts(saved(encode(drawing(), "png")), "a")
    first = processes()
    decoders.facts(saved(plain_png(500, 500)), "a")
    assert processes() == first


def test_nobody_waits_after_the_end(tmp_path: Path, saved: Callable[[bytes], Path]) -> None:
    made = Decoders(tmp_path / "none")
    made.stop()
    with pytest.raises(Cancelled):
        made.facts(saved(b""), "a")
