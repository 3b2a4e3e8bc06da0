"""PSD: what we write is read by psd-tools and Pillow, what psd-tools writes is read by us."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extras import needs
from nijigen import Artwork, Group, Layer, Picture
from nijigen.core.blending import FUNCTIONS
from nijigen.core.errors import BadPicture, NijigenError, PictureTooLarge, UnsupportedFormat
from nijigen.core.history import History, Step
from nijigen.imaging.artworks.psd.packbits import packed, unpacked
from nijigen.imaging.files import decode, encode, read_history
from pictures import artwork, drawing

psd_tools = needs("psd_tools")


def second_reader(art: Artwork) -> psd_tools.PSDImage:
    return psd_tools.PSDImage.open(io.BytesIO(encode(art, "psd")))


def saved(document: psd_tools.PSDImage) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def read_art(data: bytes) -> Artwork:
    found = decode(data)
    assert isinstance(found, Artwork)
    return found


def same_layers(one: Artwork, other: Artwork) -> None:
    """Structure, names, places and pixels."""

    def told(nodes: tuple[Layer | Group, ...]) -> list[object]:
        found: list[object] = []
        for node in nodes:
            opacity = round(node.opacity * 255)
            common = (node.name, node.blend, opacity, node.visible, node.clipped)
            inner = told(node.layers) if isinstance(node, Group) else node.box
            found.append((common, inner))
        return found

    assert told(one.layers) == told(other.layers)
    for (_, a), (_, b) in zip(one.leaves(), other.leaves(), strict=True):
        assert np.array_equal(a.pixels.pil().convert("RGBA"), b.pixels.pil().convert("RGBA"))


def test_what_is_written_is_read() -> None:
    found = read_art(encode(artwork(), "psd"))
    same_layers(artwork(), found)
    assert found.merged is None
    off = found.flatten().pixels.astype(int) - artwork().flatten().pixels
    assert np.abs(off).max() <= 1, "opacity has 8 bits"


def test_a_second_reader_finds_everything_in_place() -> None:
    source = artwork()
    found = second_reader(source)
    modes = {"add": "linear_dodge", "pass-through": "pass_through"}

    def compare(nodes: tuple[Layer | Group, ...], others: object) -> None:
        for node, other in zip(nodes, others, strict=True):  # type: ignore[call-overload]
            assert other.name == node.name
            assert other.blend_mode.name.lower() == modes.get(node.blend, node.blend).replace(
                "-", "_"
            )
            assert other.opacity == round(node.opacity * 255)
            assert other.visible == node.visible
            assert other.is_group() == isinstance(node, Group)
            if isinstance(node, Group):
                compare(node.layers, other)
            else:
                assert other.bbox == node.box
                assert other.clipping == node.clipped
                pixels = np.asarray(other.topil().convert("RGBA"))
                assert np.array_equal(pixels, node.pixels.pil().convert("RGBA"))

    compare(source.layers, found)
    assert found.size == source.size


@pytest.mark.parametrize("blend", FUNCTIONS)
def test_a_second_program_composites_the_same(blend: str) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (3, 24, 30, 4), np.uint8)
    noise[0, :, :, 3] = 255
    layers = tuple(
        Layer(f"{n}", Picture(pixels), blend=blend if n else "normal", opacity=0.8 if n else 1)  # type: ignore[arg-type]
        for n, pixels in enumerate(noise)
    )
    for art in (Artwork((30, 24), layers), Artwork((30, 24), (layers[0], Group("g", layers[1:])))):
        other = np.asarray(second_reader(art).composite(force=True).convert("RGB")).astype(int)
        # psd-tools cuts off where we round.
        assert np.abs(other - art.flatten().pixels).max() <= 1


@pytest.mark.parametrize(
    ("blend", "opacity"), [("normal", 0.5), ("pass-through", 0.5), ("screen", 1)]
)
def test_a_second_program_composites_groups_the_same(blend: str, opacity: float) -> None:
    noise = np.random.default_rng(6).integers(0, 256, (3, 24, 30, 4), np.uint8)
    noise[0, :, :, 3] = 255
    one, two, three = (Picture(pixels) for pixels in noise)
    inner = (Layer("a", two), Layer("b", three, blend="multiply", opacity=0.6))
    art = Artwork((30, 24), (Layer("p", one), Group("g", inner, blend, opacity)))  # type: ignore[arg-type]
    other = np.asarray(second_reader(art).composite(force=True).convert("RGB")).astype(int)
    assert np.abs(other - art.flatten().pixels).max() <= 1


def test_a_second_program_clips_the_same() -> None:
    base = drawing(30, 24, 4).pixels.copy()
    base[:, :, 3] = np.where(base[:, :, 3] > 127, 255, 0)
    noise = np.random.default_rng(7).integers(0, 256, (24, 30, 4), np.uint8)
    layers = (
        Layer("paper", Picture(np.full((24, 30, 3), 200, np.uint8))),
        Layer("base", Picture(base)),
        Layer("shade", Picture(noise), blend="multiply", clipped=True),
    )
    art = Artwork((30, 24), layers)
    other = np.asarray(second_reader(art).composite(force=True).convert("RGB")).astype(int)
    assert np.abs(other - art.flatten().pixels).max() <= 1


def test_the_merged_picture_is_that_of_the_layers() -> None:
    for art in (artwork(), Artwork.of(drawing(channels=4)), Artwork.of(drawing(channels=1))):
        flat = art.flatten()
        with Image.open(io.BytesIO(encode(art, "psd"))) as image:
            image.load()
            assert image.mode == {1: "L", 3: "RGB", 4: "RGBA"}[flat.channels]
            wanted = flat.rgb() if flat.channels == 4 else flat
            # Where there is alpha, the color stands over white, as in Photoshop's own files.
            colors = image.convert("RGB") if flat.channels == 4 else image
            assert np.array_equal(np.asarray(colors), np.squeeze(wanted.pixels))
        alpha = second_reader(art).topil().getchannel("A") if flat.channels == 4 else None
        assert alpha is None or np.array_equal(alpha, flat.pixels[:, :, 3])


@pytest.mark.parametrize("name", ["", "a", "日本語のレイヤー" * 20, "x" * 300, "a\0b", "🐈", "é\n"])
def test_names(name: str) -> None:
    art = Artwork((4, 3), (Group(name, (Layer(name, Picture(np.zeros((3, 4), np.uint8))),)),))
    found = read_art(encode(art, "psd"))
    group = found.layers[0]
    assert isinstance(group, Group)
    assert group.name == group.layers[0].name == name
    assert [layer.name for layer in second_reader(art).descendants()] == [name, name]


def test_a_picture_is_a_single_layer(tmp_path: Path) -> None:
    drawing(channels=4).save(tmp_path / "a.psd")
    found = Artwork.open(tmp_path / "a.psd")
    assert len(found.layers) == 1
    assert np.array_equal(found.flatten().rgb().pixels, drawing(channels=4).rgb().pixels)


def test_no_layers() -> None:
    found = read_art(encode(Artwork((5, 4), ()), "psd"))
    assert found.flatten().channels == 4
    assert not found.flatten().pixels.any()


def test_too_large_for_psd() -> None:
    long = Picture(np.zeros((1, 30_001), np.uint8))
    with pytest.raises(UnsupportedFormat, match="30000"):
        encode(long, "psd")
    wide = Layer("a", Picture(np.zeros((1, 70_000), np.uint8)))
    with pytest.raises(UnsupportedFormat, match="a layer of 70000"):
        encode(Artwork((9, 9), (wide,)), "psd")


def test_history_does_not_outlive_a_change(tmp_path: Path) -> None:
    told = History("a.png", "00", (Step("x.y", 1, {"name": "猫"}),))
    art = replace(artwork(), info=replace(artwork().info, history=told))
    path = tmp_path / "a.psd"
    art.save(path)
    assert read_history(path) == told
    other = psd_tools.PSDImage.open(path)
    other[0].name = "painted on"
    other.save(path)
    assert b"x.y" in path.read_bytes()
    assert read_history(path) is None


def test_documents_of_another_program() -> None:
    document = psd_tools.PSDImage.new("RGB", (60, 50), color=(255, 255, 255))
    rgba = drawing(30, 20, 4).pil()
    for kind in psd_tools.constants.Compression:
        document.create_pixel_layer(rgba, f"{kind.name} é", 3, -5, kind, opacity=128)
    group = document.create_group(name="Gruppe ß", opacity=200)
    group.create_pixel_layer(rgba, "in it", blend_mode=psd_tools.constants.BlendMode.MULTIPLY)
    found = read_art(saved(document))
    assert [layer.name for layer in found.layers] == [
        "RAW é",
        "RLE é",
        "ZIP é",
        "ZIP_WITH_PREDICTION é",
        "Gruppe ß",
    ]
    top = found.layers[4]
    assert isinstance(top, Group)
    assert (top.blend, round(top.opacity * 255), len(top.layers)) == ("pass-through", 200, 1)
    for _, layer in found.leaves():
        assert np.array_equal(layer.pixels.pil(), rgba)
    first = found.layers[0]
    assert isinstance(first, Layer)
    assert (first.left, first.top, round(first.opacity * 255)) == (-5, 3, 128)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_16_bits_of_another_program(mode: str) -> None:
    document = psd_tools.PSDImage.new(mode, (20, 10), depth=16)
    image = drawing(12, 8, 1 if mode == "L" else 3).pil()
    document.create_pixel_layer(image, "deep", 1, 2)
    found = read_art(saved(document))
    assert found.layers[0].name == "deep"
    assert found.depth == 16
    layer = found.layers[0]
    assert isinstance(layer, Layer)
    assert np.array_equal(layer.pixels.reduced().pil().convert(mode), image)


def test_masks_are_applied() -> None:
    document = psd_tools.PSDImage.new("RGB", (20, 10))
    layer = document.create_pixel_layer(drawing(20, 10).pil(), "masked")
    ramp = np.tile(np.linspace(0, 255, 8).astype(np.uint8), (6, 1))
    layer.create_mask(Image.fromarray(ramp), top=2, left=5)
    found = read_art(saved(document)).layers[0]
    assert isinstance(found, Layer)
    alpha = found.pixels.pixels[:, :, 3]
    assert np.array_equal(alpha[2:8, 5:13], ramp)
    outside = alpha.copy()
    outside[2:8, 5:13] = outside[0, 0]
    assert outside.min() == outside.max()


def test_what_cannot_be_drawn_is_shown_as_the_file_has_it() -> None:
    source = artwork()
    data = encode(source, "psd")
    plain = read_art(data)
    assert plain.merged is None
    strange = read_art(data.replace(b"8BIMhLit", b"8BIMdiss"))
    assert strange.layers[-1].blend == "normal"
    assert strange.merged is not None
    assert np.array_equal(strange.shown().pixels, source.flatten().pixels)
    assert not np.array_equal(strange.flatten().pixels, source.flatten().pixels)
    (note,) = strange.info.notes
    assert note.text == (
        "not drawn: blend mode dissolve (layer 'line'); a flattened result is the file's own "
        "merged picture, layers come without it"
    )


def test_a_document_without_layers() -> None:
    image = drawing().pil()
    file = io.BytesIO()
    psd_tools.PSDImage.frompil(image).save(file)
    found = read_art(file.getvalue())
    assert np.array_equal(found.shown().pil(), image)


def test_color_profiles_are_applied() -> None:
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encode(drawing(), "psd")
    at = data.index(b"8BIM" + struct.pack(">H", 1057))
    block = b"8BIM" + struct.pack(">HHI", 1039, 0, len(lab)) + lab + bytes(len(lab) % 2)
    length = struct.unpack_from(">I", data, 30)[0] + len(block)
    data = data[:30] + struct.pack(">I", length) + data[34:at] + block + data[at:]
    found = read_art(data)
    assert found.info.icc == lab
    assert np.array_equal(found.shown().pixels, drawing().pixels)


HEADER = struct.Struct(">4sH6xHIIHH")


@pytest.mark.parametrize(
    ("fields", "error", "text"),
    [
        ((b"8BPS", 1, 3, 60_000, 60_000, 8, 3), BadPicture, "60000×60000"),
        ((b"8BPS", 1, 3, 0, 9, 8, 3), BadPicture, "0 pixels"),
        ((b"8BPS", 2, 3, 9, 9, 8, 3), BadPicture, "cut off"),
        ((b"8BPS", 1, 4, 9, 9, 8, 4), UnsupportedFormat, "CMYK"),
        ((b"8BPS", 1, 3, 9, 9, 32, 3), UnsupportedFormat, "32 bits"),
        ((b"8BPS", 1, 1, 9, 9, 8, 3), BadPicture, "channels"),
        ((b"8BPS", 7, 3, 9, 9, 8, 3), BadPicture, "no sense"),
        ((b"8BPS", 1, 3, 9, 9, 8, 3), BadPicture, "cut off"),
    ],
)
def test_strange_headers(fields: tuple[object, ...], error: type[NijigenError], text: str) -> None:
    with pytest.raises(error, match=text) as caught:
        decode(HEADER.pack(*fields))
    assert caught.value.hint


def test_layers_that_promise_too_much() -> None:
    data = bytearray(encode(Artwork((40, 30), (Layer("a", drawing(40, 30, 4)),)), "psd"))
    box = data.index(struct.pack(">4i", 0, 0, 30, 40))
    data[box : box + 16] = struct.pack(">4i", 0, 0, 2**31 - 1, 2**31 - 1)
    with pytest.raises(PictureTooLarge):
        decode(bytes(data))
    # Within the limit, but with nothing behind it: no room is made for it.
    data[box : box + 16] = struct.pack(">4i", 0, 0, 16_000, 16_000)
    with pytest.raises(BadPicture):
        decode(bytes(data))


def test_groups_without_an_end() -> None:
    art: Layer | Group = Layer("a", Picture(np.zeros((1, 1), np.uint8)))
    for _ in range(100):
        art = Group("g", (art,))
    with pytest.raises(PictureTooLarge, match="nested too deeply"):
        decode(encode(Artwork((1, 1), (art,)), "psd"))
    data = encode(artwork(), "psd")
    for old, new in ((3, 1), (1, 3)):
        mark = b"8BIMlsct" + struct.pack(">I", 4 if old == 3 else 12)
        wrong = data.replace(mark + struct.pack(">I", old), mark + struct.pack(">I", new))
        assert wrong != data
        with pytest.raises(BadPicture, match="group"):
            decode(wrong)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (7, 128), (3, 129), (300, 2)])
def test_packbits(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(8)
    for plane in (
        np.zeros(shape, np.uint8),
        random.integers(0, 256, shape, np.uint8),
        random.integers(0, 2, shape, np.uint8),
    ):
        counts, data = packed(plane)
        assert len(counts) == shape[0]
        assert sum(counts) == len(data)
        assert np.array_equal(unpacked(data, *shape), plane)
        with pytest.raises(BadPicture):
            unpacked(data[:-1], *shape)


def test_saved_selections_are_no_alpha() -> None:
    pixels = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)
    for code, rest in ((b"\0\0", b""), (b"\0\1", None)):
        planes = pixels.tobytes()
        if rest is None:
            coded = [packed(plane) for plane in pixels]
            counts = [count for lengths, _ in coded for count in lengths]
            planes = np.array(counts, ">u2").tobytes() + b"".join(data for _, data in coded)
        data = HEADER.pack(b"8BPS", 1, 5, 4, 3, 8, 3) + bytes(12) + code + planes
        found = read_art(data).shown()
        assert np.array_equal(found.pixels, pixels[:3].transpose(1, 2, 0))
        with pytest.raises(BadPicture, match="cut off"):
            decode(data[:-1])


@pytest.mark.parametrize("format", ["psd", "ora", "zip"])
def test_spoiled_documents_raise_our_errors_only(format: str) -> None:
    """Many bytes changed at once, in documents of every kind of layer."""
    whole = encode(artwork(), format)  # type: ignore[arg-type]
    random = np.random.default_rng(11)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        reach = len(data) if random.random() < 0.5 else min(len(data), 2500)
        for place in random.integers(0, reach, random.integers(1, 6)):
            data[place] = random.choice([0, 1, 127, 255, random.integers(0, 256)])
        try:
            found = decode(bytes(data))
            if isinstance(found, Artwork) and max(found.size) < 5000:
                found.shown()
        except NijigenError:
            refused += 1
    assert refused > 20
