"""JPEG XL, still and animated, by djxl and cjxl of libjxl, each in a process of its own.

What packages offer of libjxl either takes 16 bits down to 8 or leaves out profiles and times, or
is under the GPL; the programs keep all of it, on the way through a PNG or APNG.

Source: ISO/IEC 18181-1 for sizes and loops, ISO/IEC 18181-2 for the boxes.
"""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from nijigen.core.errors import BadPicture, PictureTooLarge, UnsupportedFormat
from nijigen.imaging.codecs import exif, png, png_writing
from nijigen.imaging.codecs.avif import boxes
from nijigen.imaging.codecs.content import Content, check_size, cut_off, damaged
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.codecs.modes import with_channels

BARE, BOXED = b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"
"""What a file begins with: a codestream, or boxes around one."""
LONGEST = 2**30
_QUALITY = 90
_EFFORT, _LOSSLESS_EFFORT = "5", "7"
"""More takes twice as long and saves nothing, but for lossless pictures, where it is a tenth."""
_SECONDS = 60
"""Time limit of decoding."""
_MEMORY, _FILE = 4 << 30, 2 << 30
"""Limits on the address space of the decoder and on the PNG that it writes, in bytes."""
_LIMITED = """
import os, resource, sys
for limit, most in ((resource.RLIMIT_AS, sys.argv[1]), (resource.RLIMIT_FSIZE, sys.argv[2])):
    resource.setrlimit(limit, (int(most),) * 2)
os.execv(sys.argv[3], sys.argv[3:])
"""
_SRGB, _GRAY = "RGB_D65_SRG_Rel_SRG", "Gra_D65_Rel_SRG"
"""How djxl calls the color spaces of the web."""
_ODD_ALPHA = "Alpha bit depth does not match"
_INSTALL = "install libjxl: its djxl and cjxl are in libjxl-tools of Debian, jpeg-xl of Homebrew"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


def read(data: bytes, *, first: bool) -> Content:
    """Read JPEG XL, turned upright; with ``first`` only the first frame of an animation.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more pixels or frames than the limits allow, or takes too long.
        UnsupportedFormat: djxl is not installed.
    """
    stream, block = _unboxed(data)
    width, height, plays = _header(stream)
    check_size(width, height)
    program = _program("djxl", "a JPEG XL picture, which djxl reads")
    with tempfile.TemporaryDirectory(prefix="nijigen-") as place:
        content = _Decoder(program, data, Path(place)).content(first=first)
    found = exif.parse(block)
    # The decoder has turned it already.
    return replace(
        content,
        orientation=1,
        loop=plays,
        text=found.text,
        dpi=found.dpi,
        history=found.history,
    )


