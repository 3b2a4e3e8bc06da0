"""The layered document: named, whole, and the same drawing when it is put together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nijigen import get
from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.generate import character_artwork

GIVEN = {"shading": "cel", "background": "plain", "glasses": "square", "headwear": "none"}


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_put_together_it_is_the_drawing(seed: int) -> None:
    art = character_artwork(seed, width=160, height=160, given=GIVEN)
    whole = get("generate.character")(seed=seed, width=160, height=160, **GIVEN)
    off = np.abs(art.flatten().rgb().pixels.astype(int) - whole.pixels)
    assert off.mean() < 1.5
    assert (off.max(axis=2) > 40).mean() < 0.015


def test_groups_and_layers_are_named() -> None:
    art = character_artwork(8, width=96, height=96, given=GIVEN)
    groups = [group for group in art.layers if isinstance(group, Group)]
    assert {"background", "hair_back", "clothes", "head", "eyes", "hair_front"} <= {
        group.name for group in groups
    }
    assert len({group.name for group in groups}) == len(groups)
    for group in groups:
        assert {layer.name for layer in group.layers} <= {
            "flat", "shadow", "highlight", "blush", "lines",
        }  # fmt: skip


def test_the_face_goes_on_under_the_hair() -> None:
    given = {**GIVEN, "hair_front": "blunt"}
    art = character_artwork(8, width=96, height=96, given=given)
    head = next(group for group in art.layers if group.name == "head")
    assert isinstance(head, Group)
    flat = next(layer for layer in _leaves(head) if layer.name == "flat")
    eyes = next(group for group in art.layers if group.name == "eyes")
    assert isinstance(eyes, Group)
    # The forehead is painted well above of the eyes.
    assert flat.top < min(layer.top for layer in _leaves(eyes)) - 12


def _leaves(group: Group) -> Iterator[Layer]:
    for layer in group.layers:
        if isinstance(layer, Layer):
            yield layer


def test_it_can_be_saved(tmp_path: Path) -> None:
    art = character_artwork(8, width=64, height=64, given=GIVEN)
    art.save(tmp_path / "girl.psd")
    again = Artwork.open(tmp_path / "girl.psd")
    assert [group.name for group in again.layers] == [group.name for group in art.layers]
