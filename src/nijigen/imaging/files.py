"""Reading and writing picture files: PNG, JPEG, WebP, AVIF and many others.

SVG is written for drawings, and read as pixels. docs/formats.md has the list.

Pictures are gray, RGB or RGBA in sRGB with straight alpha, upright and complete. Anything else is
rejected with a clear error before it costs time or memory.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.atomic import refusing, replacing, write_bytes
from nijigen.core.errors import BadPicture, InputError, NotFound, UnsupportedFormat, similar_beside
from nijigen.core.history import History
from nijigen.core.picture import FileFormat, Picture
from nijigen.imaging._reading import parsed, reduced_value_of, value_of
from nijigen.imaging._writing import check_sides, document_of, encoded, encoded_draft, encoded_pages
from nijigen.imaging.artworks import png_set
from nijigen.imaging.clips import video
from nijigen.imaging.codecs import svg
from nijigen.imaging.codecs.sniff import HEAD, is_video_file, sniff
from nijigen.imaging.codecs.tiff_directory import pages_of

__all__ = [
    "ENDINGS",
    "READABLE",
    "WITHOUT_HISTORY",
    "check_sides",
    "count_pages",
    "decode",
    "encode",
    "format_of",
    "read",
    "read_artwork",
    "read_history",
    "read_pages",
    "read_picture",
    "read_reduced",
    "write",
    "write_artwork",
    "write_pages",
]

ENDINGS: Mapping[str, FileFormat] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".avif": "avif",
    ".jxl": "jxl",
    ".gif": "gif",
    ".apng": "apng",
    ".bmp": "bmp",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".psd": "psd",
    ".psb": "psb",
    ".ora": "ora",
    ".kra": "kra",
    ".zip": "zip",
    ".svg": "svg",
    ".aseprite": "aseprite",
    ".piskel": "piskel",
    ".ico": "ico",
    ".icns": "icns",
    ".ugoira": "ugoira",
}
"""File extensions in lower case, and the format that is written for them."""

READABLE = frozenset({*ENDINGS, ".jfif", ".jpe", ".cur", ".heic", ".heif", ".hif"} - {".zip"})
"""File extensions in lower case that count as pictures when a folder is scanned.

A ZIP is only read as a set of layers if it is named explicitly; most are something else.
"""

WITHOUT_HISTORY = frozenset({"bmp", "aseprite", "piskel", "ico", "icns", "ugoira"})
"""Formats that have no place for the history of a result."""

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read(path: Path, *, page: int = 0) -> Picture | Animation | Artwork:
    """Read a picture file; more than one frame makes an animation, layers make an artwork.

    The format is detected from the content, not from the name.

    Args:
        path: The file.
        page: The page of a TIFF of several, from 1. By default the first one is read, and
            ``info.notes`` say so.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or not a picture.
        PictureTooLarge: It has more pixels, frames or layers than :mod:`nijigen.core.limits`
            allow.
        UnsupportedFormat: Its format is not supported.
    """
    return value_of(_bytes(path), path.name, str(path), first=False, page=page)


def count_pages(path: Path) -> int:
    """Return the number of pages of a TIFF, and 1 for files of all other formats.

    Only the directories of the file are read.

    Raises:
        BadPicture: It is a damaged TIFF.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        if not file.read(4).startswith(_TIFF):
            return 1
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return len(pages_of(data))


def read_pages(path: Path) -> Iterator[Picture]:
    """Read the pages of a TIFF one after the other; of another file, its one picture.

    Raises:
        NotFound: There is no such file.
        BadPicture: A page is damaged, or the file is not a picture.
        PictureTooLarge: A page has more pixels than the limit allows.
        UnsupportedFormat: The format, or that of a page, is not supported.
    """
    data = _bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    count = len(pages_of(data)) if data.startswith(_TIFF) else 0
    for page in range(1, count + 1) if count > 1 else (0,):
        label = f"{path} page {page}" if page else str(path)
        value = value_of(data, path.name, label, first=True, page=page, digest=digest)
        assert isinstance(value, Picture)
        yield value


def read_picture(path: Path) -> Picture:
    """Read a picture file: the first frame of an animation, an artwork flattened.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or not a picture.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: Its format is not supported.
    """
    value = value_of(_bytes(path), path.name, str(path), first=True)
    assert isinstance(value, Picture)
    return value


def read_reduced(path: Path, least: int) -> tuple[Picture, tuple[int, int]]:
    """Read a picture for a small view of it, and its full size.

    A JPEG is decoded at a half, a quarter or an eighth of its size, which is much faster.

    Args:
        path: The file; of an animation the first frame is read.
        least: The longer side is at least that many pixels, or all that there are.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or not a picture.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: Its format is not supported.
    """
    return reduced_value_of(_bytes(path), path.name, str(path), least)


