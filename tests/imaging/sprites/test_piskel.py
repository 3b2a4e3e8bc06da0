from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from nijigen import Animation, Artwork, Group, Layer
from nijigen.core.errors import BadPicture, PictureTooLarge
from nijigen.imaging.files import decode, encode
from nijigen.imaging.losses import losses
from pictures import animation, artwork, drawing


def sheet(width: int = 6, height: int = 4) -> str:
    data = encode(drawing(width, height), "png")
    return "data:image/png;base64," + base64.b64encode(data).decode()


def piskel(*layers: dict[str, object], hidden: tuple[int, ...] = ()) -> bytes:
    known = {
        "name": "a", "description": "", "fps": 8, "width": 3, "height": 2,
        "layers": [json.dumps(layer) for layer in layers], "hiddenFrames": hidden,
    }  # fmt: skip
    return json.dumps({"modelVersion": 2, "piskel": known}).encode()


def test_a_sheet_of_columns_and_rows() -> None:
    chunk = {"layout": [[0, 1], [2, 3]], "base64PNG": sheet()}
    value = decode(piskel({"name": "a", "opacity": 1, "frameCount": 4, "chunks": [chunk]}))
    assert isinstance(value, Animation)
    whole = drawing(6, 4).pixels
    parts = [whole[:2, :3], whole[2:, :3], whole[:2, 3:], whole[2:, 3:]]
    assert all(map(np.array_equal, (frame.pixels for frame in value.frames), parts))
    assert set(value.durations) == {125}


def test_the_older_form_with_hidden_frames() -> None:
    layer = {"name": "a", "opacity": 0.5, "frameCount": 2, "base64PNG": sheet(6, 2)}
    value = decode(piskel(layer, hidden=(0,)))
    assert isinstance(value, Artwork)
    (found,) = value.layers
    assert isinstance(found, Layer)
    assert found.opacity == 0.5
    assert np.array_equal(found.pixels.pixels[:, :, :3], drawing(6, 2).pixels[:, 3:])


def test_frames_come_back_and_uneven_times_are_noted() -> None:
    moving = animation(4, 4)
    value = decode(encode(moving, "piskel"))
    assert isinstance(value, Animation)
    assert len(set(value.durations)) == 1
    for found, made in zip(value.frames, moving.frames, strict=True):
        seen = made.pixels[:, :, 3:] > 0
        assert np.array_equal(found.pixels * seen, made.pixels * seen)
    assert [note.kind for note in losses(moving, "piskel")] == ["frames"]


def test_layers_come_back_without_groups() -> None:
    group = Group("g", (Layer("a", drawing(5, 5), -2, 1, opacity=0.5),), opacity=0.5)
    value = decode(encode(Artwork((8, 8), (group, Layer("b", drawing(3, 3), 6, 6))), "piskel"))
    assert isinstance(value, Artwork)
    assert [(one.name, one.opacity) for _, one in value.leaves()] == [("a", 0.25), ("b", 1)]
    assert {note.text for note in losses(artwork(), "piskel")} == {
        "some blend modes became normal: Piskel does not have them",
        "clipping of layers was baked into their pixels: Piskel has none",
        "groups were dissolved: Piskel has none",
    }


def test_bombs_and_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = {"layout": [[0], [1], [2]], "base64PNG": sheet()}
    layer = {"name": "a", "frameCount": 3, "chunks": [chunk]}
    with pytest.raises(BadPicture, match="smaller than its frames"):
        decode(piskel(layer))
    with pytest.raises(BadPicture, match="no PNG"):
        decode(piskel({**layer, "chunks": [{**chunk, "base64PNG": "https://a/b.png"}]}))
    with pytest.raises(BadPicture, match="makes no sense"):
        decode(b'{"modelVersion": 2, "piskel": []}')
    monkeypatch.setenv("NIJIGEN_MAX_PIXELS", "20")
    with pytest.raises(PictureTooLarge, match="all cels together"):
        decode(piskel(layer))
