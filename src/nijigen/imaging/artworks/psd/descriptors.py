"""Descriptors: the typed dictionaries in which newer parts of a PSD keep their settings.

Source: Adobe Photoshop File Formats Specification (November 2019), "Descriptor structure".
"""

from __future__ import annotations

from typing import Any

from nijigen.imaging.artworks.psd.pixels import Reader
from nijigen.imaging.codecs.content import damaged

_DEEPEST = 32
Descriptor = dict[bytes, Any]
"""Values by key: numbers, texts, keys of enumerations as bytes, lists, further descriptors."""


def descriptor(reader: Reader, depth: int = 0) -> Descriptor:
    """Read a descriptor; types of no use here (references, raw data) become None.

    Raises:
        BadPicture: It is damaged or cut off.
    """
    _text(reader)
    _key(reader)
    found: Descriptor = {}
    for _ in range(reader.take(">I")[0]):
        key = _key(reader)
        found[key] = _value(reader, reader.take(">4s")[0], depth)
    return found


def _value(reader: Reader, kind: bytes, depth: int) -> Any:
    if depth > _DEEPEST:
        raise damaged("settings in the PSD are nested too deeply")
    match kind:
        case b"Objc" | b"GlbO":
            return descriptor(reader, depth + 1)
        case b"VlLs":
            count = reader.take(">I")[0]
            return [_value(reader, reader.take(">4s")[0], depth + 1) for _ in range(count)]
        case b"doub":
            return reader.take(">d")[0]
        case b"UntF":
            return reader.take(">4sd")[1]
        case b"long":
            return reader.take(">i")[0]
        case b"comp":
            return reader.take(">q")[0]
        case b"bool":
            return reader.take(">?")[0]
        case b"TEXT":
            return _text(reader)
        case b"enum":
            _key(reader)
            return _key(reader)
        case b"type" | b"GlbC":
            _text(reader)
            _key(reader)
        case b"tdta" | b"alis" | b"Pth ":
            reader.part(">I")
        case b"UnFl":
            reader.take(">4s")
            reader.skip(8 * reader.take(">I")[0])
        case _:
            raise damaged("settings in the PSD are of an unknown type")
    return None


def _key(reader: Reader) -> bytes:
    length = reader.take(">I")[0]
    return reader.raw(length or 4)


def _text(reader: Reader) -> str:
    length = reader.take(">I")[0]
    return reader.raw(2 * length).decode("utf-16-be", "replace").rstrip("\0")
