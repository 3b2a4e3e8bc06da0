"""Degradations: effects of printing, scanning, compression and unusual lighting."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen_training.data.labelled import Pixels

GRAY_SHARE = 0.22
SCREEN_SHARE = 0.4
"""Share of gray pictures that are printed with a halftone screen."""


def degraded(pixels: Pixels, rng: np.random.Generator, gray: float = GRAY_SHARE) -> Pixels:
    """Return a picture in other colors, gray, printed, blurred, noisy or strongly compressed.

    Args:
        pixels: uint8 ``(H, W, 3)``; not modified.
        rng: Random generator.
        gray: Share of pictures that are converted to gray.
    """
    if rng.random() < gray:
        pixels = _printed(_gray(pixels, rng), rng)
    elif rng.random() < 0.65:
        pixels = recolored(pixels, rng)
    chance = rng.random()
    if chance < 0.07:
        pixels = _against_light(pixels, rng)
    elif chance < 0.10:
        pixels = _tinted(pixels, rng)
    elif chance < 0.11:
        pixels = 255 - pixels
    if rng.random() < 0.2:
        pixels = _softened(pixels, rng)
    if rng.random() < 0.12:
        pixels = _noisy(pixels, rng)
    if rng.random() < 0.25:
        pixels = saved(pixels, int(rng.integers(20, 85)))
    return pixels


def recolored(pixels: Pixels, rng: np.random.Generator, strength: float = 1.0) -> Pixels:
    """Shift saturation, balance, contrast and brightness; sometimes rotate the hue."""
    if rng.random() < 0.2 * strength:
        pixels = np.ascontiguousarray(pixels[:, :, rng.permutation(3)])
    light = luma(pixels)
    saturation = 1 + strength * float(rng.uniform(-0.6, 0.5))
    mixed = cv2.addWeighted(
        pixels, saturation, cv2.cvtColor(light, cv2.COLOR_GRAY2RGB), 1 - saturation, 0
    )
    steps = np.arange(256, dtype=np.float32) / 255
    tables = []
    gamma = float(np.exp(strength * rng.uniform(-0.5, 0.5)))
    contrast, lift = 1 + strength * rng.uniform(-0.35, 0.25), strength * rng.uniform(-0.12, 0.12)
    for _ in range(3):
        gain = 1 + strength * rng.uniform(-0.12, 0.12)
        tables.append(((steps**gamma - 0.5) * contrast * gain + 0.5 + lift) * 255)
    return _through(np.asarray(mixed, np.uint8), np.stack(tables, axis=1))


def luma(pixels: Pixels) -> NDArray[np.uint8]:
    """Return gray, uint8 ``(H, W)``."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def saved(pixels: Pixels, quality: int) -> Pixels:
    """Return a picture after JPEG compression."""
    _, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def screened(
    light: NDArray[np.uint8], cell: float, degrees: float, lines: bool
) -> NDArray[np.uint8]:
    """Print gray as ink dots, or lines, on paper: uint8 ``(H, W)``, with soft edges.

    Nearly black and nearly white areas stay solid, as in manga.
    """
    threshold = _screen(light.shape[0], light.shape[1], round(cell, 1), round(degrees), lines)
    value = light.astype(np.int16)
    printed = ((value - threshold) * 4 + 128).clip(0, 255).astype(np.uint8)
    printed[light < 45] = 0
    printed[light > 225] = 255
    return printed


@lru_cache(maxsize=24)
def _screen(height: int, width: int, cell: float, degrees: int, lines: bool) -> NDArray[np.int16]:
    angle = np.deg2rad(degrees)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) * np.float32(2 * np.pi / cell)
    u = np.cos(angle) * x + np.sin(angle) * y
    v = np.cos(angle) * y - np.sin(angle) * x
    wave = np.cos(u) if lines else (np.cos(u) + np.cos(v)) / 2
    return (128 + 105 * wave).astype(np.int16)


def _gray(pixels: Pixels, rng: np.random.Generator) -> NDArray[np.uint8]:
    if rng.random() < 0.3:
        # Weights other than luma's: films and filters differ.
        weights = rng.dirichlet((2.0, 3.0, 1.5)).astype(np.float32)
        light = np.asarray(cv2.transform(pixels, weights[None, :]), np.uint8).reshape(
            pixels.shape[:2]
        )
    else:
        light = luma(pixels)
    steps = np.arange(256, dtype=np.float32) / 255
    gamma = float(np.exp(rng.uniform(-0.6, 0.5)))
    contrast = rng.uniform(0.7, 1.8)
    table = (((steps**gamma - 0.5) * contrast + 0.5) * 255).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(light, table), np.uint8)


def _printed(light: NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    chance = rng.random()
    if chance < SCREEN_SHARE:
        # Few screens, so that they can be cached: cells of 2 to 5 px at 3 angles.
        cell = float(rng.choice((2.0, 2.5, 3.0, 3.5, 4.0, 5.0)))
        tone = screened(light, cell, float(rng.choice((45, 30, 15))), bool(rng.random() < 0.15))
        share = rng.uniform(0.5, 1.0)
        light = np.asarray(cv2.addWeighted(tone, share, light, 1 - share, 0), np.uint8)
    elif chance < SCREEN_SHARE + 0.15:
        # Lines only: pixels darker than their surroundings.
        around = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(1.5, 4)))
        light = np.asarray(cv2.divide(light, np.maximum(around, 1), scale=250), np.uint8)
        if rng.random() < 0.5:
            light = ((light.astype(np.int16) - 190) * 3 + 128).clip(0, 255).astype(np.uint8)
    elif chance < SCREEN_SHARE + 0.22:
        light = np.where(light > rng.integers(80, 170), 255, 0).astype(np.uint8)
    return np.asarray(cv2.cvtColor(light, cv2.COLOR_GRAY2RGB), np.uint8)


def _against_light(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return a dark or pale picture with low contrast and a color cast."""
    steps = np.arange(256, dtype=np.float32)[:, None] / 255
    cast = rng.uniform(0.6, 1.0, 3)
    if rng.random() < 0.7:
        table = steps ** rng.uniform(1.0, 2.0) * rng.uniform(0.2, 0.6) * cast
    else:
        table = 1 - (1 - steps) * rng.uniform(0.2, 0.6) * cast
    return _through(pixels, table * 255)


def _tinted(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Map to a gradient from a dark to a light color, as in sepia and duotones."""
    dark, bright = rng.uniform(0, 90, 3), rng.uniform(150, 255, 3)
    steps = np.arange(256, dtype=np.float32)[:, None] / 255
    light = cv2.cvtColor(luma(pixels), cv2.COLOR_GRAY2RGB)
    return _through(np.asarray(light, np.uint8), dark + (bright - dark) * steps)


def _softened(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), float(rng.uniform(0.5, 1.6))), np.uint8)
    height, width = pixels.shape[:2]
    factor = rng.uniform(0.35, 0.8)
    size = (max(1, int(width * factor)), max(1, int(height * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    method = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(small, (width, height), interpolation=method), np.uint8)


def _noisy(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    # Signed bytes take a tenth of the time of normally distributed floats.
    height, width = pixels.shape[:2]
    grain = rng.integers(-128, 128, (height, width, 1), np.int8).astype(np.int16)
    strength = int(rng.integers(4, 26))
    result = pixels.astype(np.int16) + grain * strength // 128
    return result.clip(0, 255).astype(np.uint8)


def _through(pixels: Pixels, tables: NDArray[np.floating]) -> Pixels:
    table = tables.clip(0, 255).astype(np.uint8).reshape(1, 256, 3)
    return np.asarray(cv2.LUT(pixels, table), np.uint8)
