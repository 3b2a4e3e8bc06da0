import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from nijigen.core.colors import CMYK, cmyk, hex_of, palette_of, rgb, traditional, written
from nijigen.core.values import Color, Palette


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#F80", "#ff8800"),
        ("#ff880080", "#ff8800"),
        ("rgb(1, 2, 3)", "#010203"),
        ("rgb(10% 20% 100%)", "#1a33ff"),
        ("rgba(1 2 3 / 50%)", "#010203"),
        ("12, 34, 56", "#0c2238"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ("hsl(-120deg 100 50)", "#0000ff"),
        ("hsv(60, 100%, 50%)", "#808000"),
        ("cmyk(0, 100, 100, 0)", "#ff0000"),
        ("cmyk(0% 0% 0% 100%)", "#000000"),
        (" Light Blue ", "#add8e6"),
        ("藕荷", "#edc3ae"),
        ("ouhe", "#edc3ae"),
        ("Ou He", "#edc3ae"),
    ],
)
def test_every_notation_is_read(text, color):
    assert hex_of(text) == color
    assert TypeAdapter(Color).validate_python(text) == color


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#ff88", None),
        ("#ff888", "hexadecimal"),
        ("rgb(300, 0, 0)", "not within 0 to 255"),
        ("cmyk(0, 0, 0)", "cmyk"),
        ("1, 2", "r, g, b"),
        ("rgb(a, b, c)", "not a color"),
        ("lihgtblue", "lightblue"),
        ("oohe", "ouhe"),
        ("", "not a color"),
        ("yanhong", "艳红 .* 烟红 .* 殷红"),
    ],
)
def test_what_is_no_color_is_refused_with_help(text, words):
    if words is None:
        assert hex_of(text) == "#ffff88"
        return
    with pytest.raises(ValueError, match=words):
        hex_of(text)


def test_all_traditional_colors_go_by_name_and_take_hex():
    entries = traditional()
    assert len(entries) == len({entry.name for entry in entries}) == 526
    assert all(hex_of(entry.name) == entry.color for entry in entries)
    assert hex_of("杏仁黄") == "#f7e8aa"  # where its RGB is 249, 236, 195


def test_plain_inks_make_the_color_again():
    assert cmyk("#000000") == CMYK(0, 0, 0, 100)
    for color in ("#ff0000", "#336699", "#ffffff", "#7f7f7f"):
        back = rgb("cmyk({}, {}, {}, {})".format(*cmyk(color)))
        assert max(abs(a - b) for a, b in zip(back, rgb(color), strict=True)) <= 2


@pytest.mark.parametrize(
    "given",
    [
        ["#ff0000", "藕荷", "#f00"],
        '["red", "ouhe"]',
        "red 藕荷",
        "rgb(255, 0, 0); cmyk(0 17.72 26.58 7.06)",
    ],
)
def test_a_palette_is_read_from_lists_and_texts(given):
    assert TypeAdapter(Palette).validate_python(given) == ("#ff0000", "#edc3ae")


def test_named_sets_are_palettes():
    assert len(palette_of("zhongguose")) == len({entry.color for entry in traditional()})
    assert "#663399" in palette_of("css")


@pytest.mark.parametrize("given", [[], "", [1], 7, "[1", ["red"] * 1025, "red nocolor"])
def test_what_is_no_palette_is_refused(given):
    with pytest.raises(ValidationError):
        TypeAdapter(Palette).validate_python(given)


def test_channels_are_limited_and_rounded():
    assert written(*np.array([255, 0, 18], np.uint8)) == "#ff0012"
    assert written(-3, 300, 127.5) == "#00ff80"
