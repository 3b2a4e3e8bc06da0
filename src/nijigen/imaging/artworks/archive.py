"""ZIP archives of layers: read with limits, written deterministically."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from nijigen.core.errors import PictureTooLarge
from nijigen.imaging.codecs import png, png_writing
from nijigen.imaging.codecs.content import (
    DEFLATE,
    SMALL,
    Array,
    Content,
    check_filled,
    cut_off,
    damaged,
)

_ROOM = 2**26
_RATIO = 16
"""Limit of the unpacked size: 64 MB plus 16 times the archive; PNG is compressed already."""
_MOST_ENTRIES = 20_000
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Archive:
    """The members of an archive, by name. Nothing is ever unpacked to a disk.

    Args:
        data: The archive, or its path: then members are read from the file when asked for.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has too many members.
    """

    def __init__(self, data: bytes | Path) -> None:
        try:
            self._zip = zipfile.ZipFile(data if isinstance(data, Path) else io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise cut_off("the archive ends too early") from error
        if len(self._zip.infolist()) > _MOST_ENTRIES:
            raise PictureTooLarge(
                f"an archive of more than {_MOST_ENTRIES} files", "make it smaller first"
            )
        self._size = data.stat().st_size if isinstance(data, Path) else len(data)
        self._room = _ROOM + _RATIO * self._size
        self._decoded: dict[str, Array] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    @property
    def names(self) -> list[str]:
        """Names of all files, in the order of the archive."""
        return [entry.filename for entry in self._zip.infolist() if not entry.is_dir()]

    def read(self, name: str, most: int = 2**40) -> bytes:
        """Return a whole member.

        Args:
            name: Its name.
            most: Bytes that it may have when unpacked.

        Raises:
            BadPicture: There is none, or it is damaged.
            PictureTooLarge: It is far larger than the archive when unpacked.
        """
        with self._zip.open(self._entry(name)) as file:
            # The size in the archive may be wrong.
            found = file.read(min(self._room, most) + 1)
        self._room -= len(found)
        if self._room < 0 or len(found) > most:
            raise PictureTooLarge(
                "unpacked, the archive is far larger than any real one", "unpack it yourself first"
            )
        return found

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = self._zip.NameToInfo.get(name)
        if entry is None:
            raise damaged(f"the archive has no {name[:80]!r}")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(f"{name[:80]!r} has an unknown compression")
        if entry.flag_bits & 1:
            raise damaged(f"{name[:80]!r} is encrypted")
        return entry

    def is_png(self, name: str) -> bool:
        """Return whether a member is a PNG, by its name or by its first bytes."""
        if name.lower().endswith(".png"):
            return True
        with self._zip.open(self._entry(name)) as file:
            return file.read(len(png.SIGNATURE)) == png.SIGNATURE

    def check_canvas(self, width: int, height: int) -> None:
        """Reject a large canvas that the file could not hold as one picture, as it has to.

        Raises:
            BadPicture: The file ends too early.
        """
        if width * height > SMALL:
            check_filled(width * height, self._size, DEFLATE, f"{width}×{height} pixels")

    def png(self, name: str, check: Callable[[int, int, int], None]) -> Array:
        """Return the pixels of a PNG; those of one that was read before are shared.

        Args:
            name: Name of the member.
            check: Called with width, height and bits of a sample before it is decoded.
        """
        if name in self._decoded:
            known = self._decoded[name]
            check(known.shape[1], known.shape[0], 8 * known.itemsize)
            return known
        data = self.read(name)
        if data[:8] != png.SIGNATURE or len(data) < 25:
            raise damaged(f"{name[:80]!r} is not a PNG")
        check(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"), data[24])
        pixels: Array = png.read(data, first=True).frames[0]
        self._decoded[name] = pixels
        return pixels


def pack(members: Sequence[tuple[str, bytes]], deflated: Collection[str] = ()) -> bytes:
    """Return an archive of members in order, uncompressed except for those that are named."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            # Else it would depend on the operating system.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            if name in deflated:
                entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return file.getvalue()


def png_bytes(pixels: Array, level: int = png_writing.LEVEL) -> bytes:
    """Return pixels as a PNG file."""
    return png_writing.write(Content([pixels]), level)
