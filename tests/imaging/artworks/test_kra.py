from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nijigen import Artwork, Group, Layer, Picture
from nijigen.core.errors import BadPicture, PictureTooLarge
from nijigen.imaging.artworks import kra_tiles
from nijigen.imaging.artworks.archive import pack
from nijigen.imaging.files import decode, encode
from peers import peer, said
from pictures import artwork, drawing

TILES = b"VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE 4\nDATA %d\n"


def changed(data: bytes, **members: bytes) -> bytes:
    """Return a document with other members; the names have _ for what names cannot have."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        known = {name: source.read(name) for name in source.namelist()}
    names = {name.replace("/", "_").replace(".", "_"): name for name in known}
    return pack([*{**known, **{names[key]: one for key, one in members.items()}}.items()])


def main(data: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read("maindoc.xml")


def test_layers_and_groups_come_back() -> None:
    made = artwork()
    value = decode(encode(made, "kra"))
    assert isinstance(value, Artwork)
    names = [(path, layer.name) for path, layer in made.leaves()]
    assert [(path, layer.name) for path, layer in value.leaves()] == names
    assert np.abs(value.flatten().pixels.astype(int) - made.flatten().pixels).mean() < 0.1
    deep = Artwork.of(drawing(130, 70, 4, 16))
    assert np.array_equal(decode(encode(deep, "kra")).flatten().pixels, deep.flatten().pixels)  # type: ignore[union-attr]


def test_lzf() -> None:
    """Literals, a copy, and one that overlaps itself."""
    assert kra_tiles.unpacked(b"\x02abc\x20\x02\x00d\x40\x00", 11) == b"abcabcddddd"
    with pytest.raises(BadPicture, match="refers to nothing"):
        kra_tiles.unpacked(b"\x20\x05", 3)
    with pytest.raises(BadPicture, match="not complete"):
        kra_tiles.unpacked(b"\x05abc", 6)


def test_what_is_not_drawn_shows_the_merged_picture() -> None:
    data = encode(Artwork.of(drawing(20, 10)), "kra")
    for old, new, note in (
        (b"paintlayer", b"adjustmentlayer", "a filter layer"),
        (b'compositeop="normal"', b'compositeop="behind"', "blend mode 'behind'"),
        (b'channelflags=""', b'channelflags="1110"', "inherited alpha"),
    ):
        value = decode(changed(data, maindoc_xml=main(data).replace(old, new)))
        assert isinstance(value, Artwork)
        assert note in value.info.notes[0].text
        assert np.array_equal(value.shown().rgb().pixels, drawing(20, 10).pixels)


def test_masks_and_default_pixels() -> None:
    data = encode(Artwork.of(drawing(128, 64)), "kra")
    mask = (
        b'<masks><mask nodetype="transparencymask" filename="m" x="0" y="0" visible="1"/></masks>'
    )
    text = main(data)
    end = text.index(b"/>", text.index(b"paintlayer"))
    text = text[:end] + b">" + mask + b"</layer>" + text[end + 2 :]
    tile = b"0,0,LZF,4097\n\0" + bytes([128]) * 4096
    cover = TILES.replace(b"PIXELSIZE 4", b"PIXELSIZE 1") % 1 + tile
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        members = [(name, source.read(name)) for name in source.namelist()]
    members = [(name, text if name == "maindoc.xml" else one) for name, one in members]
    added = [("Nijigen/layers/m.pixelselection", cover)]
    value = decode(pack([*members, *added]))
    assert isinstance(value, Artwork)
    alpha = value.flatten().pixels[:, :, 3]
    assert set(alpha[:, :64].ravel().tolist()) == {128}
    assert not alpha[:, 64:].any()
    added.append(("Nijigen/layers/m.pixelselection.defaultpixel", b"\xff"))
    value = decode(pack([*members, *added]))
    assert isinstance(value, Artwork)
    assert set(value.flatten().pixels[:, 64:, 3].ravel().tolist()) == {255}


def test_entities_bombs_and_damage() -> None:
    data = encode(Artwork.of(drawing(20, 10)), "kra")
    text = main(data).replace(b"krita-2.0.dtd'>", b"krita-2.0.dtd' [<!ENTITY a 'b'>]>")
    with pytest.raises(BadPicture, match="XML entities"):
        decode(changed(data, maindoc_xml=text))
    far = b"-999999936,0,LZF,2\n\0\0" + b"999999936,0,LZF,2\n\0\0"
    with pytest.raises(PictureTooLarge, match="all layers together"):
        decode(changed(data, Nijigen_layers_layer1=TILES % 2 + far))
    with pytest.raises(BadPicture, match="not complete"):
        decode(changed(data, Nijigen_layers_layer1=TILES % 1 + b"0,0,LZF,16385\n\0"))
    with pytest.raises(BadPicture, match="unknown version"):
        decode(changed(data, Nijigen_layers_layer1=b"VERSION 3\n"))


@pytest.mark.slow
@peer("krita", "xvfb-run")
def test_krita_reads_and_writes_them(tmp_path: Path) -> None:
    inner = (Layer("a", drawing(80, 70, 4), -5, 8, "multiply", 0.5),)
    made = Artwork((100, 90), (Layer("paper", drawing(100, 90)), Group("g", inner, "screen")))
    made.save(tmp_path / "a.kra")
    for target in ("b.png", "b.kra"):
        command = ["xvfb-run", "-a", "krita", "--export", "--export-filename"]
        said(*command, tmp_path / target, tmp_path / "a.kra")
        found = Artwork.open(tmp_path / target)
        shown = found.flatten().rgb().pixels.astype(int)
        assert np.abs(shown - made.flatten().rgb().pixels).max() <= 3
    assert [layer.name for _, layer in found.leaves()] == ["paper", "a"]
    assert Picture.open(tmp_path / "b.png").size == (100, 90)
