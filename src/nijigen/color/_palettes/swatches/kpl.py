"""KPL: the palettes of Krita, a ZIP with a list in XML.

Source: palettes of Krita 5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

import numpy as np

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import hex_of, rgb, written
from nijigen.core.errors import InputError
from nijigen.imaging.artworks.archive import Archive, pack
from nijigen.imaging.codecs.xml import parsed
from nijigen.imaging.color_spaces import from_lab, to_bytes

_MIMETYPE = b"krita/x-colorset"
_LIST, _PROFILES = "colorset.xml", "profiles.xml"
_PROFILE = "sRGB-elle-V2-srgbtrc.icc"
_COLUMNS = 8


def accepts(content: bytes) -> bool:
    """Return whether the content is an archive that begins with its type."""
    return content.startswith(b"PK") and _MIMETYPE in content[:128]


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the colors, those of groups too.

    Raises:
        InputError: The file is damaged or has an unknown color model.
    """
    root = parsed(Archive(content).read(_LIST), "the list of the Krita palette")
    return tuple(_swatch(entry) for entry in root.iter("ColorSetEntry"))


def _swatch(entry: ElementTree.Element) -> Swatch:
    name = entry.get("name", "")
    for value in entry:
        try:
            if value.tag in ("RGB", "sRGB"):
                shares = [float(value.get(part, "")) for part in "rgb"]
            elif value.tag == "Gray":
                shares = [float(value.get("g", ""))] * 3
            elif value.tag == "CMYK":
                inks = [float(value.get(part, "")) for part in "cmyk"]
                return Swatch(name, hex_of(f"cmyk({', '.join(f'{i * 100:.4f}' for i in inks)})"))
            elif value.tag == "Lab":
                lab = [float(value.get(part, "")) for part in ("L", "a", "b")]
                return Swatch(name, written(*to_bytes(from_lab(np.array(lab), white="D50"))))
            else:
                continue
        except ValueError:
            raise InputError(f"the color {name[:80]!r} of the Krita palette has no value") from None
        return Swatch(name, written(*to_bytes(np.array(shares).clip(0, 1))))
    raise InputError(f"the color {name[:80]!r} of the Krita palette has an unknown color model")


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a palette."""
    about = {
        "version": "2.0",
        "name": title,
        "comment": "",
        "readonly": "false",
        "columns": str(_COLUMNS),
        "rows": str(-(-len(swatches) // _COLUMNS)),
    }
    root = ElementTree.Element("ColorSet", about)
    for number, swatch in enumerate(swatches):
        known = {"spot": "false", "id": str(number), "name": swatch.name, "bitdepth": "U8"}
        entry = ElementTree.SubElement(root, "ColorSetEntry", known)
        shares = (f"{channel / 255:.8f}" for channel in rgb(swatch.color))
        ElementTree.SubElement(
            entry, "RGB", {**dict(zip("rgb", shares, strict=True)), "space": _PROFILE}
        )
        row, column = divmod(number, _COLUMNS)
        ElementTree.SubElement(entry, "Position", {"row": str(row), "column": str(column)})
    profiles = ElementTree.Element("Profiles")
    return pack(
        [
            ("mimetype", _MIMETYPE),
            (_LIST, ElementTree.tostring(root)),
            (_PROFILES, ElementTree.tostring(profiles)),
        ]
    )
