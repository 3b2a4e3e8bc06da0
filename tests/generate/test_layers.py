"""The layered document: named, whole, and the same drawing when it is put together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from extras import needs
from nijigen import Artwork, Group, Layer, get
from nijigen.core.drawing import Drawing

GIVEN = {"shading": "cel", "background": "plain", "glasses": "square", "headwear": "none"}


def drawn(seed: int, side: int, **settings: Any) -> Drawing:
    made = get("generate.character")(seed=seed, width=side, height=side, **GIVEN | settings)
    assert isinstance(made, Drawing)
    return made


def character_artwork(seed: int, side: int, **settings: Any) -> Artwork:
    return drawn(seed, side, **settings).artwork()


@pytest.mark.parametrize("seed", [3, 8, 21])
@pytest.mark.parametrize(
    "settings",
    [{}, {"shading": "soft"}, {"shading": "none", "background": "none"}, {"rendering": "flat"},
     {"rendering": "lines"}],
)  # fmt: skip
def test_put_together_it_is_the_drawing(seed: int, settings: dict[str, Any]) -> None:
    whole = drawn(seed, 160, **settings)
    off = np.abs(whole.artwork().flatten().rgb().pixels.astype(int) - whole.rgb().pixels)
    assert off.mean() < 1.5
    assert (off.max(axis=2) > 40).mean() < 0.015


def test_groups_and_layers_are_named() -> None:
    art = character_artwork(8, 96)
    groups = [group for group in art.layers if isinstance(group, Group)]
    assert {"background", "hair_back", "clothes", "head", "eyes", "hair_front"} <= {
        group.name for group in groups
    }
    assert len({group.name for group in groups}) == len(groups)
    for group in groups:
        assert {layer.name for layer in group.layers} <= {
            "flat", "shadow", "highlight", "blush", "details", "lines",
        }  # fmt: skip


def test_the_face_goes_on_under_the_hair() -> None:
    art = character_artwork(8, 96, hair_front="blunt")
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


def test_line_art_has_lines_on_paper_alone() -> None:
    art = character_artwork(8, 96, rendering="lines")
    assert art.layers[0].name == "paper"
    for _, layer in art.leaves():
        color = layer.pixels.pixels[layer.pixels.pixels[:, :, 3:].min(axis=2) > 0] if (
            layer.pixels.channels == 4) else layer.pixels.pixels  # fmt: skip
        assert layer.name in ("paper", "flat", "lines")
        assert layer.name != "lines" or not color[..., :3].any()
    flat = character_artwork(8, 96, rendering="flat")
    assert {layer.name for _, layer in flat.leaves()} == {"flat"}


def test_a_psd_is_read_by_others(tmp_path: Path) -> None:
    psd_tools = needs("psd_tools")
    whole = drawn(8, 96)
    whole.save(tmp_path / "girl.psd")
    document = psd_tools.PSDImage.open(tmp_path / "girl.psd")
    assert [group.name for group in document] == [group.name for group in whole.artwork().layers]
    assert all(group.is_group() for group in document)
    shown = np.asarray(document.composite(force=True).convert("RGB")).astype(int)
    assert np.abs(shown - whole.rgb().pixels).mean() < 1.5


def test_it_can_be_saved_and_opened(tmp_path: Path) -> None:
    whole = drawn(8, 64)
    for ending in ("psd", "ora", "zip"):
        whole.save(tmp_path / f"girl.{ending}")
        again = Artwork.open(tmp_path / f"girl.{ending}")
        assert [group.name for group in again.layers] == [
            group.name for group in whole.artwork().layers
        ]
