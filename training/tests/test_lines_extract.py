"""Lines: pictures are composed with exact lines, kinds apart, and the score finds what is near."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from nijigen_training.export import to_onnx
from nijigen_training.lines.extract import pool
from nijigen_training.lines.extract.compose import KINDS, composed
from nijigen_training.lines.extract.net import HighPass
from nijigen_training.lines.extract.pool import Maps, draw, draw_block, maps_of
from nijigen_training.lines.extract.score import best_f1, counts
from nijigen_training.lines.extract.task import Task
from nijigen_training.recipe import load_recipe


@pytest.fixture(scope="module")
def maps() -> Maps:
    return draw(7)


@pytest.fixture
def task() -> Task:
    return Task(load_recipe("lines/extract"))


def test_contour_and_interior_share_no_line(maps: Maps) -> None:
    both = (maps.contour > 0) & (maps.interior > 0)
    assert not both.any()
    # The outline of the hair is contour, what is drawn in the face is not.
    assert (maps.contour[maps.objects == 0] > 0).any()
    eyes = (maps.objects == 2) & (maps.interior == 255)
    assert eyes.sum() > 200


def test_pool_is_read_as_it_was_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_TRAINING_CACHE", str(tmp_path))
    monkeypatch.setattr(pool, "BLOCK", 1)
    drawn, read = draw(pool.FIRST_SEED), maps_of(draw_block(0), str(pool.FIRST_SEED))
    for name, plane in vars(drawn).items():
        np.testing.assert_array_equal(plane, getattr(read, name), err_msg=name)


@pytest.mark.parametrize("seed", range(6))
def test_composed(maps: Maps, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "nijigen_training.lines.extract.compose._background",
        lambda size, rng, part: (np.full((*size, 3), 250, np.float32), np.ones(size, bool)),
    )
    made = composed(maps, 96, np.random.default_rng(seed))
    again = composed(maps, 96, np.random.default_rng(seed))
    np.testing.assert_array_equal(made.picture, again.picture)
    assert made.picture.shape == (96, 96, 3)
    assert made.lines.shape == (96, 96, len(KINDS))
    assert made.lines[:, :, :2].any()


def test_high_pass_of_constant_areas_is_zero() -> None:
    seen = HighPass()(torch.full((1, 3, 40, 40), 0.3))
    torch.testing.assert_close(seen[:, 1:], torch.zeros(1, 3, 40, 40), atol=1e-5, rtol=0)


@pytest.mark.parametrize(("shift", "least", "most"), [(0, 1, 1), (2, 1, 1), (6, 0, 0.01)])
def test_score_counts_what_is_within_two_pixels(shift: int, least: float, most: float) -> None:
    truth = np.zeros((40, 40), bool)
    truth[20] = True
    found = np.roll(truth, shift, axis=0).astype(np.float32)
    assert least <= best_f1(counts(found, truth)) <= most


@pytest.mark.slow
def test_exported(task: Task) -> None:
    torch.manual_seed(0)
    network = task.network().eval()
    assert to_onnx(task, network).difference < 2e-3
    with torch.no_grad():
        coverage = task.exported(network)(task.example_input())
    assert coverage.shape == (2, len(KINDS), 64, 96)
    assert 0 <= float(coverage.min()) <= float(coverage.max()) <= 1
