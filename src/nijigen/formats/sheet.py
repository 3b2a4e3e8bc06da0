"""Sheet: lay out the frames of an animation on a sprite sheet."""

import json
from math import ceil, sqrt
from typing import Annotated, Any, Literal

import numpy as np

from nijigen.core.animation import Animation
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run

IMAGE, LIST = "sheet.png", "sheet.json"


@operation(alpha="own", depth=16, version=1)
def sheet(
    animation: Animation,
    *,
    layout: Literal["aseprite", "phaser"] = "aseprite",
    columns: Annotated[int, Setting(ge=0, le=1000)] = 0,
    padding: Annotated[int, Setting(ge=0, le=64, unit="px")] = 0,
    run: Run = SILENT,
) -> FileSet:
    """Lay out the frames of an animation on a sprite sheet, with a JSON list.

    Frames that look the same share a place on the sheet.

    Args:
        animation: A sprite (Aseprite, Piskel) or any other animation; tags of its frames are kept.
        layout: The list as Aseprite exports it, which most engines read, or as a multi-atlas of
            Phaser 3.
        columns: Frames in a row; 0 makes the sheet about square.
        padding: Transparent pixels around each frame, so that neighbors do not bleed in.

    Returns:
        ``sheet.png``, and ``sheet.json`` with place, size and duration of each frame.

    Raises:
        PictureTooLarge: The sheet has more pixels than the limit allows.

    Example:
        >>> import numpy as np
        >>> from nijigen import Animation, Picture
        >>> from nijigen.formats.sheet import sheet
        >>> black, white = (Picture(np.full((2, 3), value, np.uint8)) for value in (0, 255))
        >>> [name for name, _ in sheet(Animation((black, white), (40, 40)))]
        ['sheet.png', 'sheet.json']

    Source: the JSON of Aseprite's export, and of the loader of Phaser 3 (MIT).
    """
    from nijigen.formats.convert import with_alpha
    from nijigen.imaging.codecs.content import check_size
    from nijigen.imaging.sprites.sprite import TAGS, tags_of

    frames = [with_alpha(frame).pixels for frame in animation.frames]
    places: dict[bytes, int] = {}
    numbers = [places.setdefault(frame.tobytes(), len(places)) for frame in frames]
    width, height = animation.size
    across = columns or ceil(sqrt(len(places) * height / width))
    across = max(1, min(across, len(places)))
    down = ceil(len(places) / across)
    wide, high = width + 2 * padding, height + 2 * padding
    size = across * wide, down * high
    check_size(*size, depth=animation.frames[0].depth)
    whole = np.zeros((size[1], size[0], 4), frames[0].dtype)
    entries = []
    for index, (frame, number) in enumerate(zip(frames, numbers, strict=True)):
        run.progress(index / len(frames))
        row, column = divmod(number, across)
        left, top = column * wide + padding, row * high + padding
        whole[top : top + height, left : left + width] = frame
        entries.append(
            {
                "filename": f"frame {index}",
                "frame": {"x": left, "y": top, "w": width, "h": height},
                "rotated": False,
                "trimmed": False,
                "spriteSourceSize": {"x": 0, "y": 0, "w": width, "h": height},
                "sourceSize": {"w": width, "h": height},
                "duration": round(float(animation.durations[index]), 3),
            }
        )
    tags = [
        {"name": tag.name, "from": tag.first, "to": tag.last, "direction": tag.direction}
        for tag in tags_of(animation.info.text.get(TAGS), len(frames))
    ]
    picture = Picture(whole)
    return FileSet({IMAGE: picture, LIST: json.loads(_listed(layout, entries, tags, size))})


def _listed(
    layout: str, entries: list[dict[str, Any]], tags: list[dict[str, Any]], size: tuple[int, int]
) -> str:
    known = {"image": IMAGE, "format": "RGBA8888", "size": {"w": size[0], "h": size[1]}}
    about: dict[str, Any] = {"app": "Nijigen", "version": "1.0"}
    if layout == "phaser":
        texture = {**known, "scale": 1, "frames": entries}
        return json.dumps({"textures": [texture], "meta": {**about, "frameTags": tags}})
    frames = {entry.pop("filename"): entry for entry in entries}
    return json.dumps(
        {"frames": frames, "meta": {**about, **known, "scale": "1", "frameTags": tags}}
    )
