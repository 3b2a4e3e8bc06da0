"""Drawings: pictures that bring their vectors and layers, as long as nobody changes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, Artwork, Picture
from nijigen.core.drawing import Drawing
from nijigen.core.errors import UnsupportedFormat
from nijigen.core.history import History, Step
from nijigen.core.operation import Operation, operation
from nijigen.core.picture import Info
from nijigen.formats.convert import convert
from nijigen.imaging.files import decode, encode, read_history
from pictures import artwork

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="50"><rect width="9"/></svg>'


def made(info: Info | None = None) -> Drawing:
    art = artwork()
    return Drawing(art.flatten().pixels, info or Info(), svg=lambda: SVG, artwork=lambda: art)


@operation(alpha="own", version=1)
def sketch(*, moving: bool = False) -> Drawing | Picture | Animation:
    """Draw something."""
    return Animation((made(), made()), (9, 9)) if moving else made()


@operation(alpha="own", version=1)
def trace(picture: Picture) -> Drawing:
    """Trace a picture."""
    return made()


def test_what_flows_out_is_a_picture_that_may_be_written_as_svg() -> None:
    for one in (sketch, trace):
        assert one.returns is Picture
        assert one.vectors
    assert convert.returns is Picture
    assert not convert.vectors


def test_signing_keeps_the_vectors() -> None:
    drawn = sketch()
    assert isinstance(drawn, Drawing)
    assert drawn.info.history.steps[0].operation == sketch.id
    assert encode(drawn, "svg").decode().startswith(SVG[:30])


def test_another_info_keeps_the_vectors_and_other_pixels_do_not() -> None:
    drawn = made()
    assert isinstance(drawn.with_info(dpi=(72.0, 72.0)), Drawing)
    assert isinstance(replace(drawn, info=Info()), Drawing)
    for changed in (drawn.gray(), drawn.widened(), drawn.with_pixels(drawn.pixels)):
        assert not isinstance(changed, Drawing)


def test_layers_come_along_where_layers_are_held(tmp_path: Path) -> None:
    history = History(steps=(Step("tests.draw", 1),))
    drawn = made(Info(history=history))
    for ending in ("psd", "ora", "zip"):
        drawn.save(tmp_path / f"drawn.{ending}")
        again = Artwork.open(tmp_path / f"drawn.{ending}")
        assert [node.name for node in again.layers] == [node.name for node in artwork().layers]
        assert read_history(tmp_path / f"drawn.{ending}") == history
    assert Artwork.of(drawn).info.history == history


def test_svg_of_anything_else_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    moving = Animation((made(), made()), (9, 9))
    for value in (Picture(np.zeros((2, 2), np.uint8)), artwork(), moving):
        with pytest.raises(UnsupportedFormat, match="SVG holds vectors") as caught:
            encode(value, "svg")
        assert "generate.character" in caught.value.hint
    with pytest.raises(UnsupportedFormat):
        Picture(np.zeros((2, 2), np.uint8)).save(tmp_path / "gray.svg")
    assert not list(tmp_path.iterdir())


def test_the_file_tells_how_it_was_made(tmp_path: Path) -> None:
    history = History(steps=(Step("tests.draw", 3, {"text": "<&>\"' ]]> -->"}),))
    path = tmp_path / "drawn.svg"
    made(Info(history=history)).save(path)
    assert read_history(path) == history
    # A file of one's own must not be taken for one that may be overwritten.
    path.write_bytes(path.read_bytes().replace(b'width="9"', b'width="8"'))
    assert read_history(path) is None
    made().save(path)
    assert path.read_text() == SVG
    assert read_history(path) is None


def test_an_svg_is_read_as_a_picture_of_its_size() -> None:
    drawing = made(Info())
    value = decode(encode(drawing, "svg"), "girl.svg")
    assert isinstance(value, Picture)
    assert value.size == drawing.size


def test_an_operation_is_known_by_what_it_declares() -> None:
    assert isinstance(trace, Operation)
    assert isinstance(trace(Picture(np.zeros((2, 2), np.uint8))), Drawing)
