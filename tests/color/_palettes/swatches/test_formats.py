import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from nijigen.color._palettes.swatches import Swatch, Swatches, formats, read
from nijigen.core.errors import InputError
from nijigen.imaging.artworks.archive import pack

SOME = (Swatch("藕荷 ouhe", "#edc3ae"), Swatch("black", "#000000"), Swatch("white", "#ffffff"))
COLOR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize("ending", ["ase", "aco", "gpl", "css", "pal", "hex", "act", "kpl"])
@given(colors=st.lists(COLOR, min_size=1, max_size=20))
def test_colors_come_back_exactly(ending, colors):
    swatches = [Swatch(f"color {number}", color) for number, color in enumerate(colors)]
    assert [swatch.color for swatch in read(formats()[ending].write("some", swatches))] == colors


@pytest.mark.parametrize("ending", ["ase", "aco", "gpl", "kpl"])
def test_names_come_back(ending):
    assert read(formats()[ending].write("a title", SOME)) == SOME


def test_bytes_are_laid_out_as_the_programs_expect():
    one = [Swatch("A", "#ff8000")]
    ase = formats()["ase"].write("T", one)
    assert ase[:12] == b"ASEF\0\1\0\0\0\0\0\3"
    assert ase[12:24] == bytes.fromhex("c001 00000006 0002 0054 0000")
    color = bytes.fromhex("0001 00000018 0002 0041 0000") + b"RGB "
    assert ase[24:40] == color
    assert struct.unpack(">3fH", ase[40:54]) == (1, pytest.approx(128 / 255), 0, 2)
    assert ase[54:] == bytes.fromhex("c002 00000000")
    aco = bytes.fromhex("0001 0001 0000 ffff 8080 0000 0000 0002 0001 0000 ffff 8080 0000 0000")
    assert formats()["aco"].write("T", one) == aco + bytes.fromhex("00000002 0041 0000")
    assert formats()["gpl"].write("T", one).splitlines()[-1] == b"255 128   0\tA"
    assert b"  --ouhe: #edc3ae;" in formats()["css"].write("T", SOME)


def test_same_names_are_told_apart_in_css():
    assert b"--red-2: #00ff00;" in formats()["css"].write(
        "*/ body {}", [Swatch("red", "#ff0000"), Swatch("red", "#00ff00")]
    )


@pytest.mark.parametrize(
    ("space", "values", "color"),
    [
        (1, (0, 65535, 65535, 0), "#ff0000"),
        (2, (65535, 0, 65535, 65535), "#ff00ff"),
        (7, (10000, 0, 0, 0), "#ffffff"),
        # The primary blue of sRGB in Lab of D50 (B. Lindbloom's calculator): 29.57, 68.30, -112.03.
        (7, (2957, 6830, 65536 - 11203, 0), "#0000ff"),
        (8, (10000, 0, 0, 0), "#000000"),
    ],
)
def test_other_spaces_of_photoshop_are_read(space, values, color):
    assert read(struct.pack(">2H5H", 1, 1, space, *values))[0].color == color


@pytest.mark.parametrize(
    ("model", "values", "color"),
    [
        (b"CMYK", (0, 1, 1, 0), "#ff0000"),
        (b"Gray", (0.5,), "#808080"),
        # Red and blue of sRGB in Lab of D50 (B. Lindbloom's calculator).
        (b"LAB ", (0.5429, 80.81, 69.89), "#ff0000"),
        (b"LAB ", (0.2957, 68.30, -112.03), "#0000ff"),
    ],
)
def test_other_spaces_of_ase_are_read(model, values, color):
    block = struct.pack(">HH", 1, 0) + model + struct.pack(f">{len(values)}fH", *values, 0)
    content = b"ASEF" + struct.pack(">HHIHI", 1, 0, 1, 1, len(block)) + block
    assert read(content)[0].color == color


@pytest.mark.parametrize("ending", ["ase", "aco"])
def test_what_is_cut_off_is_refused(ending):
    content = formats()[ending].write("some", SOME)
    # What follows after version 1 of an ACO file may be missing.
    whole = 4 + 10 * len(SOME) if ending == "aco" else len(content) - 12
    for length in range(5, whole):
        with pytest.raises(InputError):
            read(content[:length])


