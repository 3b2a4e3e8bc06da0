"""Cut sheet: take the frames of an animation from a sprite sheet."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from nijigen.core.animation import Animation
from nijigen.core.errors import InputError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Info, Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Media

_USUAL = 100
"""Milliseconds of a frame, where the list does not say."""


@operation(alpha="own", depth=16, version=1)
def cut_sheet(
    sheet: Picture,
    layout: Annotated[str, Media("application/json")] | None = None,
    *,
    columns: Annotated[int, Setting(ge=1, le=1000)] = 1,
    rows: Annotated[int, Setting(ge=1, le=1000)] = 1,
    run: Run = SILENT,
) -> Animation:
    """Cut a sprite sheet into an animation, by its JSON list or a grid.

    Args:
        sheet: The sprite sheet.
        layout: The list that came with it: that of Aseprite (hash or array), TexturePacker, or a
            multi-atlas of Phaser 3 with one texture.
        columns: Without a list, frames in a row of the sheet, all of one size.
        rows: Without a list, rows of the sheet; the frames of the first row come first.

    Returns:
        The frames in the order of the list, with their durations; tags are kept.

    Raises:
        InputError: The list makes no sense, turns frames, or does not match the sheet.
        PictureTooLarge: All frames together have more pixels than the limit allows.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.formats.cut_sheet import cut_sheet
        >>> frames = '{"frames": [{"frame": {"x": 1, "y": 0, "w": 2, "h": 3}}]}'
        >>> cut_sheet(Picture(np.zeros((3, 4, 4), np.uint8)), frames)
        <Animation 2×3 1 frames>

    Source: the JSON of Aseprite's export, and of the loader of Phaser 3 (MIT).
    """
    from nijigen.core.strict import read_json
    from nijigen.imaging.codecs.content import check_size
    from nijigen.imaging.sprites.sprite import TAGS

    try:
        record = read_json(layout or "{}")
        entries = _entries(record) if record else _grid(sheet, columns, rows)
        size = _size(entries[0])
        check_size(*size, len(entries), depth=sheet.depth)
        frames = []
        durations = []
        for number, entry in enumerate(entries):
            run.progress(number / len(entries))
            if _size(entry) != size:
                raise InputError("the frames of the list have different sizes")
            frames.append(Picture(_cut(sheet, entry, size)))
            durations.append(max(1, round(float(entry.get("duration", _USUAL)))))
        tags = [
            {
                "name": str(tag["name"]),
                "first": int(tag["from"]),
                "last": int(tag["to"]),
                "direction": str(tag.get("direction", "forward")),
            }
            for tag in (record.get("meta") or {}).get("frameTags") or ()
        ]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError(
            f"the list of the sprite sheet makes no sense ({error})",
            "give the JSON that was exported with it",
        ) from error
    text = {TAGS: json.dumps(tags, ensure_ascii=False)} if tags else {}
    return Animation(tuple(frames), tuple(durations), 0, Info(text=text))


def _entries(record: Any) -> list[Mapping[str, Any]]:
    if "textures" in record:
        if len(record["textures"]) != 1:
            raise InputError("the list is of several sheets", "cut one of them with its own list")
        record = record["textures"][0]
    frames = record["frames"]
    return list(frames.values() if isinstance(frames, dict) else frames)


def _grid(sheet: Picture, columns: int, rows: int) -> list[Mapping[str, Any]]:
    columns, rows = min(columns, sheet.width), min(rows, sheet.height)
    width, height = sheet.width // columns, sheet.height // rows
    return [
        {"frame": {"x": column * width, "y": row * height, "w": width, "h": height}}
        for row in range(rows)
        for column in range(columns)
    ]


def _size(entry: Mapping[str, Any]) -> tuple[int, int]:
    """Return width and height of a frame before it was trimmed."""
    known = entry.get("sourceSize") or entry["frame"]
    return int(known["w"]), int(known["h"])


def _cut(sheet: Picture, entry: Mapping[str, Any], size: tuple[int, int]) -> Any:
    if entry.get("rotated"):
        raise InputError("frames of the sheet are turned", "export it without rotation")
    left, top, width, height = (int(entry["frame"][key]) for key in "xywh")
    place = entry.get("spriteSourceSize") or {"x": 0, "y": 0}
    x, y = int(place["x"]), int(place["y"])
    inside = 0 <= left <= sheet.width - width and 0 <= top <= sheet.height - height
    if not inside or min(width, height, x + 1, y + 1) < 1:
        raise InputError("a frame of the list is outside of the sheet", "give its own list")
    if x + width > size[0] or y + height > size[1]:
        raise InputError("a frame of the list is larger than it says", "give its own list")
    part = sheet.pixels[top : top + height, left : left + width]
    if (width, height) == size:
        return part
    whole = np.zeros((size[1], size[0], 4), part.dtype)
    full = np.iinfo(part.dtype).max
    whole[y : y + height, x : x + width, 3] = full
    if part.shape[2] == 4:
        whole[y : y + height, x : x + width] = part
    else:
        whole[y : y + height, x : x + width, :3] = part
    return whole
