"""PNG set: a numbered PNG for every layer and a list of them, in a ZIP or a folder.

``layers.json`` has ``size`` and ``layers``, the lowest first. A layer has ``name``, ``file``,
``left``, ``top`` and, if it has fill or Blend If, ``mixing``; a group has ``layers`` of its own;
both have ``blend``, ``opacity``, ``visible`` and ``clipped``. ``merged.png`` shows them all.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nijigen.core.artwork import Group, Layer, Mixing
from nijigen.core.atomic import refusing, remove_file, write_bytes
from nijigen.core.blending import PLAIN, Range
from nijigen.core.errors import BadPicture
from nijigen.core.picture import Picture
from nijigen.core.strict import escaped, printable
from nijigen.imaging.artworks.archive import Archive, pack, png_bytes
from nijigen.imaging.artworks.document import Budget, Document, flattened
from nijigen.imaging.codecs.content import damaged
from nijigen.imaging.codecs.png_writing import LEVEL, QUICK

LIST = "layers.json"
_MERGED = "merged.png"
_OWN_NAME = re.compile(r"\d{3,}(-[\w.+()-]+)?\.png")
_COMMON = ("blend", "opacity", "visible", "clipped")


_Taken = Callable[[str, bytes], bool]


def members(
    document: Document, *, draft: bool = False, taken: _Taken = lambda name, content: False
) -> list[tuple[str, bytes]]:
    """Return names and contents of all files of a set, the list first, ``merged.png`` last.

    Args:
        document: The layers.
        draft: It is viewed once: it is compressed quickly and has no ``merged.png``.
        taken: Whether a layer with some content must not have a name.
    """
    files: list[tuple[str, bytes]] = []
    record: dict[str, Any] = {"size": list(document.size), "layers": []}
    if document.dpi is not None:
        record["dpi"] = list(document.dpi)
    record["layers"] = _entries(document.layers, files, QUICK if draft else LEVEL, taken)
    if document.history is not None:
        record["history"] = json.loads(document.history)
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    if not draft:
        files.append((_MERGED, png_bytes(flattened(document).pixels)))
    return [(LIST, escaped(text).encode()), *files]


def write(document: Document, *, draft: bool = False) -> bytes:
    """Write a set as a ZIP."""
    return pack(members(document, draft=draft))


def _entries(
    layers: Sequence[Layer | Group], files: list[tuple[str, bytes]], level: int, taken: _Taken
) -> list[Any]:
    entries = []
    for node in layers:
        entry: dict[str, Any] = {"name": node.name}
        if isinstance(node, Layer):
            content = png_bytes(node.pixels.pixels, level)
            stem = f"{len(files) + 1:03}{_file_name(node.name)}"
            name, number = f"{stem}.png", 2
            while taken(name, content):
                name, number = f"{stem}-{number}.png", number + 1
            entry |= {"file": name, "left": node.left, "top": node.top}
            files.append((name, content))
            if node.mixing != PLAIN:
                entry["mixing"] = asdict(node.mixing)
        entry |= {name: getattr(node, name) for name in _COMMON}
        if isinstance(node, Group):
            entry["layers"] = _entries(node.layers, files, level, taken)
        entries.append(entry)
    return entries


def _file_name(name: str) -> str:
    """Return a name without characters that file systems reject; letters of any script stay."""
    kept = re.sub(r"[^\w.+()-]+", "-", name).strip("-. ")
    # A name has at most 255 bytes, a character at most four.
    return "-" + kept[:50].rstrip("-. ") if kept else ""


def read(data: bytes) -> Document:
    """Read a set from a ZIP.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more pixels than the limit allows, all layers together.
    """
    archive = Archive(data)
    try:
        record = json.loads(archive.read(LIST))
        width, height = (int(side) for side in record["size"])
        archive.check_canvas(width, height)
        budget = Budget(width, height)
        layers = _layers(record["layers"], archive, budget, 1)
        dpi = tuple(float(side) for side in record.get("dpi", ()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(f"{LIST} makes no sense ({type(error).__name__}: {error})") from error
    document = Document((width, height), layers, (dpi[0], dpi[1]) if len(dpi) == 2 else None)
    if "history" in record:
        document.history = json.dumps(record["history"])
    return document


def _layers(
    entries: Sequence[Any], archive: Archive, budget: Budget, depth: int
) -> tuple[Layer | Group, ...]:
    budget.enter(depth)
    budget.count(len(entries))
    layers: list[Layer | Group] = []
    for entry in entries:
        common = {name: entry[name] for name in _COMMON if name in entry}
        name = printable(str(entry["name"]))
        if "layers" in entry:
            children = _layers(entry["layers"], archive, budget, depth + 1)
            layers.append(Group(name, children, **common))
        else:
            pixels = Picture(archive.png(str(entry["file"]), budget.spend))
            place = int(entry.get("left", 0)), int(entry.get("top", 0))
            mixing = _mixing(entry.get("mixing", {}))
            layers.append(Layer(name, pixels, *place, **common, mixing=mixing))
    return tuple(layers)


def _mixing(entry: Any) -> Mixing:
    own, under = (
        tuple(_range(values) for values in entry.get(name, ())) for name in ("own", "under")
    )
    return Mixing(float(entry.get("fill", 1)), bool(entry.get("glowing")), own, under)


def _range(values: Any) -> Range:
    black, dark, light, white = (int(value) for value in values)
    return black, dark, light, white


def write_folder(document: Document, folder: Path) -> None:
    """Write a set into a folder.

    A set that is there stays whole until its list is replaced: no file of it is overwritten before
    that, and those of its layers are removed after that.

    Raises:
        OutputError: A file cannot be written.
    """

    def taken(name: str, content: bytes) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return (folder / name).read_bytes() != content
        return False

    with refusing(folder):
        old = _layer_files(folder)
        first, *layers, merged = members(document, taken=taken)
    for name, data in (*layers, first, merged):
        write_bytes(folder / name, data)
    for name in old - {name for name, _ in layers}:
        remove_file(folder / name)


def _layer_files(folder: Path) -> set[str]:
    """Return the names of the layers of the set in a folder, without those that users chose."""
    try:
        waiting = list(json.loads((folder / LIST).read_bytes())["layers"])
        names = set()
        while waiting:
            entry = waiting.pop()
            waiting += entry.get("layers", ())
            names.add(str(entry.get("file", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()
    return {name for name in names if _OWN_NAME.fullmatch(name)}


def read_folder(folder: Path) -> bytes:
    """Return the set of a folder as a ZIP.

    Raises:
        BadPicture: The folder has no list of layers, or a file of it is missing.
    """
    try:
        names = [LIST, *sorted(name for name in os.listdir(folder) if name.endswith(".png"))]
        return pack([(name, (folder / name).read_bytes()) for name in names])
    except FileNotFoundError as error:
        raise BadPicture(
            f"{folder} is not a set of layers: it has no {LIST}", "give a PSD, an ORA or a ZIP"
        ) from error
    except OSError as error:
        raise BadPicture(
            f"{folder} cannot be read: {str(error.strerror).lower()}", "check its permissions"
        ) from error
