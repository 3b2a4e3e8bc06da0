"""Text of PNG chunks: plain, compressed and international."""

from __future__ import annotations

import binascii
import re
import zlib
from dataclasses import dataclass, field

from nijigen.core.errors import BadPicture

_MOST = 2**24
"""Maximum inflated bytes of text and profile; prompts and workflows need 1 % of it."""

_RAW_EXIF = re.compile(r"Raw profile type (exif|APP1)")
# Outdated after the picture was rotated or cropped.
_STALE = re.compile(r"Raw profile type|XML:com\.adobe\.xmp")


@dataclass
class Texts:
    """The metadata found so far."""

    found: dict[str, str] = field(default_factory=dict)
    exif: bytes = b""
    _room: int = _MOST

    def add(self, name: bytes, body: bytes) -> None:
        """Add one chunk; chunks of other types and broken ones are skipped.

        Raises:
            BadPicture: The texts of the file are larger than any real one.
        """
        key, zero, rest = body.partition(b"\0")
        if not zero or name not in (b"tEXt", b"zTXt", b"iTXt"):
            return
        try:
            if name == b"tEXt":
                text = self._kept(rest).decode("latin-1")
            elif name == b"zTXt":
                text = self._inflated(rest[1:]).decode("latin-1")
            else:
                packed = rest[:1] == b"\1"
                value = rest[2:].split(b"\0", 2)[2]
                text = (self._inflated(value) if packed else self._kept(value)).decode("utf-8")
        except (zlib.error, UnicodeDecodeError, IndexError):
            return
        word = key.decode("latin-1")
        if _RAW_EXIF.match(word):
            self.exif = self.exif or _unpacked(text)
        if not _STALE.match(word):
            self.found[word] = text

    def profile(self, body: bytes) -> bytes | None:
        """Return the color profile of an iCCP chunk."""
        try:
            return self._inflated(body.partition(b"\0")[2][1:]) or None
        except zlib.error:
            return None

    def _inflated(self, packed: bytes) -> bytes:
        stream = zlib.decompressobj()
        return self._kept(stream.decompress(packed, self._room + 1))

    def _kept(self, value: bytes) -> bytes:
        self._room -= len(value)
        if self._room < 0:
            raise BadPicture(
                f"a text of more than {_MOST >> 20} MB is hidden in the PNG",
                "remove its text chunks with another program, if the file can be trusted",
            )
        return value


def _unpacked(text: str) -> bytes:
    """Decode a raw profile of ImageMagick: name, length and hexadecimal data."""
    try:
        return binascii.unhexlify("".join(text.split()[2:]))
    except (binascii.Error, ValueError):
        return b""


def keyword(name: str) -> bytes:
    """Return a valid PNG keyword: 1 to 79 Latin-1 letters without outer spaces."""
    kept = re.sub(r"[^ -~\xa1-\xff]+", " ", name)
    return re.sub(" +", " ", kept).strip()[:79].strip().encode("latin-1")
