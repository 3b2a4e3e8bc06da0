from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from nijigen import Animation
from nijigen.core.errors import BadPicture, PictureTooLarge
from nijigen.imaging.artworks.archive import pack
from nijigen.imaging.files import decode, encode
from pictures import animation, drawing


def test_times_and_transparent_frames_come_back() -> None:
    moving = animation(4, 4)
    data = encode(moving, "ugoira")
    value = decode(data)
    assert isinstance(value, Animation)
    assert value.durations == moving.durations
    assert np.array_equal(value.frames[1].pixels, moving.frames[1].pixels)
    archive = zipfile.ZipFile(io.BytesIO(encode(animation(2), "ugoira")))
    assert archive.namelist() == ["000000.jpg", "000001.jpg", "animation.json"]
    assert json.loads(archive.read("animation.json")) == {
        "frames": [{"file": "000000.jpg", "delay": 40}, {"file": "000001.jpg", "delay": 50}]
    }


def frames(*sizes: tuple[int, int]) -> list[tuple[str, bytes]]:
    return [(f"{n:06}.jpg", encode(drawing(*size), "jpeg")) for n, size in enumerate(sizes)]


def test_the_lists_of_other_programs() -> None:
    entries = [{"file": "000001.jpg", "delay": 70}, {"file": "000000.jpg", "delay": 90}]
    for listed in (
        entries,
        {"ugokuIllustData": {"frames": entries}},
        {"body": {"frames": entries}},
    ):
        record = [("animation.json", json.dumps(listed).encode())]
        value = decode(pack([*frames((9, 7), (9, 7)), *record]))
        assert isinstance(value, Animation)
        assert value.durations == (70, 90)
    value = decode(pack(frames((9, 7), (9, 7))))
    assert isinstance(value, Animation)
    assert value.durations == (100, 100)
    assert "does not say" in value.info.notes[0].text


def test_bombs_and_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadPicture, match="different sizes"):
        decode(pack(frames((9, 7), (7, 9))))
    listed = json.dumps([{"file": "000009.jpg", "delay": 1}]).encode()
    with pytest.raises(BadPicture, match="no '000009"):
        decode(pack([*frames((9, 7)), ("animation.json", listed)]))
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "100")
    with pytest.raises(PictureTooLarge):
        decode(pack(frames((9, 7), (9, 7))))
