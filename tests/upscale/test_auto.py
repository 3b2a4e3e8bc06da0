from __future__ import annotations

import importlib

import numpy as np
import pytest

from nijigen import Picture
from nijigen.core.picture import Encoding
from nijigen.imaging.assessment import Assessment
from nijigen.imaging.files import decode, encode
from nijigen.upscale.auto import auto
from nijigen.upscale.waifu2x import waifu2x
from pictures import drawing


def chosen(picture: Picture) -> str:
    return picture.info.text["upscale.auto"]


def damaged(picture: Picture, quality: int) -> Picture:
    value = decode(encode(picture.with_info(encoding=Encoding("jpeg", quality)), "jpeg"))
    assert isinstance(value, Picture)
    return value


def test_a_clean_drawing_is_not_denoised() -> None:
    result = auto(drawing(240, 200))
    assert "waifu2x upconv_7 art, denoise none" in chosen(result)
    assert np.array_equal(result.pixels, waifu2x(drawing(240, 200)).pixels)


def test_jpeg_damage_is_seen() -> None:
    told = chosen(auto(damaged(drawing(320, 256), 30)))
    assert "art" in told
    assert "denoise none" not in told
    assert "JPEG quality" in told


def test_effort_chooses_the_network() -> None:
    assert "anime4k" in chosen(auto(drawing(), effort="fast"))
    assert "cunet" in chosen(auto(drawing(), effort="best"))


def test_photographs_get_the_network_for_photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it sees rightly is tested with the assessment; here, that it acts on what it sees."""
    seen = Assessment(drawn=0.02, jpeg_quality=None, noise=0.0, gray=False)
    monkeypatch.setattr(importlib.import_module("nijigen.upscale.auto"), "assess", lambda _: seen)
    for effort in ("fast", "good", "best"):
        result = auto(drawing(), effort=effort)
        assert "waifu2x upconv_7 photo" in chosen(result)
        assert np.array_equal(result.pixels, waifu2x(drawing(), style="photo").pixels)
