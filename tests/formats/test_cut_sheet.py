from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from nijigen.core.errors import InputError
from nijigen.formats.cut_sheet import cut_sheet
from pictures import drawing


def frame(x: int, y: int, w: int, h: int, **more: Any) -> dict[str, Any]:
    return {"frame": {"x": x, "y": y, "w": w, "h": h}, **more}


def test_trimmed_frames_get_their_margins_back() -> None:
    trimmed = {"spriteSourceSize": {"x": 1, "y": 2}, "sourceSize": {"w": 12, "h": 9}}
    entries = {"a": frame(3, 4, 10, 5, **trimmed), "b": frame(0, 0, 12, 9, duration=70)}
    value = cut_sheet(drawing(), json.dumps({"frames": entries}))
    assert value.durations == (100, 70)
    first = value.frames[0].pixels
    assert np.array_equal(first[2:7, 1:11, :3], drawing().pixels[4:9, 3:13])
    assert first[:, :, 3].sum() == 255 * 50


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("[1", "makes no sense"),
        ('{"frames": []}', "makes no sense"),
        ({"frames": [frame(0, 0, 9, 9, rotated=True)]}, "turned"),
        ({"frames": [frame(40, 0, 9, 9)]}, "outside of the sheet"),
        ({"frames": [frame(-1, 0, 9, 9)]}, "outside of the sheet"),
        ({"frames": [frame(0, 0, 9, 9), frame(0, 0, 8, 9)]}, "different sizes"),
        ({"frames": [frame(0, 0, 9, 9, sourceSize={"w": 8, "h": 9})]}, "larger than it says"),
        ({"textures": [{}, {}]}, "several sheets"),
    ],
)
def test_lists_that_do_not_fit(listed: Any, message: str) -> None:
    text = listed if isinstance(listed, str) else json.dumps(listed)
    with pytest.raises(InputError, match=message):
        cut_sheet(drawing(), text)


def test_a_grid() -> None:
    value = cut_sheet(drawing(13, 10), columns=3, rows=2)
    assert len(value.frames) == 6
    assert np.array_equal(value.frames[4].pixels, drawing(13, 10).pixels[5:, 4:8])
