"""Reading and writing picture files: PNG, JPEG, WebP, AVIF, GIF, APNG, BMP, TIFF, PSD and ORA.

SVG is written of drawings, and not read.

What comes out is gray, RGB or RGBA in sRGB with straight alpha, turned upright, complete. What
cannot be read so is refused with one clear error before it costs time or memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import BadPicture, InputError, NotFound, UnsupportedFormat, nearest
from nijigen.core.history import History
from nijigen.core.picture import FileFormat, Picture
from nijigen.imaging._reading import parsed, value_of
from nijigen.imaging._writing import document_of, encoded
from nijigen.imaging.artworks import png_set
from nijigen.imaging.atomic import write_bytes
from nijigen.imaging.clips import video
from nijigen.imaging.codecs import svg
from nijigen.imaging.codecs.content import MAX_PIXELS
from nijigen.imaging.codecs.sniff import HEAD, is_video_file, sniff

__all__ = [
    "ENDINGS",
    "MAX_PIXELS",
    "READABLE",
    "decode",
    "encode",
    "format_of",
    "read",
    "read_artwork",
    "read_history",
    "read_picture",
    "write",
    "write_artwork",
]

ENDINGS: Mapping[str, FileFormat] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".avif": "avif",
    ".gif": "gif",
    ".apng": "apng",
    ".bmp": "bmp",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".psd": "psd",
    ".ora": "ora",
    ".zip": "zip",
    ".svg": "svg",
}
"""Endings of file names, in small letters, and the format that is written for them."""

READABLE = frozenset({*ENDINGS, ".jfif", ".jpe"} - {".zip", ".svg"})
"""Endings, in small letters, of the files that a scan of a folder takes for pictures.

A ZIP is read where it is named and is a set of layers; most that lie around are none.
"""

_MOST_NAMES = 1000


def read(path: Path) -> Picture | Animation | Artwork:
    """Read a picture file; more than one frame makes an animation, layers make an artwork.

    The format is told by the content, not by the name. Of a TIFF with many pages the first is
    read, and their number stands in ``info.text["pages"]``.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or no picture.
        PictureTooLarge: It has more than :data:`MAX_PIXELS` pixels, all frames or layers
            included; the environment variable ``NIJIGEN_MAX_PIXELS`` sets another limit.
        UnsupportedFormat: It is of a format that is not read here.
    """
    return value_of(_bytes(path), path.name, str(path), first=False)


def read_picture(path: Path) -> Picture:
    """Read a picture file; of an animation, the first frame; of an artwork, what it shows.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or no picture.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: It is of a format that is not read here.
    """
    value = value_of(_bytes(path), path.name, str(path), first=True)
    assert isinstance(value, Picture)
    return value


def read_artwork(path: Path) -> Artwork:
    """Read a layered document, also a folder of PNGs with its list; a picture is one layer.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or no picture, or an animation.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: It is of a format that is not read here.
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
        BadPicture: It is damaged, cut off or no picture.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: It is of a format that is not read here.
    """
    return value_of(data, name, name or "the picture", first=False)


def read_history(path: Path) -> History | None:
    """Return how a result was made, or None where its file does not tell.

    Raises:
        NotFound: There is no such file.
        BadPicture: It is damaged, cut off or no picture.
    """
    if is_video_file(path):
        told = video.history_of(path)
        return None if told is None else History.from_json(told)
    data = _bytes(path)
    if svg.is_svg(data[:HEAD]):
        told = svg.history_of(data)
    else:
        told = parsed(data, str(path), first=True)[0].history
    return None if told is None else History.from_json(told)


def write(
    value: Picture | Animation | Artwork, path: Path, *, format: FileFormat | None = None
) -> None:
    """Write a file whole or not at all; missing folders are made.

    Args:
        value: 16 bits a sample stay in PNG and TIFF. Alpha is composited over white for JPEG and
            BMP. An animation goes to GIF, APNG (``.png`` too), WebP or AVIF. The layers of an
            artwork stay in PSD, ORA and ZIP (a PNG for each) and are flattened for others; a
            drawing brings its layers for them, and its vectors for SVG.
        path: Its ending says the format.
        format: The format, whatever the ending.

    Raises:
        UnsupportedFormat: The ending is not known, or the format does not hold such a value.
        OutputError: The file cannot be written; what was there before stays.
    """
    write_bytes(path, encode(value, format or format_of(path)))


def write_artwork(artwork: Artwork, path: Path) -> None:
    """Write as :func:`write` does; a name without an ending is a folder of PNGs.

    Raises:
        UnsupportedFormat: The ending is not known, or the format does not hold it.
        OutputError: A file cannot be written.
    """
    if path.suffix:
        write(artwork, path)
    else:
        png_set.write_folder(document_of(artwork), path)


def encode(value: Picture | Animation | Artwork, format: FileFormat) -> bytes:
    """Return the bytes of a file; the same value always gives the same.

    ``value.info.encoding`` says the quality where it names the same format; else it is 92 for
    JPEG, 90 for WebP and 75 for AVIF.

    Raises:
        UnsupportedFormat: The format does not hold such a value.
        OutputError: The encoder gave up.
    """
    return encoded(value, format)


def encode_draft(artwork: Artwork) -> bytes:
    """Return a ZIP of layers that are looked at once: packed quickly, without a merged picture."""
    return png_set.write(document_of(artwork), draft=True)


def format_of(path: PurePath) -> FileFormat:
    """Return the format that the ending of a name stands for.

    Raises:
        UnsupportedFormat: The ending is not known.
    """
    known = ENDINGS.get(path.suffix.lower())
    if known is None:
        what = f"the ending {path.suffix}" if path.suffix else "a name without an ending"
        raise UnsupportedFormat(
            f"{path.name}: {what} says no picture format", "use one of " + " ".join(ENDINGS)
        )
    return known


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadPicture(f"{path} is a folder, no picture", "give a file of that folder")
        with path.open("rb") as file:
            head = file.read(HEAD)
            if len(head) == HEAD:
                # A video of gigabytes is refused before it is read.
                sniff(head)
            return head + file.read()
    except InputError as error:
        label = "" if error.message.startswith(str(path)) else f"{path}: "
        raise type(error)(label + error.message, error.hint) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"no such file: {path}", _alike(path)) from error
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise BadPicture(
            f"{path} cannot be read: {reason.lower()}", "check its name and its permissions"
        ) from error


def _alike(path: Path) -> str:
    """Return a hint naming the pictures of the folder whose names are most alike."""
    try:
        names = sorted(
            entry.name for entry in path.parent.iterdir() if entry.suffix.lower() in READABLE
        )
    except (FileNotFoundError, NotADirectoryError):
        return f"there is no folder {path.parent}"
    except OSError:
        return "check the path"
    return nearest(path.name, names[:_MOST_NAMES]) or "check the path"
