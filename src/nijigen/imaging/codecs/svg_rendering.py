"""Rendering of SVG drawings: what they may contain, their size, and the renderer in a process.

The renderer, resvg, draws shapes, text, masks, clip paths, filters and blend modes. It runs no
scripts, but it would open files that a drawing names; so drawings are examined first, and refused
if they name any. It works in a process of its own, which can be stopped: a few lines of SVG can ask
for hours of work.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from typing import NoReturn
from xml.parsers import expat

from nijigen.core.errors import PictureTooLarge, UnsupportedFormat
from nijigen.imaging.codecs.content import check_size, damaged

MOST_BYTES = 64 << 20
"""Size limit of a drawing, pictures inside it included."""
SECONDS = 60
"""Time limit of rendering."""
_MEMORY = 4 << 30
"""Limit on the address space of the renderer, in bytes."""
_MOST_DEPTH = 256
"""The renderer is recursive."""
_PER_UNIT = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0,
}  # fmt: skip
"""Pixels of a unit of length, at the 96 dots per inch of CSS."""
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|)\s*")
_INSIDE = re.compile(r"\s*(?:#|data:(?!image/svg)|$)", re.IGNORECASE)
"""What a drawing may refer to: its own parts, and pictures and fonts inside it; a drawing inside
could refer to anything in turn."""
_STYLE_URL = re.compile(r"(@import\b)|url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)
_GENERIC = {
    "font_family": "sans-serif",
    "sans_serif_family": "sans-serif",
    "serif_family": "serif",
    "monospace_family": "monospace",
    "cursive_family": "cursive",
    "fantasy_family": "fantasy",
}
"""The renderer's names of the generic families of CSS."""
_RENDER = """
import json
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]),) * 2)
except (ImportError, ValueError, OSError):
    pass
import resvg_py
drawing = sys.stdin.buffer.read().decode("utf-8")
made = resvg_py.svg_to_bytes(
    svg_string=drawing, width=int(sys.argv[1]), height=int(sys.argv[2]), dpi=96,
    resources_dir=sys.argv[4], **json.loads(sys.argv[5]),
)
sys.stdout.buffer.write(bytes(made))
"""


def render(data: bytes) -> bytes:
    """Return a drawing as a PNG in its own size.

    Raises:
        BadPicture: It is not valid, or the renderer cannot draw it.
        PictureTooLarge: It has more pixels, bytes or work than the limits allow.
        UnsupportedFormat: It has scripts, refers to outside files or declares entities.
    """
    if len(data) > MOST_BYTES:
        raise PictureTooLarge(f"an SVG of more than {MOST_BYTES >> 20} MB", "make it smaller first")
    width, height = _Examined(data).size
    check_size(width, height)
    try:
        with tempfile.TemporaryDirectory(prefix="nijigen-") as empty:
            done = subprocess.run(
                [sys.executable, "-I", "-c", _RENDER, *map(str, (width, height, _MEMORY)), empty]
                + [json.dumps(_families())],
                input=data.decode("utf-8-sig").encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
                cwd=empty,
            )
    except UnicodeDecodeError:
        raise damaged("the SVG is not UTF-8") from None
    except subprocess.TimeoutExpired:
        raise PictureTooLarge(
            f"the SVG takes more than {SECONDS} s to draw", "simplify its filters and patterns"
        ) from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise damaged(f"the SVG cannot be drawn: {lines[-1][:200] if lines else 'no reason given'}")
    return done.stdout


@cache
def _families() -> dict[str, str]:
    """Return the fonts that stand for the generic families, and for those that are not installed.

    The renderer itself expects those of Windows, and leaves a text out where it finds none.
    """
    match = shutil.which("fc-match")
    if match is None:
        return {} if sys.platform in ("win32", "darwin") else dict.fromkeys(_GENERIC, "DejaVu Sans")
    found = {}
    for name, generic in _GENERIC.items():
        done = subprocess.run(
            [match, "-f", "%{family[0]}", generic], capture_output=True, text=True, check=False
        )
        if not done.returncode and done.stdout.strip():
            found[name] = done.stdout.strip()
    return found


class _Examined:
    """One pass over a drawing: refuses what it must not contain, and finds its size."""

    def __init__(self, data: bytes) -> None:
        self._root: dict[str, str] = {}
        self._depth = 0
        self._style: list[str] | None = None
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise damaged(f"the SVG is not XML ({error})") from None
        self.size = _size_of(self._root)

    def _entity(self, *declared: object) -> NoReturn:
        raise UnsupportedFormat(
            "an SVG that declares entities, which are not expanded",
            "save it as plain SVG with the program that made it",
        )

    def _instruction(self, target: str, text: str) -> None:
        if target == "xml-stylesheet":
            _refuse_outside(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if not self._depth:
            if tag != "svg":
                raise damaged(f"the drawing begins with {tag[:40]!r}, not with svg")
            self._root = attributes
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise damaged(f"the SVG is nested more than {_MOST_DEPTH} deep")
        if tag == "script" or any(key.lower().startswith("on") for key in attributes):
            raise UnsupportedFormat(
                "an SVG with scripts", "remove them with the program it is from"
            )
        if tag == "style":
            self._style = []
        for key, value in attributes.items():
            # A link is for the reader of a page, and is not drawn.
            if key.rpartition(":")[2] in ("href", "base") and tag != "a":
                if not _INSIDE.match(value):
                    _refuse_outside(value)
            else:
                _check_style(value)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._style is not None and name.rpartition(":")[2] == "style":
            _check_style("".join(self._style))
            self._style = None

    def _characters(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)


def _check_style(text: str) -> None:
    for imported, place in _STYLE_URL.findall(text):
        if imported or not _INSIDE.match(place):
            _refuse_outside(imported or place)


def _refuse_outside(what: str) -> NoReturn:
    raise UnsupportedFormat(
        f"an SVG that refers to something outside: {what.strip()[:60]!r}",
        "embed its pictures and fonts with the program that made it",
    )


def _size_of(attributes: dict[str, str]) -> tuple[int, int]:
    """Return width and height in whole pixels; without either, those of the view box."""
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    try:
        across, down = (float(box[2]), float(box[3])) if len(box) == 4 else (0.0, 0.0)
    except ValueError:
        across = down = 0.0
    width, height = (_length(attributes.get(name, "")) for name in ("width", "height"))
    if width is None and height is None:
        width, height = across, down
    elif width is None:
        width = (height or 0) * across / down if down > 0 else across
    elif height is None:
        height = width * down / across if across > 0 else down
    if not width or not height or width < 0 or height < 0:
        raise damaged("the SVG has no size: neither width and height nor a view box")
    # More than any limit allows; the file may say infinity.
    return max(1, round(min(width, 1e9))), max(1, round(min(height, 1e9)))


def _length(text: str) -> float | None:
    """Return a length in pixels; None for a percentage, which has no meaning outside a page."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _PER_UNIT[found[2]] if found else None
