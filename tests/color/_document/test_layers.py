"""The layered document: order, modes, clipping, and that files keep all of it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from color.drawn import boxes, middle
from extras import needs
from nijigen import Artwork, Group, Layer, Picture
from nijigen.color._document.layers import Sheet
from nijigen.color.flat import flat
from pictures import drawing

HINTS = {
    "points": [middle(0) | {"color": "#ff8800"}, middle(1) | {"color": "#0088ff"}],
    "strokes": [{"points": [[104, 40], [136, 40]], "width": 4, "color": "#ff8800"}],
}


def names(artwork: Artwork) -> list[str]:
    return [layer.name for layer in artwork.layers]


def shaded() -> Artwork:
    sheet = Sheet.of(flat(boxes(), hints=HINTS))
    clear = np.zeros((*sheet.art.ink.shape, 4), np.uint8)
    for number, name in enumerate(("light", "gradient", "highlight", "shadow")):
        pixels = clear.copy()
        pixels[22:50, 25 + 10 * number : 90] = (200, 180, 40 * number, 128)
        sheet = sheet.with_layer(name, pixels)
    return sheet.artwork()


def test_layers_come_in_their_order_with_their_modes() -> None:
    made = shaded()
    wanted = ["paper", "flat", "gradient", "shadow", "highlight", "light", "line"]
    assert names(made) == wanted
    layers = {layer.name: layer for layer in made.layers}
    assert layers["shadow"].blend == "multiply"
    assert layers["highlight"].blend == layers["light"].blend == "screen"
    clipped = [name for name in wanted if layers[name].clipped]
    assert clipped == ["gradient", "shadow", "highlight", "light"]


def test_a_layer_is_replaced_and_others_stay() -> None:
    made = shaded()
    note = Layer("note", Picture(np.full((4, 4, 4), 200, np.uint8)), 30, 30)
    layers = list(made.layers)
    layers.insert(3, note)
    again = Sheet.of(made.with_layers(layers))
    assert names(again.artwork()) == [layer.name for layer in layers]
    red = np.zeros((*again.art.ink.shape, 4), np.uint8)
    red[30:40, 30:40] = (255, 0, 0, 255)
    changed = again.with_layer("shadow", red).artwork()
    assert names(changed) == [layer.name for layer in layers]
    assert changed.layers[3] is note
    assert [a is b for a, b in zip(changed.layers, layers, strict=True)].count(False) == 1


def test_what_is_clipped_to_the_flats_stays_above_them() -> None:
    made = shaded()
    sheet = Sheet.of(made.with_layers([x for x in made.layers if x.name != "flat"]))
    flats = np.zeros((*sheet.art.ink.shape, 4), np.uint8)
    flats[20:30, 20:30] = 255
    assert names(sheet.with_flat(flats).artwork()) == names(made)


def test_own_lines_are_read_back_as_they_were() -> None:
    first = flat(boxes(), hints=HINTS)
    one, two = Sheet.of(boxes()), Sheet.of(first)
    assert np.array_equal(one.art.ink, two.art.ink)
    assert one.art.paper == two.art.paper
    again = flat(first, hints=HINTS)
    assert np.array_equal(first.flatten().pixels, again.flatten().pixels)


def test_an_artwork_without_our_layers_is_one_drawing() -> None:
    page = boxes()
    below = Layer("sketch", Picture(np.full((page.height, page.width, 3), 255, np.uint8)))
    ink = np.dstack([np.zeros_like(page.pixels)] * 3 + [255 - page.pixels])
    document = Artwork(page.size, (below, Layer("ink", Picture(ink))))
    made = flat(document, hints=HINTS)
    assert names(made) == ["paper", "flat", "line"]
    assert made.flatten().pixels[40, 40].tolist() == [255, 136, 0]


def test_lines_on_nothing_keep_nothing_around_them() -> None:
    page = boxes().pixels
    ink = np.dstack([np.zeros_like(page)] * 3 + [255 - page])
    made = flat(Picture(ink), hints=HINTS)
    shown = made.flatten().pixels
    assert shown.shape[2] == 4
    assert shown[2, 2, 3] == 0
    assert shown[40, 40].tolist() == [255, 136, 0, 255]


@pytest.mark.parametrize("ending", ["psd", "ora", "zip"])
def test_files_keep_layers_modes_and_pixels(tmp_path: Path, ending: str) -> None:
    made = shaded()
    made.save(tmp_path / f"made.{ending}")
    read = Artwork.open(tmp_path / f"made.{ending}")
    assert names(read) == names(made)
    assert [layer.blend for layer in read.layers] == [layer.blend for layer in made.layers]
    assert [layer.clipped for layer in read.layers] == [layer.clipped for layer in made.layers]
    # Files do not say which layer is flat.
    plain = tuple(replace(layer, flat=False) for layer in made.layers if isinstance(layer, Layer))
    off = np.abs(read.flatten().pixels.astype(int) - Artwork(made.size, plain).flatten().pixels)
    assert off.max() <= 1


def test_a_psd_opens_in_another_reader(tmp_path: Path) -> None:
    psd_tools = needs("psd_tools")
    made = flat(shaded(), hints=HINTS, layers="per-color")
    made.save(tmp_path / "made.psd")
    document = psd_tools.PSDImage.open(io.BytesIO((tmp_path / "made.psd").read_bytes()))
    assert [layer.name for layer in document] == names(made)
    colors = next(layer for layer in document if layer.name == "flat")
    assert sorted(layer.name for layer in colors) == ["#0088ff", "#ff8800"]
    modes = {layer.name: layer.blend_mode.name for layer in document}
    assert (modes["shadow"], modes["highlight"]) == ("MULTIPLY", "SCREEN")
    assert {layer.name for layer in document if layer.clipping} == {
        "gradient", "shadow", "highlight", "light",
    }  # fmt: skip


def test_a_layer_for_each_color_looks_like_one() -> None:
    one = flat(boxes(), hints=HINTS)
    many = flat(boxes(), hints=HINTS, layers="per-color")
    group = many.layers[1]
    assert isinstance(group, Group)
    assert [layer.name for layer in group.layers] == ["#ff8800", "#0088ff"]
    assert np.array_equal(one.flatten().pixels, many.flatten().pixels)
    back = Sheet.of(many).flat
    assert back is not None
    assert np.array_equal(back, Sheet.of(one).flat)


def test_lines_of_16_bits_and_opaque_line_layers_are_taken() -> None:
    page = boxes()
    document = Artwork(page.size, (Layer("line", page.widened()),))
    assert np.array_equal(Sheet.of(document).art.ink, Sheet.of(page).art.ink)


def test_any_drawing_makes_a_document() -> None:
    for channels in (1, 3, 4):
        sheet = Sheet.of(drawing(channels=channels)).with_paper()
        assert names(sheet.artwork()) == ["paper", "line"]


def test_a_layer_of_a_smaller_page_is_enlarged_without_margins() -> None:
    sheet = Sheet.of(boxes())
    width, height = sheet.size
    small = np.zeros((height // 2, width // 2, 4), np.uint8)
    small[10:20, 15:40] = (200, 100, 50, 255)
    layer = sheet.with_layer("shadow", small).artwork().layers[0]
    assert isinstance(layer, Layer)
    left, top, right, bottom = layer.box
    assert 28 <= left <= 30
    assert 18 <= top <= 20
    assert 80 <= right <= 82
    assert 40 <= bottom <= 42
    assert layer.pixels.pixels[10, 20].tolist() == [200, 100, 50, 255]
    # Colors do not mix with what lies around: edges only fade.
    seen = layer.pixels.pixels[layer.pixels.pixels[:, :, 3] > 128]
    assert (seen[:, :3] == (200, 100, 50)).all()


def test_a_large_page_keeps_one_copy_of_its_flats(monkeypatch: pytest.MonkeyPatch) -> None:
    from nijigen.color._document import layers

    flat = np.zeros((80, 160, 4), np.uint8)
    flat[2:78, 2:158] = 255
    sheet = Sheet.of(boxes())
    tight = sheet.with_flat(flat).artwork().layers[0]
    monkeypatch.setattr(layers, "_LARGE", 1000)
    whole = sheet.with_flat(flat).artwork().layers[0]
    assert isinstance(tight, Layer)
    assert isinstance(whole, Layer)
    assert tight.box == (2, 2, 158, 78)
    assert whole.box == (0, 0, 160, 80)
    assert np.shares_memory(whole.pixels.pixels, flat)
