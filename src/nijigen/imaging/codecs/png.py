"""PNG and APNG: chunks are parsed here, pixels are decoded by Pillow.

Pillow only gets critical chunks, so that other chunks cannot cause warnings, unbounded inflation
or errors.

Source: PNG Specification, third edition (W3C, 2025).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from PIL import Image, PngImagePlugin

from nijigen.core.animation import milliseconds
from nijigen.core.history import KEY
from nijigen.imaging.codecs import exif, png_text
from nijigen.imaging.codecs.canvas import Canvas, Disposal, without_idle_alpha
from nijigen.imaging.codecs.color_tags import from_code_points, from_gamma, notes_on
from nijigen.imaging.codecs.content import (
    DEFLATE,
    Array,
    Content,
    check_filled,
    check_size,
    cut_off,
    damaged,
)
from nijigen.imaging.codecs.icc import MatrixProfile, Profile, to_srgb
from nijigen.imaging.codecs.modes import from_palette, with_channels

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6

_SAMPLES = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
_DEPTHS = {GRAY: (1, 2, 4, 8, 16), PALETTE: (1, 2, 4, 8)}
# Start and step of the seven passes of an interlaced picture: x, y, x step, y step.
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
# Colors that hardly ever fill the last row of a picture, by Pillow's modes.
_MARKS = {"RGB": (1, 2, 3), "RGBA": (3, 2, 1, 4), "LA": (1, 2)}
_DISPOSALS: tuple[Disposal, ...] = ("keep", "clear", "restore")


@dataclass(frozen=True)
class Header:
    """The IHDR chunk."""

    width: int
    height: int
    depth: int
    color: int
    interlaced: int

    def chunk(self) -> bytes:
        """Return the encoded chunk."""
        fields = (self.width, self.height, self.depth, self.color, 0, 0, self.interlaced)
        return chunk(b"IHDR", struct.pack(">IIBBBBB", *fields))

    def raw_size(self) -> int:
        """Bytes of the inflated pixels, including filter bytes."""
        bits = self.depth * _SAMPLES[self.color]
        passes = _PASSES if self.interlaced else ((0, 0, 1, 1),)
        size = 0
        for x, y, across, down in passes:
            columns, rows = -((x - self.width) // across), -((y - self.height) // down)
            if columns > 0 and rows > 0:
                size += rows * (1 + (columns * bits + 7) // 8)
        return size


@dataclass
class Frame:
    """One fcTL chunk and the pixels that follow it."""

    control: bytes
    data: list[bytes] = field(default_factory=list)

    @property
    def duration(self) -> Fraction:
        """Duration in seconds; 0 is a tenth, as in browsers."""
        above, below = struct.unpack_from(">HH", self.control, 20)
        return Fraction(above, below or 100) or Fraction(1, 10)

    @property
    def clears(self) -> bool:
        """Whether its area is cleared after it."""
        return self.control[24] == 1


@dataclass
class Chunks:
    """The chunks of a file that are used."""

    header: Header
    palette: bytes = b""
    transparency: bytes | None = None
    data: list[bytes] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    announced: int = 0
    loop: int = 0

    @property
    def animated(self) -> bool:
        """Whether frames are shown instead of the default picture.

        A single frame may differ from it: that is the one for viewers without animations.
        """
        return (self.announced > 1 and bool(self.frames)) or self._has_default_picture

    @property
    def _has_default_picture(self) -> bool:
        return self.announced == 1 and bool(self.frames) and self.frames[0].data != self.data


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk with its length and checksum."""
    return b"".join(_chunk_parts(name, [data]))


