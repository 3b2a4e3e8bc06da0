from __future__ import annotations

import importlib

import numpy as np
import pytest

from nijigen import Picture
from nijigen.core.picture import Encoding
from nijigen.core.run import Run
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


def test_the_choice_is_known_before_the_run() -> None:
    for picture in (drawing(120, 100), damaged(drawing(160, 128), 30)):
        for own in ({}, {"style": "photo"}, {"denoise": "3"}):
            settings = auto.check(own)
            known = auto.chosen(picture, settings)
            assert known.items() >= own.items()
            made = auto(picture, **own)  # type: ignore[arg-type]
            assert f"{known['style']}, denoise {known['denoise']} " in chosen(made)


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


def test_the_choice_is_reported_and_may_be_overruled() -> None:
    run = Run()
    source = damaged(drawing(320, 256), 30)
    result = auto(source, run=run)
    assert [note.text for note in run.notes] == [f"chose {chosen(result)}"]
    overruled = auto(source, denoise="none", style="photo")
    assert "waifu2x upconv_7 photo, denoise none" in chosen(overruled)
    assert np.array_equal(overruled.pixels, waifu2x(source, style="photo").pixels)


def manga_page(colored: bool = False) -> Picture:
    """Lines on paper, with an area of dots at 45° and a period of 5 pixels."""
    y, x = np.mgrid[:256, :320]
    dots = np.cos((x + y) * 2 * np.pi / 7.07) + np.cos((x - y) * 2 * np.pi / 7.07)
    page = np.where((dots > 0.6) & (x > 60) & (y > 60), 30, 255).astype(np.uint8)
    page[20:26] = 0
    pixels = np.repeat(page[:, :, None], 3, axis=2)
    if colored:
        pixels[:, :, 2] //= 2
    return Picture(pixels)


@pytest.mark.parametrize("quality", [60, 90])
def test_screentone_is_not_denoised(quality: int) -> None:
    page = damaged(manga_page(), quality)
    gray = Picture(page.pixels.mean(axis=2).astype(np.uint8))
    assert "denoise none (manga page with screentone" in chosen(auto(gray))
    # The same damage without the dots.
    assert "manga" not in chosen(auto(damaged(drawing(320, 256, channels=1), quality)))
    assert "manga" not in chosen(auto(damaged(manga_page(colored=True), quality)))
