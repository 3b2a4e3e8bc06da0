from __future__ import annotations

import io
import json
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, Clip
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


def test_a_clip_reads_one_frame_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "a.ugoira"
    moving = animation(4, 4)
    moving.save(path)
    clip = Clip.open(path)
    assert (clip.count, clip.alpha, clip.size) == (4, True, moving.size)
    found = list(clip.frames(1))
    assert len(found) == 3
    for frame, picture, duration in zip(
        found, moving.frames[1:], moving.durations[1:], strict=True
    ):
        assert np.array_equal(frame.picture.pixels, picture.pixels)
        assert frame.duration == Fraction(duration) / 1000
    path.write_bytes(pack(frames((9, 7), (7, 9))))
    with pytest.raises(BadPicture, match="different sizes"):
        list(Clip.open(path).frames())


def test_bombs_and_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadPicture, match="different sizes"):
        decode(pack(frames((9, 7), (7, 9))))
    listed = json.dumps([{"file": "000009.jpg", "delay": 1}]).encode()
    with pytest.raises(BadPicture, match="no '000009"):
        decode(pack([*frames((9, 7)), ("animation.json", listed)]))
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "100")
    with pytest.raises(PictureTooLarge):
        decode(pack(frames((9, 7), (9, 7))))