@pytest.mark.parametrize("content", [b"", b"hello", b"GIMP Palette\n1 2 x\n", b"--a: 3px;"])
def test_what_has_no_colors_is_refused(content):
    with pytest.raises(InputError):
        read(content)


def test_headers_of_other_programs_are_skipped():
    aseprite = (
        b"GIMP Palette\nName:no space\nChannels: RGBA\nLast-Editor: someone\n#\n"
        b"  0   0   0   0 Transparent\n254  91  89 255\n247\t165\t71\t255\tOrange 2\n 1 2 3 x\n"
    )
    assert read(aseprite) == (
        Swatch("", "#fe5b59"),
        Swatch("Orange 2", "#f7a547"),
        Swatch("x", "#010203"),
    )
    # Without that header a fourth number is a name.
    assert read(b"GIMP Palette\n254 91 89 255\n") == (Swatch("255", "#fe5b59"),)


def test_the_content_of_a_file_is_a_palette():
    taken = TypeAdapter(Swatches).validate_python
    colors = tuple(swatch.color for swatch in SOME)
    for ending, format in formats().items():
        content = format.write("some", SOME)
        text = "data:;base64," + base64.b64encode(content).decode()
        assert taken(text) == colors
        if ending in ("gpl", "css"):
            assert taken(content.decode()) == colors
    assert taken("red 藕荷") == ("#ff0000", "#edc3ae")
    for bad in ("data:;base64,%%%", "data:;base64,AAAA", "GIMP Palette\n300 1 1"):
        with pytest.raises(ValidationError):
            taken(bad)


def test_palettes_of_other_programs():
    riff = b"RIFF\x18\0\0\0PAL data\x0c\0\0\0\0\3\2\0" + bytes([255, 0, 0, 0, 0, 128, 255, 0])
    assert [swatch.color for swatch in read(riff)] == ["#ff0000", "#0080ff"]
    jasc = b"JASC-PAL\n0100\n2\n255 0 0\n0 128 255 255\n"
    assert [swatch.color for swatch in read(jasc)] == ["#ff0000", "#0080ff"]
    lospec = b"ff0000\r\n0080FF\r\n"
    assert [swatch.color for swatch in read(lospec)] == ["#ff0000", "#0080ff"]
    # A color table whose first color is that of the head of an ACO, and its third is transparent.
    table = bytes([0, 1, 200, 9, 9, 9, 7, 7, 7]).ljust(768, b"\0") + b"\0\3\0\2"
    assert [swatch.color for swatch in read(table)] == ["#0001c8", "#090909"]
    for text in (jasc, lospec):
        checked = TypeAdapter(Swatches).validate_python(text.decode())
        assert checked == ("#ff0000", "#0080ff")


def test_krita_palettes_in_other_spaces():
    def entry(inner):
        return f'<ColorSetEntry name="a">{inner}</ColorSetEntry>'

    def kpl(*inner, head=""):
        xml = f'{head}<ColorSet><Group name="g">{"".join(map(entry, inner))}</Group></ColorSet>'
        return pack([("mimetype", b"krita/x-colorset"), ("colorset.xml", xml.encode())])

    values = ('<Gray g="1"/>', '<CMYK c="1" m="0" y="0" k="0"/>', '<Lab L="100" a="0" b="0"/>')
    found = [swatch.color for swatch in read(kpl(*values))]
    assert found == ["#ffffff", "#00ffff", "#ffffff"]
    with pytest.raises(InputError, match="unknown color model"):
        read(kpl("<XYZ x='1'/>"))
    with pytest.raises(InputError, match="XML entities"):
        read(kpl(head='<!DOCTYPE a [<!ENTITY b "c">]>'))


@pytest.mark.parametrize(
    "content",
    [b"JASC-PAL\n0100\n3\n1 2 3\n", b"JASC-PAL\n0100\n1\n1 2 300\n", b"RIFF\0\0\0\0PAL data\0\0"],
)
def test_damaged_palettes_of_other_programs(content):
    with pytest.raises(InputError, match="PAL file"):
        read(content)