def write(content: Content) -> bytes:
    """Write gray, RGB or RGBA, 8 or 16 bits, lossy by default.

    Raises:
        UnsupportedFormat: cjxl is not installed.
    """
    program = _program("cjxl", "JPEG XL is written by cjxl, which is not installed")
    quality = _QUALITY if content.quality is None else content.quality
    options = ["-q", str(quality), "-e", _EFFORT]
    if content.lossless:
        options = ["-d", "0", "-e", _LOSSLESS_EFFORT]
    plain = replace(content, text={}, dpi=None, history=None)
    with tempfile.TemporaryDirectory(prefix="nijigen-") as place:
        source, target = Path(place) / "a.png", Path(place) / "a.jxl"
        source.write_bytes(png_writing.write(plain, png_writing.QUICK))
        done = subprocess.run(
            [program, str(source), str(target), *options, "--container=1"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise OSError(_reason(done.stderr.decode("utf-8", "replace")))
        data = target.read_bytes()
    if block := exif.build(content.history, content.dpi).removeprefix(b"Exif\0\0"):
        # After the offset of its TIFF header.
        data += struct.pack(">I4sI", 12 + len(block), b"Exif", 0) + block
    return data


def _program(name: str, what: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise UnsupportedFormat(what, _INSTALL)
    return found


class _Decoder:
    """djxl, within limits, in a folder that holds the file as ``a.jxl``."""

    def __init__(self, program: str, data: bytes, place: Path) -> None:
        self._program, self._place = program, place
        (place / "a.jxl").write_bytes(data)

    def content(self, *, first: bool) -> Content:
        """Return the pixels and their colors."""
        try:
            self._run("a.apng", "--icc_out=icc", "--orig_icc_out=original")
        except BadPicture as error:
            if _ODD_ALPHA not in error.message:
                raise
            return self._deep()
        profile, original = self._file("icc"), self._file("original")
        if profile != original:
            # It could not go back to the profile of the picture, and chose linear light, for
            # which 8 bits are too few.
            gray = original[16:20] == b"GRAY"
            self._run("a.apng", "--color_space=" + (_GRAY if gray else _SRGB))
        return png.read(self._file("a.apng"), first=first)

    def _deep(self) -> Content:
        """Return a still picture of 16 bits with alpha, which djxl 0.7 cannot write as PNG."""
        self._run("a.npy", "--icc_out=icc")
        samples = np.load(io.BytesIO(self._file("a.npy")), allow_pickle=False)[0]
        content = Content([], icc=self._file("icc"))
        deep = (np.clip(samples, 0, 1) * 65535 + 0.5).astype(np.uint16)
        content.frames = [to_srgb(with_channels(deep, 3), content.profile)]
        return content

    def _run(self, target: str, *options: str) -> None:
        command = [self._program, "a.jxl", target, *options]
        if sys.platform != "win32":
            limits = [sys.executable, "-I", "-S", "-c", _LIMITED, str(_MEMORY), str(_FILE)]
            command = limits + command
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                cwd=self._place,
            )
        except subprocess.TimeoutExpired:
            raise PictureTooLarge(
                f"the JPEG XL takes more than {_SECONDS} s to decode", "make it smaller first"
            ) from None
        if done.returncode or not (self._place / target).is_file():
            said = done.stderr.decode("utf-8", "replace")
            if "truncated" in said:
                raise cut_off("the JPEG XL does not reach its end")
            reason = _ODD_ALPHA if _ODD_ALPHA in said else _reason(said)
            raise damaged(f"the JPEG XL cannot be decoded: {reason}")

    def _file(self, name: str) -> bytes:
        path = self._place / name
        return path.read_bytes() if path.is_file() else b""


def _reason(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1][:200] if lines else "no reason given"


def _unboxed(data: bytes) -> tuple[bytes, bytes]:
    """Return the beginning of the codestream, and the EXIF block."""
    if data.startswith(BARE):
        return data, b""
    stream, block = b"", b""
    for name, at, end in boxes(data, 0, len(data)):
        if name in (b"jxlc", b"jxlp") and not stream:
            # A part begins with its number.
            at += 4 if name == b"jxlp" else 0
            stream = data[at : min(end, at + 64)]
        elif name == b"Exif" and not block:
            block = data[at + 4 : end]
    if not stream.startswith(BARE):
        raise cut_off("the JPEG XL has no codestream")
    return stream, block


def _header(stream: bytes) -> tuple[int, int, int]:
    """Return width, height and loops, 0 for endless, from the first bytes of a codestream."""
    bits = int.from_bytes(stream[len(BARE) : 64], "little")
    length = 8 * (min(len(stream), 64) - len(BARE))
    at = 0

    def take(count: int) -> int:
        nonlocal at
        value = bits >> at & (1 << count) - 1
        at += count
        if at > length:
            raise cut_off("the JPEG XL ends inside its header")
        return value

    def choice(*kinds: tuple[int, int]) -> int:
        least, count = kinds[take(2)]
        return least + take(count)

    width, height = _size(take, choice)
    plays = 0
    if not take(1) and take(1):
        turned = take(3) >= 4
        if take(1):
            _size(take, choice)
        if take(1):
            _preview(take, choice)
        if take(1):
            choice((100, 0), (1000, 0), (1, 10), (1, 30))
            choice((1, 0), (1001, 0), (1, 8), (1, 10))
            plays = choice((0, 0), (0, 3), (0, 16), (0, 32))
        if turned:
            width, height = height, width
    return width, height, plays


def _size(take: Callable[[int], int], choice: Callable[..., int]) -> tuple[int, int]:
    small = take(1)

    def side() -> int:
        return 8 * (take(5) + 1) if small else choice((1, 9), (1, 13), (1, 18), (1, 30))

    height = side()
    ratio = take(3)
    return _across(height, ratio) if ratio else side(), height


def _preview(take: Callable[[int], int], choice: Callable[..., int]) -> None:
    small = take(1)

    def side() -> None:
        if small:
            choice((16, 0), (32, 0), (1, 5), (33, 9))
        else:
            choice((1, 6), (65, 8), (321, 10), (1345, 12))

    side()
    if not take(3):
        side()


def _across(height: int, ratio: int) -> int:
    above, below = _RATIOS[ratio - 1]
    return height * above // below
