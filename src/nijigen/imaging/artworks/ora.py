"""OpenRaster (ORA): a ZIP of PNGs and a list of layers, read by Krita, GIMP and MyPaint.

The format has no clipping. A clipped layer is written with the alpha of its base applied, which
looks the same except at half-transparent edges; the whole layer is stored as well and read back by
Nijigen. Pass-through groups with an opacity do not exist either: they are marked for Nijigen, other
programs isolate them. Fill and Blend If are baked into the pixels.

Source: OpenRaster specification 0.0.5 (openraster.org).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from xml.etree import ElementTree

import numpy as np

from nijigen.core.artwork import Group, Layer
from nijigen.core.blending import Blend
from nijigen.core.picture import Picture
from nijigen.imaging.artworks.archive import Archive, pack, png_bytes
from nijigen.imaging.artworks.archived import HISTORY, MERGED, Reading, small_view
from nijigen.imaging.artworks.baking import baked, cut_to
from nijigen.imaging.artworks.document import Budget, Document, flattened
from nijigen.imaging.codecs.content import damaged
from nijigen.imaging.codecs.modes import with_channels
from nijigen.imaging.codecs.xml import parsed

MIMETYPE = b"image/openraster"
_WHOLE, _CLIPPED, _VISIBLE = "nijigen-whole", "nijigen-clipped", "nijigen-visible"
_THROUGH = "nijigen-pass-through"

_MODES: dict[str, Blend] = {
    "svg:src-over": "normal",
    **{
        f"svg:{mode}": mode
        for mode in (
            *("multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn"),
            *("hard-light", "soft-light", "difference", "hue", "saturation", "color"),
            "luminosity",
        )
    },
    "svg:plus": "add",
    # Krita's names for modes that are not in the specification.
    "krita:exclusion": "exclusion",
    "svg:exclusion": "exclusion",
    "krita:linear_burn": "linear-burn",
    "krita:subtract": "subtract",
    "krita:divide": "divide",
    "krita:vivid_light": "vivid-light",
    "krita:linear light": "linear-light",
    "krita:pin_light": "pin-light",
    "krita:hard_mix_photoshop": "hard-mix",
    "krita:darker color": "darker-color",
    "krita:lighter color": "lighter-color",
    # What Krita writes for layers that came from a PSD; like svg:plus on opaque pictures.
    "krita:linear_dodge": "add",
}
_NAMES = {mode: name for name, mode in reversed(_MODES.items())}


def write(document: Document) -> bytes:
    """Write a document; pixels keep their 8 or 16 bits."""
    width, height = document.size
    image = ElementTree.Element("image", version="0.0.5", w=str(width), h=str(height))
    if document.dpi is not None:
        across, down = (str(max(1, round(side))) for side in document.dpi)
        image.attrib |= {"xres": across, "yres": down}
    root = ElementTree.SubElement(image, "stack")
    files: list[tuple[str, bytes]] = []
    _write_all(document.layers, root, document.size, files, ())
    ElementTree.indent(image)
    merged = flattened(document)
    members = [
        ("mimetype", MIMETYPE),
        ("stack.xml", ElementTree.tostring(image, "utf-8", xml_declaration=True)),
        *files,
        (MERGED, png_bytes(with_channels(merged.pixels, 4))),
        ("Thumbnails/thumbnail.png", png_bytes(small_view(merged).pixels)),
    ]
    if document.history is not None:
        members.append((HISTORY, document.history.encode()))
    return pack(members)


def _write_all(
    layers: Sequence[Layer | Group],
    parent: ElementTree.Element,
    size: tuple[int, int],
    files: list[tuple[str, bytes]],
    shapes: tuple[Layer | Group, ...],
) -> None:
    """Add elements, the topmost first as in ORA, clipped to some shapes."""
    base: Layer | Group | None = None
    elements = []
    for node in layers:
        below = base if node.clipped else None
        base = base if below is not None else node
        elements.append(_element(node, below, size, files, shapes))
    parent.extend(reversed(elements))


def _element(
    node: Layer | Group,
    below: Layer | Group | None,
    size: tuple[int, int],
    files: list[tuple[str, bytes]],
    shapes: tuple[Layer | Group, ...],
) -> ElementTree.Element:
    shown = node.visible and (below is None or below.visible)
    if isinstance(node, Layer):
        node = baked(node)
    attributes = {
        "name": "".join(letter for letter in node.name if letter.isprintable()),
        "opacity": f"{node.opacity:.6g}",
        "visibility": "visible" if shown else "hidden",
    }
    if below is not None:
        shapes = (*shapes, below)
        attributes |= {_CLIPPED: "true", _VISIBLE: str(node.visible).lower()}
    if isinstance(node, Layer):
        attributes |= {"composite-op": _NAMES[node.blend], "x": str(node.left), "y": str(node.top)}
        name = f"data/{len(files):03}.png"
        cut = node
        for shape in shapes:
            cut = cut_to(cut, shape, size)
        files.append((name, png_bytes(cut.pixels.pixels)))
        attributes["src"] = name
        if shapes:
            whole = f"data/{len(files):03}-whole.png"
            files.append((whole, png_bytes(node.pixels.pixels)))
            attributes[_WHOLE] = whole
        return ElementTree.Element("layer", attributes)
    through = node.blend == "pass-through"
    attributes["composite-op"] = "svg:src-over" if through else _NAMES[node.blend]  # type: ignore[index]
    attributes["isolation"] = "auto" if through else "isolate"
    if through and node.opacity < 1:
        # In the specification, any opacity isolates.
        attributes[_THROUGH] = "true"
    element = ElementTree.Element("stack", attributes)
    _write_all(node.layers, element, size, files, shapes)
    return element


def read(data: bytes) -> Document:
    """Read a whole document.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more pixels than the limit allows, all layers together.
    """
    archive = Archive(data)
    image = _parsed(archive.read("stack.xml"))
    width, height = _number(image, "w"), _number(image, "h")
    archive.check_canvas(width, height)
    reading = Reading(archive, Budget(width, height))
    root = image.find("stack")
    if root is None:
        raise damaged("the ORA has no stack of layers")
    layers = _read_all(root, reading, 1)
    dpi = _number(image, "xres", 0), _number(image, "yres", 0)
    document = Document(
        (width, height), layers, (float(dpi[0]), float(dpi[1])) if all(dpi) else None
    )
    return reading.finish(document)


def _parsed(xml: bytes) -> ElementTree.Element:
    image = parsed(xml, "the layer list of the ORA")
    if image.tag != "image":
        raise damaged("the layer list of the ORA does not begin with an image")
    return image


def _number(element: ElementTree.Element, name: str, default: int | None = None) -> int:
    text = element.get(name)
    if text is None and default is not None:
        return default
    try:
        number = round(float(text or ""))
    except (ValueError, OverflowError) as error:
        raise damaged(f"{name} in the ORA is {str(text)[:40]!r}, not a number") from error
    if abs(number) > 2**31:
        raise damaged(f"{name} in the ORA is {number}")
    return number


def _read_all(
    parent: ElementTree.Element, reading: Reading, depth: int
) -> tuple[Layer | Group, ...]:
    reading.budget.enter(depth)
    reading.budget.count(len(parent))
    layers: list[Layer | Group] = []
    for element in reversed(list(parent)):
        before = len(reading.lacks)
        if element.tag == "layer":
            layers.append(_layer(element, reading))
        elif element.tag == "stack":
            layers.append(_group(element, reading, depth))
        else:
            reading.lack(f"an element {element.tag[:40]!r}", element)
        if not _is_visible(element):
            del reading.lacks[before:]
    return tuple(layers)


def _layer(element: ElementTree.Element, reading: Reading) -> Layer:
    source = element.get(_WHOLE) or element.get("src") or ""
    if source in reading.archive and not reading.archive.is_png(source):
        # The specification allows other kinds, SVG for one.
        reading.lack(f"a layer of the kind {PurePosixPath(source).suffix[:10]}", element)
        pixels = Picture(np.zeros((1, 1, 4), np.uint8))
    else:
        pixels = Picture(reading.archive.png(source, reading.budget.spend))
    return Layer(
        element.get("name", ""),
        pixels,
        _number(element, "x", 0),
        _number(element, "y", 0),
        _blend(element, reading),
        _opacity(element),
        _is_visible(element),
        element.get(_CLIPPED) == "true",
    )


def _group(element: ElementTree.Element, reading: Reading, depth: int) -> Group:
    layers = _read_all(element, reading, depth + 1)
    blend, opacity = _blend(element, reading), _opacity(element)
    # The specification isolates a group that has an opacity or a blend mode of its own.
    alone = element.get("isolation") == "isolate" or blend != "normal" or opacity < 1
    alone &= element.get(_THROUGH) != "true"
    return Group(
        element.get("name", ""),
        layers,
        blend if alone else "pass-through",
        opacity,
        _is_visible(element),
        element.get(_CLIPPED) == "true",
    )


def _blend(element: ElementTree.Element, reading: Reading) -> Blend:
    name = element.get("composite-op", "svg:src-over")
    if name not in _MODES:
        reading.lack(f"blend mode {name[:40]!r}", element)
    return _MODES.get(name, "normal")


def _opacity(element: ElementTree.Element) -> float:
    try:
        # The comparison turns NaN into 1.
        return min(1.0, max(0.0, float(element.get("opacity", "1"))))
    except ValueError as error:
        raise damaged("an opacity in the ORA is not a number") from error


def _is_visible(element: ElementTree.Element) -> bool:
    own = element.get(_VISIBLE)
    return own == "true" if own else element.get("visibility", "visible") != "hidden"
