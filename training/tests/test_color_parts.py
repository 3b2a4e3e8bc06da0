"""Parts: characters keep their parts in every window, bodies are put below busts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from nijigen.color._parts.names import PARTS
from nijigen_training.color.parts.bodies import embodied
from nijigen_training.color.parts.compose import composed
from nijigen_training.color.parts.net import PartNet
from nijigen_training.color.parts.pool import UNKNOWN, Drawing, Face, drawn
from nijigen_training.color.parts.task import Task
from nijigen_training.efficientnet import EfficientNet
from nijigen_training.recipe import load_recipe


@pytest.fixture(scope="module")
def bust() -> Drawing:
    return drawn(4_000_100, size=192)


def test_a_character_has_its_parts(bust: Drawing) -> None:
    found = {PARTS[part] for part in np.unique(bust.parts).tolist()}
    assert {"background", "hair", "skin", "iris", "top"} <= found
    left, top, right, bottom = bust.faces[0].box
    face = bust.parts[int(top) : int(bottom), int(left) : int(right)]
    assert (face == PARTS.index("skin")).mean() > 0.2


def test_a_body_is_below_the_bust(bust: Drawing) -> None:
    made = embodied(bust, np.random.default_rng(2))
    height = len(bust.parts)
    assert len(made.parts) > height
    assert made.ink.shape == made.parts.shape
    np.testing.assert_array_equal(made.parts[:height], bust.parts)
    below = {PARTS[part] for part in np.unique(made.parts[height:]).tolist()}
    assert {"top", "skin"} <= below


@pytest.mark.parametrize("seed", range(4))
def test_windows_are_reproducible(bust: Drawing, seed: int) -> None:
    made, again = (composed(bust, 96, np.random.default_rng(seed), body=True) for _ in range(2))
    np.testing.assert_array_equal(made.planes, again.planes)
    assert made.planes.shape == (96, 96, 3)
    assert made.parts.shape == (48, 48)
    assert set(np.unique(made.parts).tolist()) <= {*range(len(PARTS)), UNKNOWN}


def test_labels_move_with_the_lines() -> None:
    """A square of ink with its own part: the window's labels lie within its lines."""
    ink, parts = np.zeros((128, 128), np.uint8), np.zeros((128, 128), np.uint8)
    parts[48:80, 48:80] = PARTS.index("top")
    ink[48:80, 48:80] = 255
    square = Drawing(ink, parts, None, (Face((48.0, 48.0, 80.0, 80.0)),))
    for seed in range(6):
        made = composed(square, 96, np.random.default_rng(seed), body=False)
        labelled = made.parts == PARTS.index("top")
        if labelled.sum() < 30:
            continue
        dark = made.planes[1::2, 1::2, 0] < 200
        assert dark[labelled].mean() > dark[~labelled].mean() + 0.3


def test_unknown_pixels_teach_nothing(bust: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EfficientNet, "load_photographs", lambda self: None)
    task = Task(load_recipe("color/parts"))
    torch.manual_seed(1)
    network = PartNet(8, 3).eval()
    window = composed(bust, 64, np.random.default_rng(1), body=False)
    planes = torch.from_numpy(window.planes).permute(2, 0, 1)[None].float() / 255
    known = torch.from_numpy(window.parts)[None].clone()
    hidden = known.clone()
    hidden[:, :16] = UNKNOWN
    part, whole = (
        task.loss(network, {"picture": planes, "parts": parts})["loss"] for parts in (hidden, known)
    )
    with torch.no_grad():
        scores = network(planes)[:, :, 16:]
    weights = torch.tensor(task.recipe.loss["parts"])
    lower = torch.nn.functional.cross_entropy(
        scores, known[:, 16:].long(), weights, label_smoothing=0.02
    )
    assert part.item() == pytest.approx(lower.item(), rel=1e-4)
    assert part != whole


def test_a_bust_that_floats_gets_no_body(bust: Drawing) -> None:
    floating = replace(bust, parts=np.vstack([bust.parts[:-1], np.zeros((1, 192), np.uint8)]))
    assert embodied(floating, np.random.default_rng(1)) is floating
