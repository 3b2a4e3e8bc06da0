"""What a PSD has and is not drawn: its own merged picture is shown, with a note that says why."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from imaging.artworks.psd.documents import (
    Record,
    artwork_of,
    block,
    divider,
    document,
    inner,
    notes,
    plain,
    settings,
    switch,
)
from nijigen import Picture
from nijigen.core.run import Run
from nijigen.formats.convert import convert

PAPER = Record("paper", plain(4, 3, 200, 200, 200))
GREEN = plain(4, 3, 10, 160, 30)
"""A merged picture that no drawing of the layers gives."""


def with_blocks(blocks: bytes, **options: object) -> bytes:
    layer = Record("頬 glow", plain(2, 2, 255, 0, 0, 255), 1, 1, blocks=blocks, **options)  # type: ignore[arg-type]
    return document([PAPER, layer], GREEN)


def effects(on: bool = True, **values: bytes) -> bytes:
    given = settings(b"null", masterFXSwitch=switch(on), **values)
    return block(b"lfx2", struct.pack(">II", 0, 16) + given)


SHADOW = inner(b"DrSh", enab=switch(True))
SHADOW_OFF = inner(b"DrSh", enab=switch(False))
OLD_SHADOW = b"8BIMdsdw" + struct.pack(">I", 51) + bytes(38) + b"\1" + bytes(12)
OLD_SHADOW_OFF = b"8BIMdsdw" + struct.pack(">I", 51) + bytes(51)

NOT_DRAWN = {
    "curves": block(b"curv", bytes(8)),
    "levels": block(b"levl", bytes(8)),
    "solid color fill": block(b"SoCo", bytes(8)),
    "gradient map": block(b"grdm", bytes(8)),
    "drop shadow": effects(DrSh=SHADOW),
    "stroke": effects(frameFXMulti=b"VlLs" + struct.pack(">I", 1) + inner(b"FrFX")),
    "layer effects": block(b"lfx2", b"nonsense" * 5),
    "drop shadow ": block(b"lrFX", struct.pack(">HH", 0, 1) + OLD_SHADOW),
    "vector mask": block(b"vmsk", struct.pack(">II", 3, 0) + struct.pack(">H24x", 3)),
    "knockout": block(b"knko", b"\1\0\0\0"),
    "channels left out of blending": block(b"brst", struct.pack(">I", 1)),
    "unknown block 'zzzz'": block(b"zzzz", b"??"),
}


@pytest.mark.parametrize("feature", NOT_DRAWN)
def test_the_merged_picture_is_shown(feature: str) -> None:
    found = artwork_of(with_blocks(NOT_DRAWN[feature]))
    assert np.array_equal(found.shown().pixels, GREEN)
    assert notes(found) == [
        f"not drawn: {feature.strip()} (layer '頬 glow'); a flattened result is the file's own "
        "merged picture, layers come without it"
    ]
    # The layers are there, without it.
    assert [layer.name for _, layer in found.leaves()] == ["paper", "頬 glow"]
    assert found.flatten().pixels[1, 1].tolist() == [255, 0, 0]


HARMLESS = {
    "ids, colors, locks": block(b"lyid", bytes(4)) + block(b"lclr", bytes(8)),
    "text, of which there are pixels": block(b"TySh", bytes(50)),
    "a placed document, of which there are pixels": block(b"SoLd", bytes(50)),
    "effects, all off": effects(False, DrSh=SHADOW),
    "an effect, off": effects(DrSh=SHADOW_OFF),
    "old effects, off": block(b"lrFX", struct.pack(">HH", 0, 1) + OLD_SHADOW_OFF),
    "old effects that newer ones replace": block(b"lrFX", struct.pack(">HH", 0, 1) + OLD_SHADOW)
    + effects(DrSh=SHADOW_OFF),
    "a vector mask, off": block(b"vmsk", struct.pack(">II", 3, 4)),
    "no knockout": block(b"knko", bytes(4)),
    "all channels": block(b"brst", b""),
    "clipped layers one by one, and none are": block(b"clbl", bytes(4)),
}


@pytest.mark.parametrize("blocks", HARMLESS.values(), ids=HARMLESS)
def test_what_changes_no_pixels_is_drawn(blocks: bytes) -> None:
    found = artwork_of(with_blocks(blocks))
    assert found.merged is None
    assert notes(found) == []


def test_what_is_hidden_does_not_count() -> None:
    shadow = NOT_DRAWN["drop shadow"]
    assert artwork_of(with_blocks(shadow, hidden=True)).merged is None
    assert artwork_of(with_blocks(shadow, opacity=0)).merged is None
    inside = Record("a", plain(2, 2, 255, 0, 0, 255), blocks=shadow)
    for hidden in (True, False):
        group = [Record("end", blocks=divider(3)), inside]
        top = Record("group", blocks=divider(1), hidden=hidden)
        found = artwork_of(document([PAPER, *group, top], GREEN))
        assert (found.merged is None) is hidden


def test_clipped_layers_that_blend_one_by_one() -> None:
    base = Record("base", plain(4, 3, 255, 0, 0, 128), blocks=block(b"clbl", bytes(4)))
    clipped = Record("shade", plain(4, 3, 0, 0, 0, 128), clipped=True)
    found = artwork_of(document([PAPER, base, clipped], GREEN))
    assert notes(found)[0].startswith("not drawn: clipped layers blended one by one")


def test_a_file_without_a_merged_picture() -> None:
    """Saved without "maximize compatibility": its merged picture is white."""
    layer = Record("tone", plain(2, 2, 255, 0, 0, 255), blocks=NOT_DRAWN["curves"])
    found = artwork_of(document([PAPER, layer], plain(4, 3, 255, 255, 255), has_merged=False))
    assert found.merged is None
    assert found.shown().pixels[0, 0].tolist() == [255, 0, 0]
    assert notes(found) == [
        "not drawn: curves (layer 'tone'); the file has no merged picture to show instead, so it "
        "is missing"
    ]


def test_many_layers_are_one_note() -> None:
    layers = [
        Record(f"{n}", plain(2, 2, 255, 0, 0, 255), blocks=NOT_DRAWN["curves"]) for n in range(9)
    ]
    (note,) = notes(artwork_of(document(layers, GREEN)))
    assert "(layers '0', '1', '2' and 6 more)" in note
    keys = b"".join(block(b"zz%02d" % n, b"") for n in range(30))
    found = notes(artwork_of(with_blocks(keys)))
    assert len(found) == 21
    assert found[-1] == "10 more features of the file are not drawn"


def test_notes_of_reading_reach_the_user_once(tmp_path: Path) -> None:
    path = tmp_path / "a.psd"
    path.write_bytes(with_blocks(NOT_DRAWN["curves"]))
    run = Run()
    made = convert.apply({"picture": Picture.open(path)}, {}, run)
    assert [note.text for note in run.notes] == [
        note.text for note in Picture.open(path).info.notes
    ]
    assert np.array_equal(made.pixels, GREEN)
    # What was made of it is no longer that file.
    assert made.info.notes == ()


def test_blending_with_transparent_parts_is_shown_as_its_program_did() -> None:
    """GIMP multiplies only where there is something below; it writes no version resource."""
    empty = Record("empty", plain(4, 3, 0, 0, 0, 0))
    layer = Record("shade", plain(4, 3, 255, 0, 0, 255), blend=b"mul ")
    nothing = plain(4, 3, 255, 255, 255, 0)
    gimp = artwork_of(document([empty, layer], nothing, has_merged=None))
    assert not gimp.shown().pixels.any()
    assert "as its program does it" in notes(gimp)[0]
    photoshop = artwork_of(document([empty, layer], nothing))
    assert photoshop.shown().pixels[0, 0].tolist() == [255, 0, 0]
    assert notes(photoshop) == []
