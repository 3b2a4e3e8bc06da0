"""Detect file formats by the first bytes, ignoring the file name."""

from __future__ import annotations

import re
from pathlib import Path

from nijigen.core.errors import BadPicture, UnsupportedFormat
from nijigen.core.picture import FileFormat
from nijigen.imaging.codecs import jxl
from nijigen.imaging.codecs.content import cut_off
from nijigen.imaging.codecs.svg import is_svg
from nijigen.imaging.codecs.ugoira import is_ugoira
from nijigen.imaging.sprites.aseprite import is_aseprite
from nijigen.imaging.sprites.piskel import is_piskel

HEAD = 4096
"""Number of leading bytes that :func:`sniff` needs."""

_KNOWN: tuple[tuple[bytes, FileFormat], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (jxl.BARE, "jxl"),
    (jxl.BOXED, "jxl"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"8BPS\0\2", "psb"),
    (b"8BPS", "psd"),
    (b"\0\0\1\0", "ico"),
    (b"\0\0\2\0", "ico"),
    (b"icns", "icns"),
)
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}

_MATROSKA = b"\x1aE\xdf\xa3"
_FOREIGN = (
    (b"CSFCHUNK", "a Clip Studio document"),
    (b"gimp xcf", "a GIMP document (XCF)"),
    (b"\x8aMNG", "an MNG animation"),
    (b"\x8bJNG", "a JNG picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript file"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance HDR picture"),
    (b"DDS ", "a DDS texture"),
    (b"qoif", "a QOI picture"),
    (b"FLIF", "a FLIF picture"),
    (_MATROSKA, "a Matroska or WebM video"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip file"),
)
_BOOKS = (b"%PDF", b"Rar!", b"7z\xbc\xaf", b"PK\x03\x04")
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_BRANDS = (
    ({b"crx "}, "a camera raw picture"),
    ({b"mif1", b"msf1"}, "a HEIF picture"),
)
_SUPPORTED = (
    "supported are PNG, JPEG, WebP, AVIF, JPEG XL, GIF, APNG, BMP, TIFF, SVG, PSD, PSB, ORA, KRA, "
    "Aseprite, Piskel, ICO, ICNS and ugoira"
)
_HINT = f"convert it to PNG; {_SUPPORTED}"
_BOOK_HINT = "if it is a book of pages, take it apart: nijigen formats unpack"


def sniff(head: bytes) -> FileFormat:
    """Return the format of a file by its first :data:`HEAD` bytes; ``png`` for APNG too.

    Raises:
        UnsupportedFormat: The format is known, but not supported.
        BadPicture: The format is unknown.
    """
    if not head:
        raise BadPicture("empty: it has no bytes", "get the file again")
    for magic, file_format in _KNOWN:
        if head.startswith(magic):
            return file_format
    if head[:2] == b"BM" and head[14:18] and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if head[:4] == b"RIFF" and len(head) >= 12:
        if head[8:12] == b"WEBP":
            return "webp"
        raise UnsupportedFormat("a RIFF file such as video or sound, not a picture", _HINT)
    if head[4:8] == b"ftyp":
        return _sniff_media(head)
    if is_aseprite(head):
        return "aseprite"
    if is_piskel(head):
        return "piskel"
    if head[:4] == b"PK\x03\x04" and (inside := _layers_inside(head)):
        return inside
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            raise UnsupportedFormat(
                f"{name}, which is not supported", _BOOK_HINT if magic in _BOOKS else _HINT
            )
    if is_svg(head):
        return "svg"
    raise _no_picture(head)


def is_video(head: bytes) -> bool:
    """Return whether the first :data:`HEAD` bytes are those of a video that ffmpeg may read."""
    if head[4:8] == b"ftyp":
        size = int.from_bytes(head[:4], "big")
        brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(size, HEAD), 4)}
        pictures = {b"avif", b"avis", *_HEIC}.union(*(known for known, _ in _BRANDS))
        return not brands & pictures
    # Old QuickTime files have no file type box.
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return True
    return head.startswith(_MATROSKA) or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")


def may_move(head: bytes) -> bool:
    """Return whether the first :data:`HEAD` bytes are those of a file that may be an animation."""
    return (
        head.startswith((b"GIF87a", b"GIF89a"))
        or (head.startswith(b"\x89PNG") and b"acTL" in head)
        or (head[8:12] == b"WEBP" and b"ANIM" in head)
        or (head[4:8] == b"ftyp" and b"avis" in head[:64])
    )


def is_ugoira_file(head: bytes) -> bool:
    """Return whether the first :data:`HEAD` bytes are those of an ugoira, a ZIP of frames."""
    size = int.from_bytes(head[26:28], "little")
    return head.startswith(b"PK\3\4") and is_ugoira(head[30 : 30 + size])


def is_video_file(path: Path) -> bool:
    """Return whether a file is a video, by its first bytes; unreadable files are not."""
    try:
        with path.open("rb") as file:
            return is_video(file.read(HEAD))
    except OSError:
        return False


def _sniff_media(head: bytes) -> FileFormat:
    """Distinguish the formats of the MP4 family by their brands."""
    size = int.from_bytes(head[:4], "big")
    if len(head) < min(max(size, 16), HEAD):
        raise cut_off("it ends inside its header")
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(size, HEAD), 4)}
    if head[8:12] in (b"avif", b"avis") or brands & {b"avif", b"avis"}:
        return "avif"
    if brands & _HEIC:
        return "heic"
    for known, name in _BRANDS:
        if brands & known:
            raise UnsupportedFormat(f"{name}, which is not supported", _HINT)
    raise UnsupportedFormat(
        "a video of the MP4 family, not a picture",
        "nijigen formats frames FILE -o FOLDER writes its frames as PNG",
    )


def _layers_inside(head: bytes) -> FileFormat | None:
    """Detect layered documents based on ZIP by their first member."""
    size, extra = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
    if len(head) < 54:
        raise cut_off("it ends inside its header")
    name, content = head[30 : 30 + size], head[30 + size + extra :]
    if name == b"mimetype" and content.startswith(b"image/openraster"):
        return "ora"
    if name == b"mimetype" and content.startswith(b"application/x-krita"):
        return "kra"
    if is_ugoira(name):
        return "ugoira"
    return "zip" if name == b"layers.json" else None


def _no_picture(head: bytes) -> BadPicture | UnsupportedFormat:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return BadPicture("a web page, not a picture", "download the picture itself, not its page")
    if re.match(rb"P[1-7]\s", head):
        return UnsupportedFormat("a PNM picture (PBM, PGM, PPM), which is not supported", _HINT)
    if head[:4] == b"\x89PNG":
        return BadPicture("damaged by a text-mode transfer", "transfer it as binary")
    if b"\0" not in head and len(re.findall(rb"[\x00-\x08\x0e-\x1a\x7f]", head)) == 0:
        return BadPicture("a text file, not a picture", _SUPPORTED)
    return BadPicture("not a picture of a known format", _HINT)
