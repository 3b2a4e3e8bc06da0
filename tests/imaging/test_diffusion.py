"""Membranes have their analytic shape, and nothing crosses a border."""

from __future__ import annotations

import numpy as np
import pytest

from nijigen.imaging.diffusion import enlarged, membrane, smoothed


def test_a_membrane_on_a_disc_is_a_paraboloid() -> None:
    y, x = np.mgrid[:128, :128] - 63.5
    mask = np.hypot(x, y) < 50
    u = membrane(
        mask.astype(np.int32), np.zeros((128, 128), np.float32), mask.astype(np.float32),
        clamped=True,
    )  # fmt: skip
    # laplace(u) = -1 has the solution (r^2 - x^2) / 4.
    assert u[64, 64] == pytest.approx(625, rel=0.1)
    assert u[64, 64 + 25] == pytest.approx(625 * 0.75, rel=0.12)
    assert u[~mask].max() < 31


def test_a_free_membrane_keeps_a_constant() -> None:
    labels = (np.arange(60)[None, :] // 30 + np.zeros((40, 1), int)).astype(np.int32)
    pull = np.full((40, 60), 0.01, np.float32)
    u = membrane(labels, pull, pull * (labels + 1), clamped=False)
    assert np.abs(u - labels - 1).max() < 0.1
    assert np.abs(u - labels - 1).mean() < 0.03


def test_nothing_is_mixed_across_a_border() -> None:
    labels = np.zeros((20, 20), np.int32)
    labels[:, 10:] = 1
    field = labels.astype(np.float32)
    assert np.array_equal(smoothed(field, labels, 3), field)
    fine = np.repeat(np.repeat(labels, 3, 0), 3, 1)
    assert np.allclose(enlarged(field[:, :, None], labels, fine)[:, :, 0], fine, atol=1e-3)
