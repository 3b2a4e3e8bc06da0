"""Normals: discs become hemispheres, lines crease, and generated truth is met."""

from __future__ import annotations

import numpy as np
import pytest

from nijigen.color._light.normals import encoded, normals_of
from nijigen.color._light.surfaces import Surfaces, surfaces_of


def disc(size: int, radius: float) -> np.ndarray:
    y, x = np.mgrid[:size, :size] + 0.5 - size / 2
    return np.asarray(np.hypot(x, y) < radius)


def flats(mask: np.ndarray, color: tuple[int, int, int] = (90, 160, 220)) -> np.ndarray:
    flat = np.zeros((*mask.shape, 4), np.uint8)
    flat[mask] = (*color, 255)
    return flat


def surfaces(flat: np.ndarray, ink: np.ndarray | None = None) -> Surfaces:
    ink = np.zeros(flat.shape[:2], np.uint8) if ink is None else ink
    return surfaces_of(flat, ink, np.zeros(flat.shape[:2], np.int32))


def test_a_disc_is_round() -> None:
    mask = disc(200, 80)
    normals = normals_of(surfaces(flats(mask)))
    assert np.allclose(np.linalg.norm(normals, axis=2), 1, atol=1e-4)
    assert normals[100, 100, 2] > 0.99
    y, x = np.mgrid[:200, :200] + 0.5 - 100
    truth = np.stack([x / 80, y / 80, np.sqrt(np.maximum(1 - (x * x + y * y) / 6400, 0))], axis=2)
    angle = np.degrees(np.arccos((normals * truth).sum(axis=2).clip(-1, 1)))[mask]
    assert np.median(angle) < 12
    assert (normals[~mask] == (0, 0, 1)).all()


def test_a_line_creases() -> None:
    mask = np.zeros((160, 160), bool)
    mask[20:140, 20:140] = True
    ink = np.zeros((160, 160), np.uint8)
    ink[20:140, 79:81] = 255
    smooth, creased = normals_of(surfaces(flats(mask))), normals_of(surfaces(flats(mask), ink))
    assert abs(smooth[80, 74, 0]) < 0.15
    assert creased[80, 74, 0] > 0.2
    assert creased[80, 86, 0] < -0.2


def test_a_short_line_is_a_feature_and_no_crease() -> None:
    mask = disc(160, 70)
    ink = np.zeros((160, 160), np.uint8)
    ink[77:83, 79:81] = 255
    plain, marked = normals_of(surfaces(flats(mask))), normals_of(surfaces(flats(mask), ink))
    assert np.allclose(plain, marked, atol=1e-4)


def test_an_eye_lies_on_the_face() -> None:
    mask = disc(160, 70)
    flat = flats(mask, (250, 220, 200))
    y, x = np.mgrid[:160, :160]
    eye = np.hypot(x - 60, y - 80) < 12
    flat[eye] = (255, 255, 255, 255)
    flat[np.hypot(x - 60, y - 80) < 6] = (20, 20, 90, 255)
    found = surfaces(flat)
    assert len(np.unique(found.zones)) == 4
    assert len(np.unique(found.bodies)) == 2
    plain = normals_of(surfaces(flats(mask, (250, 220, 200))))
    assert np.allclose(normals_of(found), plain, atol=1e-4)


def test_blurred_edges_are_no_zones() -> None:
    flat = flats(np.ones((60, 60), bool))
    flat[20:40, 20:40, :3] = (10, 200, 10)
    flat[20:40, 40, :3] = (50, 180, 115)
    flat[:, :5] = flat[:, 55:] = flat[:5] = flat[55:] = 0
    assert len(surfaces(flat).colors) == 3


def test_a_colored_background_is_no_figure() -> None:
    flat = flats(np.ones((80, 80), bool), (200, 220, 255))
    flat[disc(80, 25)] = (180, 60, 60, 255)
    assert np.array_equal(surfaces(flat).figure, disc(80, 25))


def test_generated_truth() -> None:
    """Half of all pixels of sixteen characters are met within 30 degrees."""
    from nijigen.generate import sample

    errors = []
    for seed in range(100, 116):
        drawn = sample(seed, size=256)
        figure = drawn.regions > 0
        flat = np.dstack([drawn.flat, np.where(figure, 255, 0).astype(np.uint8)])
        normals = normals_of(surfaces(flat, drawn.lines))
        truth = drawn.normals / 127.5 - 1
        truth /= np.linalg.norm(truth, axis=2, keepdims=True)
        angle = np.degrees(np.arccos((normals * truth).sum(axis=2).clip(-1, 1)))
        errors.append(float(np.median(angle[figure])))
    assert float(np.median(errors)) < 30


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 2)])
def test_any_size(shape: tuple[int, int]) -> None:
    made = encoded(normals_of(surfaces(flats(np.ones(shape, bool)))))
    assert made.shape == (*shape, 3)


def test_noise_is_answered() -> None:
    flat = np.random.default_rng(0).integers(0, 256, (200, 200, 4), np.uint8)
    assert np.isfinite(normals_of(surfaces(flat))).all()
