"""SVG is drawn as browsers draw it; what would run or open something is refused."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from nijigen import get
from nijigen.core.errors import BadPicture, PictureTooLarge, UnsupportedFormat
from nijigen.imaging.codecs import svg_rendering
from nijigen.imaging.files import decode, encode, read
from pictures import drawing

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
SHEET = (
    SVG
    + """width="300" height="100">
<rect width="300" height="100" fill="#fff"/>
<g style="isolation:isolate"><rect x="0" y="0" width="30" height="30" fill="#f80"/>
  <rect x="10" y="10" width="30" height="30" fill="#08f" style="mix-blend-mode:multiply"/></g>
<mask id="m"><rect x="50" y="0" width="15" height="30" fill="#fff"/>
  <rect x="65" y="0" width="15" height="30" fill="#808080"/></mask>
<rect x="50" y="0" width="40" height="30" fill="#080" mask="url(#m)"/>
<clipPath id="c"><circle cx="120" cy="15" r="15"/></clipPath>
<rect x="100" y="0" width="40" height="30" fill="#c0c" clip-path="url(#c)"/>
<linearGradient id="g"><stop offset="0" stop-color="#000"/><stop offset="1" stop-color="#f00"/>
</linearGradient><rect x="150" y="0" width="100" height="30" fill="url(#g)"/>
<symbol id="s"><rect width="10" height="10" fill="#00f"/></symbol><use href="#s" x="260" y="10"/>
<text x="5" y="90" font-size="40" fill="#000">Nijigen</text>
</svg>"""
)


def drawn(text: str) -> np.ndarray:
    pixels: np.ndarray = decode(text.encode(), "a.svg").pixels
    return pixels


def test_a_sheet_is_drawn_as_browsers_draw_it() -> None:
    pixels = drawn(SHEET)
    assert pixels.shape == (100, 300, 3)
    expected = {
        (20, 20): (0, 72, 0),  # ff8800 times 0088ff
        (5, 5): (255, 136, 0),
        (57, 15): (0, 136, 0),
        (72, 15): (127, 195, 127),
        (85, 15): (255, 255, 255),
        (120, 15): (204, 0, 204),
        (102, 2): (255, 255, 255),
        (200, 15): (128, 0, 0),
        (265, 15): (0, 0, 255),
    }
    for (x, y), color in expected.items():
        assert pixels[y, x].tolist() == pytest.approx(color, abs=3), (x, y)
    ink = pixels[55:, :200].mean(axis=2) < 128
    assert 300 < ink.sum() < 4000


def test_what_nijigen_exports_opens_again(tmp_path: Path) -> None:
    character = get("generate.character")(seed=12, width=256, height=256)
    (tmp_path / "girl.svg").write_bytes(encode(character, "svg"))
    again = read(tmp_path / "girl.svg")
    assert again.size == (256, 256)
    made = decode(encode(character, "png")).pixels[:, :, :3].astype(int)
    difference = np.abs(made - again.rgb().pixels)
    assert difference.mean() < 3
    assert (difference.max(axis=2) > 64).mean() < 0.02


def test_transparent_parts_stay_transparent() -> None:
    pixels = drawn(SVG + 'width="4" height="2"><rect width="2" height="2" fill="#f00"/></svg>')
    assert pixels.shape == (2, 4, 4)
    assert pixels[0, 0].tolist() == [255, 0, 0, 255]
    assert pixels[0, 3, 3] == 0


@pytest.mark.parametrize("family", ["", "serif", "Nobody has this font", "Nobody, monospace"])
def test_text_is_drawn_in_any_font(family: str) -> None:
    text = f'<text x="5" y="40" font-size="40" font-family="{family}">Nijigen</text>'
    if not family:
        text = text.replace(' font-family=""', "")
    pixels = drawn(f'{SVG}width="200" height="60">{text}</svg>')
    assert 300 < (pixels[:, :, 3] > 128).sum() < 4000


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ('width="30" height="20"', (30, 20)),
        ('width="1in" height="12pt"', (96, 16)),
        ('viewBox="0 0 40 30"', (40, 30)),
        ('width="100%" height="100%" viewBox="0,0 40,30"', (40, 30)),
        ('width="20" viewBox="0 0 40 30"', (20, 15)),
        ('height="20mm" viewBox="0 0 10 20"', (38, 76)),
    ],
)
def test_the_size_is_that_of_a_page(size: str, expected: tuple[int, int]) -> None:
    assert decode(f'{SVG}{size}><path d="M0 0h9v9z"/></svg>'.encode()).size == expected


def test_pictures_inside_are_drawn() -> None:
    inside = base64.b64encode(encode(drawing(8, 8), "png")).decode()
    image = f'<image width="8" height="8" xlink:href="data:image/png;base64,{inside}"/>'
    pixels = drawn(f'{SVG}width="8" height="8">{image}</svg>')
    assert np.abs(pixels.astype(int) - drawing(8, 8).pixels).max() <= 2


@pytest.mark.parametrize(
    "content",
    [
        "<script>1</script>",
        '<rect onclick="x()"/>',
        '<image href="FILE"/>',
        '<image xlink:href="file://FILE"/>',
        '<image href="http://127.0.0.1:1/a.png"/>',
        '<use href="other.svg#part"/>',
        '<filter id="f"><feImage href="FILE"/></filter>',
        '<style>@import "FILE";</style>',
        "<style><![CDATA[rect { fill: url( 'FILE#g' ) }]]></style>",
        '<rect style="filter: url(FILE#f)"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<g xml:base="file:///"/>',
    ],
)
def test_nothing_outside_is_run_or_opened(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secret.png"
    drawing(8, 8).save(file)
    text = f'{SVG}width="9" height="9">{content.replace("FILE", str(file))}</svg>'
    with pytest.raises(UnsupportedFormat, match=r"scripts|outside"):
        drawn(text)


def test_links_and_own_parts_are_harmless() -> None:
    inner = (
        '<style>.a { fill: url("#g") }</style><a href="https://example.org"><rect class="a"/></a>'
    )
    assert drawn(f'{SVG}width="9" height="9">{inner}</svg>').shape[:2] == (9, 9)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg width="9" height="9">&a;</svg>', UnsupportedFormat),
        ("<svg/>", BadPicture),
        ('<svg width="9" height="9"><g>', BadPicture),
        ('<svg width="-9" height="9"/>', BadPicture),
        ('<svg width="1e300" height="9"/>', PictureTooLarge),
        ("<svg width='9' height='9'>" + "<g>" * 300 + "</g>" * 300 + "</svg>", BadPicture),
        ("<?xml version='1.0'?><html><svg/></html>", BadPicture),
    ],
)
def test_bad_drawings_are_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        drawn(text)


def test_a_drawing_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg_rendering, "SECONDS", 0.001)
    with pytest.raises(PictureTooLarge, match="s to draw"):
        drawn(SHEET)
