"""ORA: as the specification wants it, and safe against archives that are traps."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from nijigen import Artwork, Group, Layer, Picture
from nijigen.core.blending import FUNCTIONS
from nijigen.core.errors import BadPicture, NijigenError, PictureTooLarge
from nijigen.imaging.files import decode, encode, read, read_picture
from pictures import artwork, drawing


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else method)
    return file.getvalue()


def document(stack: str, **files: bytes) -> bytes:
    """An ORA of 9 by 7 pixels with a drawing as a.png."""
    xml = f'<image w="9" h="7"><stack>{stack}</stack></image>'
    found = {"mimetype": b"image/openraster", "stack.xml": xml.encode()}
    return packed({**found, "a.png": encode(drawing(9, 7, 4), "png"), **files})


def read_art(data: bytes) -> Artwork:
    found = decode(data)
    assert isinstance(found, Artwork)
    return found


def test_what_is_written_is_read() -> None:
    source = artwork()
    found = read_art(encode(source, "ora"))
    assert repr(found.layers) == repr(source.layers)
    for (_, one), (_, other) in zip(source.leaves(), found.leaves(), strict=True):
        assert (one.clipped, one.visible) == (other.clipped, other.visible)
        assert np.array_equal(one.pixels.pixels, other.pixels.pixels)
    assert np.array_equal(found.flatten().pixels, source.flatten().pixels)


@pytest.mark.parametrize("blend", FUNCTIONS)
def test_every_blend_mode(blend: str) -> None:
    layer = Layer("a", drawing(channels=4), blend=blend)  # type: ignore[arg-type]
    found = read_art(encode(Artwork((48, 40), (layer, Group("g", (layer,), layer.blend))), "ora"))
    assert [node.blend for node in found.layers] == [blend, blend]
    assert found.merged is None


def test_16_bits_stay() -> None:
    deep = drawing(depth=16, channels=4)
    found = read_art(encode(deep, "ora"))
    assert np.array_equal(found.layers[0].pixels.pixels, deep.pixels)  # type: ignore[union-attr]


def test_layout_of_the_archive() -> None:
    data = encode(artwork(), "ora")
    assert data[30:54] == b"mimetypeimage/openraster"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert entries[0].filename == "mimetype"
    assert entries[0].compress_type == zipfile.ZIP_STORED
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    files = members(data)
    with Image.open(io.BytesIO(files["mergedimage.png"])) as merged:
        assert merged.size == (60, 50)
        assert np.array_equal(merged.convert("RGB"), artwork().flatten().pixels)
    root = ElementTree.fromstring(files["stack.xml"])
    assert (root.tag, root.get("w"), root.get("h")) == ("image", "60", "50")
    assert [element.get("name") for element in root.findall("stack/*")] == [
        *("line", "hidden", "through", "顔 face", "紙 paper")
    ]
    assert {element.get("src") for element in root.iter("layer")} <= set(files)


def test_the_thumbnail_is_small() -> None:
    files = members(encode(Picture(np.zeros((300, 900, 3), np.uint8)), "ora"))
    with Image.open(io.BytesIO(files["Thumbnails/thumbnail.png"])) as small:
        assert small.size == (256, 85)


def test_programs_that_know_no_clipping_see_the_same() -> None:
    """Without our attributes, the layer comes cut; hard edges then look the same."""
    base = drawing(30, 24, 4).pixels.copy()
    base[:, :, 3] = np.where(base[:, :, 3] > 127, 255, 0)
    inner = Group("g", (Layer("in", drawing(20, 30, 4), 5, -3, "screen"),), clipped=True)
    shade = Layer("s", drawing(30, 24), 2, 1, "multiply", 0.5, clipped=True)
    art = Artwork((30, 24), (Layer("b", Picture(base)), shade, inner))
    files = members(encode(art, "ora"))
    root = ElementTree.fromstring(files["stack.xml"])
    for element in root.iter():
        for name in [name for name in element.attrib if name.startswith("nijigen")]:
            del element.attrib[name]
    found = read_art(packed({**files, "stack.xml": ElementTree.tostring(root)}))
    assert not any(layer.clipped for _, layer in found.leaves())
    off = np.abs(found.flatten().pixels.astype(int) - art.flatten().pixels)
    assert off.max() <= 1


def test_names_that_xml_does_not_take() -> None:
    for name in ("a\0b\x01", '<&">', "猫 🐈", ""):
        art = Artwork((9, 7), (Layer(name, drawing(9, 7)),))
        found = read_art(encode(art, "ora")).layers[0].name
        assert found == name.replace("\0", "").replace("\x01", "")


def test_defaults_of_the_specification() -> None:
    (layer,) = read_art(document('<layer src="a.png"/>')).layers
    assert isinstance(layer, Layer)
    assert (layer.name, layer.box, layer.opacity, layer.visible) == ("", (0, 0, 9, 7), 1, True)
    (group,) = read_art(document('<stack><layer src="a.png"/></stack>')).layers
    assert group.blend == "pass-through"
    (group,) = read_art(document('<stack opacity="0.5"><layer src="a.png"/></stack>')).layers
    assert (group.blend, group.opacity) == ("normal", 0.5)


def test_what_cannot_be_drawn_is_shown_as_the_file_has_it(tmp_path: Path) -> None:
    merged = drawing(9, 7)
    strange = '<layer src="a.png" composite-op="svg:dst-in"/>'
    path = tmp_path / "a.ora"
    path.write_bytes(document(strange, **{"mergedimage.png": encode(merged, "png")}))
    assert np.array_equal(read_picture(path).pixels, merged.pixels)
    assert isinstance(read(path), Artwork)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='7'/>"


def test_layers_of_another_kind(tmp_path: Path) -> None:
    """The specification allows SVG; the merged picture has it."""
    merged = drawing(9, 7)
    stack = '<layer name="ink" src="b.svg" x="2"/><layer name="p" src="a.png"/><text name="t"/>'
    files = {"b.svg": SVG, "mergedimage.png": encode(merged, "png")}
    found = read_art(document(stack, **files))
    assert np.array_equal(found.shown().pixels, merged.pixels)
    assert [layer.name for layer in found.layers] == ["p", "ink"]
    assert [note.text.partition(";")[0] for note in found.info.notes] == [
        "not drawn: an element 'text' (layer 't')",
        "not drawn: a layer of the kind .svg (layer 'ink')",
    ]
    # Without a merged picture, the rest is drawn.
    alone = read_art(document(stack, **{"b.svg": SVG}))
    assert alone.merged is None
    assert "has no merged picture" in alone.info.notes[0].text


def test_a_png_by_another_name() -> None:
    found = read_art(document('<layer src="ink"/>', ink=encode(drawing(9, 7, 4), "png")))
    assert (found.merged, found.info.notes) == (None, ())
    assert np.array_equal(found.layers[0].pixels.pixels, drawing(9, 7, 4).pixels)  # type: ignore[union-attr]


def test_hidden_layers_of_another_kind_do_not_count() -> None:
    hidden = '<layer src="b.svg" visibility="hidden"/><layer src="a.png"/>'
    files = {"b.svg": SVG, "mergedimage.png": encode(drawing(9, 7), "png")}
    found = read_art(document(hidden, **files))
    assert (found.merged, found.info.notes) == (None, ())
    group = '<stack visibility="hidden"><layer src="b.svg"/></stack><layer src="a.png"/>'
    assert read_art(document(group, **files)).merged is None


def test_modes_by_the_names_that_krita_writes() -> None:
    art = read_art(document('<layer src="a.png" composite-op="krita:linear_dodge"/>'))
    assert art.layers[0].blend == "add"


TRAPS = {
    "no such file": '<layer src="b.png"/>',
    "a path out of the archive": '<layer src="../../../etc/passwd"/>',
    "an absolute path": '<layer src="/etc/passwd"/>',
    "no source": "<layer/>",
    "no picture": '<layer src="text.png"/>',
    "no number": '<layer src="a.png" x="one"/>',
    "infinity": '<layer src="a.png" x="1e999"/>',
    "an opacity of text": '<layer src="a.png" opacity="much"/>',
    "not closed": "<stack>",
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str) -> None:
    with pytest.raises(BadPicture) as caught:
        decode(document(TRAPS[trap], **{"text.png": b"no picture"}))
    assert caught.value.hint


def test_a_tower() -> None:
    with pytest.raises(PictureTooLarge, match="nested too deeply") as caught:
        decode(document("<stack>" * 500 + "</stack>" * 500))
    assert "NIJIGEN_MAX_DEPTH" in caught.value.hint


def test_entities_that_multiply() -> None:
    lines = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30)]
    xml = f'<!DOCTYPE image [<!ENTITY a0 "ha">{"".join(lines)}]><image w="9" h="7">&a29;</image>'
    with pytest.raises(BadPicture, match="XML entities"):
        decode(document("", **{"stack.xml": xml.encode()}))


@pytest.mark.parametrize(
    "xml", [b"", b"<image/>", b"<stack/>", b'<image w="9" h="0"><stack/></image>']
)
def test_lists_that_are_none(xml: bytes) -> None:
    with pytest.raises(BadPicture):
        decode(document("", **{"stack.xml": xml}))


def test_a_huge_canvas() -> None:
    with pytest.raises(BadPicture, match="cannot hold 99999×99999"):
        decode(document("", **{"stack.xml": b'<image w="99999" h="99999"><stack/></image>'}))


def test_all_layers_count(monkeypatch: pytest.MonkeyPatch) -> None:
    data = document('<layer src="a.png"/>' * 20)
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", str(63 * 21))
    assert len(read_art(data).layers) == 20
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", str(63 * 21 - 1))
    with pytest.raises(PictureTooLarge):
        decode(data)


def test_a_zip_bomb() -> None:
    files = members(document('<layer src="a.png"/>'))
    bomb = packed({**files, "a.png": files["a.png"] + bytes(2**27)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**18
    with pytest.raises(PictureTooLarge, match="unpacked"):
        decode(bomb)
    data = bytearray(bomb)
    # The size that the directory tells is a lie.
    at = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4) + 4)
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    with pytest.raises(NijigenError):
        decode(bytes(data))


def test_other_packings_and_secrets() -> None:
    files = members(document('<layer src="a.png"/>'))
    assert len(read_art(packed(files, zipfile.ZIP_DEFLATED)).layers) == 1
    with pytest.raises(BadPicture, match="unknown compression"):
        decode(packed(files, zipfile.ZIP_LZMA))
    secret = bytearray(packed(files))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := secret.find(mark, at + 1)) >= 0:
            secret[at + offset] |= 1
    with pytest.raises(BadPicture, match="encrypted"):
        decode(bytes(secret))


def test_a_damaged_layer() -> None:
    data = bytearray(document('<layer src="a.png"/>'))
    at = data.index(b"IDAT") + 12
    data[at] ^= 255
    with pytest.raises(BadPicture):
        decode(bytes(data))


def test_dots_per_inch_and_no_layers() -> None:
    art = replace(Artwork((3, 2), ()), info=replace(artwork().info, dpi=(300.0, 300.0)))
    found = read_art(encode(art, "ora"))
    assert found.info.dpi == (300.0, 300.0)
    assert found.layers == ()
