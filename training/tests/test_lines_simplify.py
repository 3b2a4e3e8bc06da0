"""Simplification: rough drawings have the lines of the clean ones that they were made of."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from nijigen_training.export import to_onnx
from nijigen_training.lines.extract.score import best_f1, counts
from nijigen_training.lines.simplify.clean import cut, figures
from nijigen_training.lines.simplify.rough import made_rough
from nijigen_training.lines.simplify.task import Task
from nijigen_training.recipe import load_recipe


@pytest.fixture
def task() -> Task:
    return Task(load_recipe("lines/simplify"))


@pytest.mark.parametrize("seed", range(8))
def test_made_rough(seed: int) -> None:
    ink = figures(200, np.random.default_rng(seed))
    made = made_rough(ink, 128, np.random.default_rng(seed))
    again = made_rough(ink, 128, np.random.default_rng(seed))
    np.testing.assert_array_equal(made.picture, again.picture)
    assert made.picture.shape == (128, 128, 3)
    assert made.lines.shape == (128, 128)


def test_strokes_are_where_the_lines_are() -> None:
    """What is darker, or on black paper lighter, than around is near a line more often than not."""
    found = np.zeros((17, 4), np.int64)
    for seed in range(12):
        made = made_rough(
            figures(200, np.random.default_rng(seed)), 160, np.random.default_rng(seed)
        )
        gray = made.picture.mean(axis=2).astype(np.float32)
        apart = np.abs(gray - cv2.GaussianBlur(gray, (0, 0), 8)) / 64
        found += counts(apart.clip(0, 1), made.lines > 127)
    assert best_f1(found) > 0.5


def test_cut_has_a_line() -> None:
    ink = np.zeros((300, 300), np.uint8)
    ink[100, 50:250] = 255
    for seed in range(10):
        assert cut(ink, 120, np.random.default_rng(seed)).max() > 60


def test_a_perfect_answer_costs_less(task: Task) -> None:
    lines = np.zeros((2, 1, 32, 32), np.uint8)
    lines[:, :, 16] = 255
    batch = {"picture": torch.zeros(2, 3, 32, 32), "lines": torch.from_numpy(lines)}

    class Fixed(torch.nn.Module):
        def __init__(self, sign: float) -> None:
            super().__init__()
            self.sign = sign

        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            return (batch["lines"].float() / 255 - 0.5) * 12 * self.sign

    right, wrong = (float(task.loss(Fixed(sign), batch)["loss"]) for sign in (1, -1))
    assert right < 0.05 < wrong


@pytest.mark.slow
def test_exported(task: Task) -> None:
    torch.manual_seed(0)
    network = task.network().eval()
    assert to_onnx(task, network).difference < 2e-3
    assert task.exported(network)(task.example_input()).shape == (2, 1, 64, 96)