def read_artwork(path: Path) -> Artwork:
    """Read a layered document, or a folder of PNGs with a list; a picture becomes one layer.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off, not a picture, or an animation.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: Its format is not supported.
    """
    if path.is_dir():
        value = value_of(png_set.read_folder(path), path.name, str(path), first=False)
    else:
        value = read(path)
    if isinstance(value, Animation):
        raise BadPicture(f"{path} is an animation and has no layers", "take one of its frames")
    return Artwork.of(value) if isinstance(value, Picture) else value


def decode(data: bytes, name: str = "") -> Picture | Animation | Artwork:
    """Read a picture file from memory.

    Args:
        data: The whole file.
        name: Name of the file, for errors and for the history.

    Raises:
        BadPicture: It is damaged, cut off or not a picture.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: Its format is not supported.
    """
    return value_of(data, name, name or "the picture", first=False)


def read_history(path: Path) -> History | None:
    """Return how a result was made, or None if its file has no history.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or not a picture.
    """
    if is_video_file(path):
        history = video.history_of(path)
        return None if history is None else History.from_json(history)
    data = _bytes(path)
    if svg.is_svg(data[:HEAD]):
        history = svg.history_of(data)
    else:
        history = parsed(data, str(path), first=True)[0].history
    return None if history is None else History.from_json(history)


def write(
    value: Picture | Animation | Artwork, path: Path, *, format: FileFormat | None = None
) -> None:
    """Write a file atomically; missing folders are created.

    Args:
        value: 16 bits a sample stay in PNG and TIFF. Alpha is composited over white for JPEG and
            BMP. An animation goes to GIF, APNG (``.png`` too), WebP or AVIF. The layers of an
            artwork stay in PSD, ORA and ZIP (a PNG for each) and are flattened for others; a
            drawing brings its layers for them, and its vectors for SVG.
        path: Its extension selects the format.
        format: The format, overriding the extension.

    Raises:
        UnsupportedFormat: The extension is unknown, or the format cannot hold such a value.
        OutputError: The file cannot be written; the old file stays.
    """
    write_bytes(path, encode(value, format or format_of(path)))


def write_pages(
    pages: Iterable[Picture], path: Path, *, finished: Callable[[str], None] | None = None
) -> None:
    """Write a TIFF of several pages atomically; missing folders are created.

    Each page keeps its own size, channels, depth and resolution. A page is asked for when the one
    before is encoded, so that their number does not matter.

    Args:
        pages: At least one.
        path: The file.
        finished: Called with the SHA-256 of the content, just before the file gets its name.

    Raises:
        OutputError: The file cannot be written, or would be larger than 4 GB; the old file stays.
    """
    digest = hashlib.sha256()
    with replacing(path) as file:
        for part in encoded_pages(pages):
            with refusing(path):
                file.write(part)
            digest.update(part)
        if finished is not None:
            finished(digest.hexdigest())


def write_artwork(artwork: Artwork, path: Path) -> None:
    """Write like :func:`write`; a name without an extension becomes a folder of PNGs.

    Raises:
        UnsupportedFormat: The extension is unknown, or the format cannot hold the value.
        OutputError: A file cannot be written.
    """
    if path.suffix:
        write(artwork, path)
    else:
        png_set.write_folder(document_of(artwork), path)


def encode(value: Picture | Animation | Artwork, format: FileFormat) -> bytes:
    """Return the bytes of a file; deterministic.

    The quality is that of ``value.info.encoding`` if it has the same format; else it is 92 for
    JPEG, 90 for WebP and 75 for AVIF.

    Raises:
        UnsupportedFormat: The format cannot hold such a value.
        OutputError: The encoder gave up.
    """
    return encoded(value, format)


def encode_draft(value: Picture | Artwork) -> bytes:
    """Return a file for viewing once, compressed quickly: a PNG, or a ZIP of layers.

    The ZIP has no merged picture.
    """
    if isinstance(value, Picture):
        return encoded_draft(value)
    return png_set.write(document_of(value), draft=True)


def format_of(path: PurePath) -> FileFormat:
    """Return the format for the extension of a name.

    Raises:
        UnsupportedFormat: The extension is unknown.
    """
    known = ENDINGS.get(path.suffix.lower())
    if known is None:
        what = f"{path.suffix} is not the" if path.suffix else "the name has no"
        raise UnsupportedFormat(
            f"{path.name}: {what} extension of a picture format", "use one of " + " ".join(ENDINGS)
        )
    return known


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadPicture(f"{path} is a folder, no picture", "give a file of that folder")
        with path.open("rb") as file:
            head = file.peek(HEAD)[:HEAD]
            if len(head) == HEAD:
                # A video of gigabytes is refused before it is read.
                sniff(head)
            return file.read()
    except InputError as error:
        label = "" if error.message.startswith(str(path)) else f"{path}: "
        raise type(error)(label + error.message, error.hint) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"no such file: {path}", similar_beside(path, READABLE)) from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise BadPicture(
            f"{path} cannot be read: {reason.lower()}", "check its name and its permissions"
        ) from error