def _chunk_parts(name: bytes, data: Sequence[bytes]) -> list[bytes]:
    check = zlib.crc32(name)
    for part in data:
        check = zlib.crc32(part, check)
    length = sum(map(len, data))
    return [struct.pack(">I4s", length, name), *data, struct.pack(">I", check)]


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks up to IEND; broken ancillary chunks are skipped."""
    at, view = len(SIGNATURE), memoryview(data)
    while True:
        if at + 12 > len(data):
            raise cut_off("the PNG does not reach its end")
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise cut_off("the PNG does not reach its end")
        if zlib.crc32(view[at + 4 : end - 4]) == struct.unpack_from(">I", data, end - 4)[0]:
            yield name, data[at + 8 : end - 4]
        elif not name[0] & 0x20 or name in (b"acTL", b"fcTL", b"fdAT"):
            raise damaged("the check sum of a PNG chunk is wrong")
        if name == b"IEND":
            return
        at = end


def read(data: bytes, *, first: bool) -> Content:
    """Read PNG or APNG; with ``first`` only the first frame."""
    content = Content([])
    found = collect(data, content)
    if not found.animated:
        content.frames = [to_srgb(_pixels(found.header, found, found.data), content.profile)]
        return content
    frames = found.frames[: 1 if first else found.announced]
    check_size(found.header.width, found.header.height, len(frames), depth=found.header.depth)
    _play(found, frames, content)
    content.loop = found.loop
    return content


def collect(data: bytes, content: Content) -> Chunks:
    """Parse all chunks; metadata goes into ``content``."""
    found: Chunks | None = None
    texts = png_text.Texts()
    colors: dict[bytes, bytes] = {}
    for name, body in chunks(data):
        if found is None:
            if name != b"IHDR":
                raise damaged("the PNG does not start with its header")
            found = Chunks(_header(body))
        elif name == b"PLTE":
            found.palette = body
        elif name == b"tRNS":
            found.transparency = body
        elif name == b"IDAT":
            found.data.append(body)
            if found.frames:
                found.frames[-1].data.append(body)
        elif name == b"acTL" and len(body) == 8:
            found.announced, found.loop = struct.unpack(">II", body)
        elif name == b"fcTL" and len(body) == 26:
            found.frames.append(Frame(body))
        elif name == b"fdAT" and found.frames:
            found.frames[-1].data.append(body[4:])
        elif name == b"pHYs" and len(body) == 9 and body[8] == 1:
            across, down = struct.unpack_from(">II", body)
            content.dpi = (across * 0.0254, down * 0.0254) if across and down else None
        elif name == b"iCCP":
            content.icc = texts.profile(body)
        elif name in (b"cICP", b"sRGB", b"gAMA", b"cHRM"):
            colors.setdefault(name, body)
        elif name == b"eXIf":
            texts.exif = body
        else:
            texts.add(name, body)
    if found is None or not found.data:
        raise damaged("the PNG has no pixels")
    content.described = _described(colors, content.icc)
    content.notes = notes_on(content.described)
    _check_filled(found.header, sum(map(len, found.data)))
    check_size(found.header.width, found.header.height, depth=found.header.depth)
    known = exif.parse(texts.exif)
    content.orientation = known.orientation
    content.history = texts.found.pop(KEY, None)
    content.text = {**known.text, **texts.found}
    if found.animated and len(found.frames) < found.announced:
        raise cut_off(f"{len(found.frames)} of {found.announced} APNG frames are there")
    return found


def _described(colors: Mapping[bytes, bytes], icc: bytes | None) -> MatrixProfile | None:
    """Return the colors stated by numbers, unless a chunk that comes before them decides."""
    code_points = colors.get(b"cICP", b"")
    if len(code_points) == 4:
        return from_code_points(code_points[0], code_points[1])
    if icc or b"sRGB" in colors:
        return None
    return from_gamma(colors.get(b"gAMA"), colors.get(b"cHRM"))


def _header(body: bytes) -> Header:
    if len(body) != 13:
        raise damaged("the header of the PNG has the wrong length")
    width, height, depth, color, packing, filters, interlaced = struct.unpack(">IIBBBBB", body)
    allowed = _DEPTHS.get(color, (8, 16)) if color in _SAMPLES else ()
    if depth not in allowed or packing or filters or interlaced > 1:
        raise damaged("the header of the PNG makes no sense")
    return Header(width, height, depth, color, interlaced)


def _pixels(header: Header, found: Chunks, data: list[bytes]) -> Array:
    """Return one image: gray, RGB or RGBA, colors as in the file."""
    _check_filled(header, sum(map(len, data)))
    # Not joined first: copies of large files take time.
    pieces = _chunk_parts(b"IDAT", data)
    parts = [SIGNATURE, header.chunk(), *pieces, chunk(b"IEND", b"")]
    if header.color == PALETTE:
        if not found.palette or len(found.palette) % 3:
            raise damaged("the PNG has no palette")
        parts.insert(2, chunk(b"PLTE", found.palette[:768]))
    file = b"".join(parts)
    try:
        pixels, complete = _wide(file, header) if header.depth == 16 else _load(file)
    except OSError:
        # Say it if the reason is that a part is missing.
        _check_inflated(data, header)
        raise
    if header.interlaced or not complete:
        _check_inflated(data, header)
    if header.depth < 16:
        if header.color == PALETTE:
            return _looked_up(pixels[:, :, 0], found)
        if pixels.shape[2] == 2:
            pixels = np.concatenate([pixels[:, :, :1]] * 3 + [pixels[:, :, 1:]], axis=2)
    return _keyed(pixels, header, found.transparency)


def _check_filled(header: Header, packed: int) -> None:
    size = f"{header.width}×{header.height} pixels"
    check_filled(header.raw_size(), packed, DEFLATE, size)


def _check_inflated(data: Sequence[bytes], header: Header) -> None:
    """Reject truncated pixels, which Pillow would fill with black."""
    packed, size = b"".join(data), header.raw_size()
    stream = zlib.decompressobj()
    held = 0
    while held < size:
        piece = stream.decompress(packed, min(size - held, 2**20))
        held += len(piece)
        packed = stream.unconsumed_tail
        if not piece and (stream.eof or not packed):
            raise cut_off("the pixels of the PNG end too early")


def _load(file: bytes, layout: str = "") -> tuple[Array, bool]:
    """Decode with Pillow; return also whether the last row certainly comes from the file.

    Pillow leaves missing rows as they were, so the last one, which it decodes last, is marked: if
    no mark is left in it, all rows are there, without inflating them twice.
    """
    image = PngImagePlugin.PngImageFile(io.BytesIO(file))
    if layout:
        image.tile = [tile._replace(args=layout) for tile in image.tile]
    marked = Image.new(image.mode, image.size, None)
    marked.paste(_MARKS.get(image.mode, 1), (0, image.height - 1, *image.size))
    before = np.asarray(marked.crop((0, image.height - 1, *image.size)))
    image.im = marked.im
    image.load()
    array = np.asarray(image.convert("L") if image.mode == "1" else image)
    if image.mode == "1":
        before = before.astype(np.uint8) * 255
    complete = bool((array[-1:] != before).any())
    return array[:, :, None] if array.ndim == 2 else array, complete


def _wide(file: bytes, header: Header) -> tuple[Array, bool]:
    """Read 16-bit color with Pillow, which only has 8 bits for color.

    Its unpackers for either byte order drop one of the two bytes, so decoding twice gives both.
    """
    if header.color == GRAY:
        gray, complete = _load(file)
        return gray.astype(np.uint16), complete
    if header.color == GRAY_ALPHA:
        # Two samples of two bytes pass as four samples of one.
        halves, complete = _load(file, "RGBA")
        halves = halves.astype(np.uint16)
        whole = halves[:, :, 0::2] << 8 | halves[:, :, 1::2]
        gray, alpha = whole[:, :, :1], whole[:, :, 1:]
        return np.concatenate([gray, gray, gray, alpha], axis=2), complete
    mode = "RGB" if header.color == RGB else "RGBA"
    high, complete = _load(file, f"{mode};16B")
    return high.astype(np.uint16) << 8 | _load(file, f"{mode};16L")[0], complete


def _looked_up(indices: Array, found: Chunks) -> Array:
    palette = np.frombuffer(found.palette[:768], np.uint8).reshape(-1, 3)
    if found.transparency is not None:
        alpha = np.full((len(palette), 1), 255, np.uint8)
        given = np.frombuffer(found.transparency, np.uint8)[: len(palette)]
        alpha[: len(given), 0] = given
        palette = np.concatenate([palette, alpha], axis=1)
    return from_palette(indices.astype(np.uint8), palette)


def _keyed(pixels: Array, header: Header, transparency: bytes | None) -> Array:
    """Make the color of tRNS transparent."""
    samples = _SAMPLES[header.color]
    if transparency is None or header.color not in (GRAY, RGB) or len(transparency) < 2 * samples:
        return pixels
    key = np.frombuffer(transparency, ">u2", samples).astype(np.uint32)
    if header.depth < 8:
        key = key * 255 // (2**header.depth - 1)
    hit = (pixels == key).all(axis=2)
    pixels = with_channels(pixels, 4)
    pixels[:, :, 3][hit] = 0
    return pixels


def _play(found: Chunks, frames: list[Frame], content: Content) -> None:
    content.frames = without_idle_alpha(composited(found, frames, content.profile))
    content.durations = [milliseconds(frame.duration) for frame in frames]


def composited(found: Chunks, frames: Iterable[Frame], profile: Profile | None) -> Iterator[Array]:
    """Yield whole composited frames, RGBA."""
    size = found.header.width, found.header.height
    canvas: Canvas | None = None
    for frame in frames:
        width, height, x, y, _, _, disposal, blend = struct.unpack(">IIIIHHBB", frame.control[4:])
        outside = x + width > size[0] or y + height > size[1] or not width or not height
        if outside or disposal > 2 or blend > 1 or not frame.data:
            raise damaged("a frame of the APNG makes no sense")
        header = replace(found.header, width=width, height=height)
        patch = with_channels(to_srgb(_pixels(header, found, frame.data), profile), 4)
        if canvas is None:
            canvas = Canvas(*size, patch.dtype)
        yield canvas.draw(patch, x, y, over=blend == 1, disposal=_DISPOSALS[disposal])
