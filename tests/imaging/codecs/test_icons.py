from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nijigen import Picture
from nijigen.core.errors import BadPicture, PictureTooLarge
from nijigen.imaging.files import decode, encode
from nijigen.imaging.losses import losses
from peers import peer, said
from pictures import drawing


def square(side: int) -> Picture:
    return drawing(side, side, 4)


@pytest.mark.parametrize(("format", "side"), [("ico", 48), ("ico", 256), ("icns", 128)])
def test_the_largest_icon_comes_back(format: str, side: int) -> None:
    value = decode(encode(square(side), format))  # type: ignore[arg-type]
    assert isinstance(value, Picture)
    seen = value.pixels[:, :, 3:] > 0
    assert np.array_equal(value.pixels * seen, square(side).pixels * seen)


def test_sizes_as_pillow_sees_them() -> None:
    icon = Image.open(io.BytesIO(encode(drawing(300, 100), "ico")))
    sides = (16, 24, 32, 48, 64, 128, 256)
    assert icon.info["sizes"] == {(side, side) for side in sides}
    for side in sides:
        shown = np.asarray(icon.ico.getimage((side, side)).convert("RGBA"))  # type: ignore[attr-defined]
        assert (shown[:, :, 3].max(axis=1) > 0).sum() == round(side / 3)
    assert len(losses(drawing(300, 100), "ico")) == 2
    assert losses(square(64), "icns") == ()


@peer("icotool", "icns2png")
def test_other_programs_read_them(tmp_path: Path) -> None:
    square(256).save(tmp_path / "a.ico")
    square(256).save(tmp_path / "a.icns")
    told = said("icotool", "-l", tmp_path / "a.ico")
    assert all(f"--width={side} --height={side}" in told for side in (16, 24, 32, 48, 64, 128, 256))
    # It knows nothing smaller as PNG.
    assert "256x256 32-bit icon" in said("icns2png", "-l", tmp_path / "a.icns")


def test_cursors_and_old_bitmaps() -> None:
    file = io.BytesIO()
    square(32).pil().save(file, "ICO", sizes=[(32, 32)], bitmap_format="bmp")
    data = file.getvalue()
    cursor = data[:2] + b"\2\0" + data[4:]
    seen = square(32).pixels[:, :, 3:] > 0
    for one in (data, cursor):
        assert np.array_equal(decode(one).pixels * seen, square(32).pixels * seen)  # type: ignore[union-attr]


def test_bombs_and_damage() -> None:
    data = bytearray(encode(square(48), "ico"))
    place = struct.unpack_from("<I", data, 6 + 16 * 3 + 12)[0]
    data[place + 4 : place + 12] = struct.pack("<ii", 30000, 60000)
    with pytest.raises(PictureTooLarge):
        decode(bytes(data))
    for format in ("ico", "icns"):
        for end in (5, 90, -1):
            with pytest.raises(BadPicture):
                decode(encode(square(64), format)[:end])  # type: ignore[arg-type]
