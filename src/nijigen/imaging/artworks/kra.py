"""Krita documents (KRA): paint layers and groups, with their masks, and the merged picture.

Other kinds of layers and masks are not drawn; then the merged picture of the file is shown.
Clipping, fill and Blend If are baked into pixels when a document is written.

Source: documents of Krita 5.1, and its classes that load and save them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import numpy as np

from nijigen.core.artwork import Group, Layer
from nijigen.core.blending import Blend
from nijigen.core.picture import Picture
from nijigen.imaging.artworks import kra_tiles
from nijigen.imaging.artworks.archive import Archive, pack, png_bytes
from nijigen.imaging.artworks.archived import HISTORY, MERGED, Reading, small_view
from nijigen.imaging.artworks.baking import plain
from nijigen.imaging.artworks.document import Budget, Document, flattened
from nijigen.imaging.codecs.content import Array, damaged
from nijigen.imaging.codecs.icc import to_srgb
from nijigen.imaging.codecs.modes import with_channels
from nijigen.imaging.codecs.xml import parsed

MIMETYPE = b"application/x-krita"
_MAIN = "maindoc.xml"
_NAME = "Nijigen"
"""Of the folder with the layers."""
_PROFILE = "sRGB-elle-V2-srgbtrc.icc"
_DOCTYPE = (
    b"<!DOCTYPE DOC PUBLIC '-//KDE//DTD krita 2.0//EN' "
    b"'http://www.calligra.org/DTD/krita-2.0.dtd'>\n"
)
_SPACES: dict[str, tuple[np.dtype[Any], int]] = {
    "RGBA": (np.dtype("<u1"), 4),
    "RGBA16": (np.dtype("<u2"), 4),
    "GRAYA": (np.dtype("<u1"), 2),
    "GRAYA16": (np.dtype("<u2"), 2),
}
"""Type and number of the samples by color space; RGB is stored as BGR."""
_MODES: dict[str, Blend] = {
    "normal": "normal",
    "multiply": "multiply",
    "screen": "screen",
    "overlay": "overlay",
    "darken": "darken",
    "lighten": "lighten",
    "dodge": "color-dodge",
    "burn": "color-burn",
    "hard_light": "hard-light",
    "soft_light_svg": "soft-light",
    "soft_light": "soft-light",
    "diff": "difference",
    "exclusion": "exclusion",
    "hue": "hue",
    "saturation": "saturation",
    "color": "color",
    "luminize": "luminosity",
    "add": "add",
    "linear_dodge": "add",
    "subtract": "subtract",
    "divide": "divide",
    "linear_burn": "linear-burn",
    "linear light": "linear-light",
    "vivid_light": "vivid-light",
    "pin_light": "pin-light",
    "hard_mix_photoshop": "hard-mix",
    "darker color": "darker-color",
    "lighter color": "lighter-color",
}
_NAMES = {mode: name for name, mode in reversed(_MODES.items())}
_IGNORED = ("selectionmask",)
_KINDS = {
    "adjustmentlayer": "a filter layer",
    "filelayer": "a file layer",
    "clonelayer": "a clone layer",
    "shapelayer": "a vector layer",
    "generatorlayer": "a fill layer",
    "filtermask": "a filter mask",
    "transformmask": "a transform mask",
    "colorizemask": "a colorize mask",
}


@dataclass
class _Reading(Reading):
    folder: str
    size: tuple[int, int]
    icc: bytes | None


def read(data: bytes) -> Document:
    """Read a whole document.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more pixels than the limit allows, all layers together.
    """
    archive = Archive(data)
    root = _without_namespace(parsed(archive.read(_MAIN), "the layer list of the Krita document"))
    image = root.find("IMAGE")
    if image is None:
        raise damaged("the Krita document has no image")
    size = _number(image, "width"), _number(image, "height")
    folder = image.get("name", "")
    archive.check_canvas(*size)
    profile = f"{folder}/annotations/icc"
    icc = archive.read(profile) if profile in archive else None
    reading = _Reading(archive, Budget(*size), folder, size, icc)
    layers = _read_all(image.find("layers"), reading, 1)
    return reading.finish(Document(size, layers, _dpi(image), icc))


def _without_namespace(root: ElementTree.Element) -> ElementTree.Element:
    for element in root.iter():
        element.tag = element.tag.rpartition(":")[2]
    return root


def _number(element: ElementTree.Element, name: str, default: int | None = None) -> int:
    try:
        number = int(element.get(name, "" if default is None else str(default)))
    except ValueError as error:
        raise damaged(f"{name} in the Krita document is no number") from error
    if abs(number) > 2**31:
        raise damaged(f"{name} in the Krita document is {number}")
    return number


def _dpi(image: ElementTree.Element) -> tuple[float, float] | None:
    try:
        across, down = (float(image.get(name, "0")) for name in ("x-res", "y-res"))
    except ValueError:
        return None
    return (across, down) if across > 0 and down > 0 else None


def _read_all(
    parent: ElementTree.Element | None, reading: _Reading, depth: int
) -> tuple[Layer | Group, ...]:
    reading.budget.enter(depth)
    elements = [] if parent is None else list(parent)
    reading.budget.count(len(elements))
    layers: list[Layer | Group] = []
    for element in reversed(elements):
        before = len(reading.lacks)
        kind = element.get("nodetype", "")
        node: Layer | Group | None = None
        if kind == "paintlayer":
            node = _layer(element, reading)
        elif kind == "grouplayer":
            node = _group(element, reading, depth)
        elif kind not in _IGNORED:
            reading.lack(_KINDS.get(kind, f"a layer of the kind {kind[:40]!r}"), element)
        if element.get("layerstyle"):
            reading.lack("a layer style", element)
        if element.get("visible", "1") == "0":
            del reading.lacks[before:]
        if node is not None:
            layers.append(node)
    return tuple(layers)


def _common(element: ElementTree.Element, reading: _Reading) -> dict[str, Any]:
    name = element.get("compositeop", "normal")
    if name not in _MODES:
        reading.lack(f"blend mode {name[:40]!r}", element)
    flags = element.get("channelflags", "")
    if "0" in flags:
        alone = flags.endswith("0") and "0" not in flags[:-1]
        reading.lack("inherited alpha" if alone else "channels that are switched off", element)
    return {
        "blend": _MODES.get(name, "normal"),
        "opacity": min(max(_number(element, "opacity", 255), 0), 255) / 255,
        "visible": element.get("visible", "1") != "0",
    }


def _group(element: ElementTree.Element, reading: _Reading, depth: int) -> Group:
    for mask in _masks(element):
        reading.lack("a mask of a group", mask)
    common = _common(element, reading)
    if element.get("passthrough") == "1":
        common["blend"] = "pass-through"
    layers = _read_all(element.find("layers"), reading, depth + 1)
    return Group(element.get("name", ""), layers, **common)


def _masks(element: ElementTree.Element) -> list[ElementTree.Element]:
    found = element.find("masks")
    every = [] if found is None else list(found)
    seen = [mask for mask in every if mask.get("visible", "1") != "0"]
    return [mask for mask in seen if mask.get("nodetype") not in _IGNORED]


def _layer(element: ElementTree.Element, reading: _Reading) -> Layer:
    name, common = element.get("name", ""), _common(element, reading)
    space = element.get("colorspacename", "RGBA")
    if space not in _SPACES:
        reading.lack(f"the color space {space[:40]!r}", element)
        return Layer(name, Picture(np.zeros((1, 1, 4), np.uint8)), **common)
    pixels, left, top = _pixels(element, element.get("filename", ""), space, reading)
    for mask in _masks(element):
        kind = mask.get("nodetype", "")
        if kind != "transparencymask":
            reading.lack(_KINDS.get(kind, f"a mask of the kind {kind[:40]!r}"), mask)
            continue
        cover, x, y = _pixels(mask, f"{mask.get('filename', '')}.pixelselection", "", reading)
        pixels = _masked(pixels, left, top, cover, x, y)
    return Layer(name, Picture(pixels), left, top, **common)


def _pixels(
    element: ElementTree.Element, file: str, space: str, reading: _Reading
) -> tuple[Array, int, int]:
    """Return pixels as RGBA in sRGB, or those of a mask, with their left and top."""
    kind, channels = _SPACES.get(space, (np.dtype("<u1"), 1))
    path = f"{reading.folder}/layers/{file}"
    found = kra_tiles.read(reading.archive.read(path), kind, channels, reading.budget.spend)
    default = np.zeros(channels, kind)
    if f"{path}.defaultpixel" in reading.archive:
        data = reading.archive.read(f"{path}.defaultpixel")
        if len(data) == kind.itemsize * channels:
            default = np.frombuffer(data, kind)
    pixels, left, top = found or (np.zeros((1, 1, channels), kind) + default, 0, 0)
    left, top = left + _number(element, "x", 0), top + _number(element, "y", 0)
    if default.any():
        pixels, left, top = _filled(pixels, left, top, default, reading.size)
    pixels = pixels.astype(kind.newbyteorder("="))
    if not space:
        return pixels, left, top
    order = [2, 1, 0, 3] if channels == 4 else [0, 0, 0, 1]
    return to_srgb(np.ascontiguousarray(pixels[:, :, order]), reading.icc), left, top


def _filled(
    pixels: Array, left: int, top: int, default: Array, size: tuple[int, int]
) -> tuple[Array, int, int]:
    """Return the part on the canvas; where there are no pixels it has the default one."""
    whole: Array = np.empty((size[1], size[0], pixels.shape[2]), pixels.dtype)
    whole[:] = default
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + pixels.shape[1], size[0]), min(top + pixels.shape[0], size[1])
    if x0 < x1 and y0 < y1:
        whole[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
    return whole, 0, 0


def _masked(pixels: Array, left: int, top: int, cover: Array, x: int, y: int) -> Array:
    """Return pixels with their alpha multiplied by a mask; outside of the mask nothing is left."""
    height, width = pixels.shape[:2]
    share = np.zeros((height, width), np.float32)
    x0, y0 = max(left, x), max(top, y)
    x1, y1 = min(left + width, x + cover.shape[1]), min(top + height, y + cover.shape[0])
    if x0 < x1 and y0 < y1:
        part = cover[y0 - y : y1 - y, x0 - x : x1 - x, 0]
        share[y0 - top : y1 - top, x0 - left : x1 - left] = part / np.float32(255)
    made = pixels.copy()
    made[:, :, 3] = (pixels[:, :, 3] * share + 0.5).astype(pixels.dtype)
    return made


def write(document: Document) -> bytes:
    """Write a document; pixels keep their 8 or 16 bits."""
    width, height = document.size
    across, down = document.dpi or (300, 300)
    root = ElementTree.Element(
        "DOC",
        {
            "xmlns": "http://www.calligra.org/DTD/krita",
            "editor": "Krita",
            "syntaxVersion": "2.0",
            "kritaVersion": "5.1.0",
        },
    )
    image = ElementTree.SubElement(
        root,
        "IMAGE",
        {
            "mime": "application/x-kra",
            "name": _NAME,
            "width": str(width),
            "height": str(height),
            "colorspacename": "RGBA",
            "profile": _PROFILE,
            "description": "",
            "x-res": f"{across:g}",
            "y-res": f"{down:g}",
        },
    )
    files: list[tuple[str, bytes]] = []
    layers = plain(document.layers, document.size)
    _write_all(layers, ElementTree.SubElement(image, "layers"), files)
    merged = flattened(document)
    text = ElementTree.tostring(root, "unicode")
    main = b'<?xml version="1.0" encoding="UTF-8"?>\n' + _DOCTYPE + text.encode()
    about = b'<?xml version="1.0" encoding="UTF-8"?>\n<document-info/>\n'
    members = [
        ("mimetype", MIMETYPE),
        (_MAIN, main),
        ("documentinfo.xml", about),
        ("preview.png", png_bytes(small_view(merged).pixels)),
        *files,
        (MERGED, png_bytes(with_channels(merged.pixels, 4))),
    ]
    if document.history is not None:
        members.append((HISTORY, document.history.encode()))
    return pack(members, deflated={name for name, _ in files})


def _write_all(
    layers: Sequence[Layer | Group], parent: ElementTree.Element, files: list[tuple[str, bytes]]
) -> None:
    for node in reversed(layers):
        through = node.blend == "pass-through"
        number = len(files) + len(list(parent.iter()))
        attributes = {
            "name": "".join(letter for letter in node.name if letter.isprintable()),
            "uuid": f"{{{uuid.uuid5(uuid.NAMESPACE_OID, f'{node.name} {number}')}}}",
            "opacity": str(round(node.opacity * 255)),
            "compositeop": "normal" if through else _NAMES[node.blend],  # type: ignore[index]
            "visible": str(int(node.visible)),
            "locked": "0",
            "collapsed": "0",
            "x": "0",
            "y": "0",
        }
        if isinstance(node, Group):
            attributes |= {"nodetype": "grouplayer", "passthrough": str(int(through))}
            attributes["filename"] = f"group{number}"
            element = ElementTree.SubElement(parent, "layer", attributes)
            _write_all(node.layers, ElementTree.SubElement(element, "layers"), files)
            continue
        file = f"layer{len(files) // 2 + 1}"
        pixels = with_channels(node.pixels.pixels, 4)
        deep = pixels.dtype == np.uint16
        attributes |= {
            "nodetype": "paintlayer",
            "filename": file,
            "colorspacename": "RGBA16" if deep else "RGBA",
            "profile": _PROFILE,
            "channelflags": "",
            "x": str(node.left),
            "y": str(node.top),
        }
        ElementTree.SubElement(parent, "layer", attributes)
        bgra = np.ascontiguousarray(pixels[:, :, [2, 1, 0, 3]]).astype("<u2" if deep else "u1")
        files.append((f"{_NAME}/layers/{file}", kra_tiles.written(bgra)))
        files.append((f"{_NAME}/layers/{file}.defaultpixel", bytes(8 if deep else 4)))
