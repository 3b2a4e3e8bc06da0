"""Classical line filters, as lines.py compares them: an RGB picture in, ink in 0..1 out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Ink = NDArray[np.float32]


def gray(picture: Pixels) -> Ink:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255


def high_pass(picture: Pixels) -> Ink:
    """What is darker than around it: the preprocessing of sketchKeras."""
    light = gray(picture)
    return np.clip(4 * (cv2.GaussianBlur(light, (0, 0), 3) - light), 0, 1)


def xdog(picture: Pixels) -> Ink:
    """Extended difference of Gaussians: Winnemöller 2011."""
    light = gray(picture)
    fine, coarse = (cv2.GaussianBlur(light, (0, 0), s) for s in (0.8, 0.8 * 1.6))
    sharp = 21 * fine - 20 * coarse
    return np.where(sharp >= 0.62, 0, -np.tanh(10 * (sharp - 0.62))).astype(np.float32)


def flow_dog(picture: Pixels) -> Ink:
    """Difference of Gaussians across the flow of edges, averaged along it: Kang 2007.

    The flow is that of the smoothed structure tensor: Kyprianidis and Döllner 2008.
    """
    light = gray(picture)
    across = _flow(light)
    along = np.dstack([-across[:, :, 1], across[:, :, 0]])
    height, width = light.shape
    places = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    response = np.zeros_like(light)
    for offset, weight in _difference(1.0, 1.6, 0.99):
        response += weight * _read(light, places + across * offset)
    total = response.copy()
    weights = 1.0
    for sign in (-1, 1):
        at, direction = places, along * np.float32(sign)
        for step in range(1, 9):
            at = at + direction
            turned = np.dstack([_read(along[:, :, k], at) for k in range(2)])
            same = np.sign((turned * direction).sum(axis=2, keepdims=True))
            direction = turned * np.where(same == 0, 1, same)
            weight = float(np.exp(-(step**2) / (2 * 3.0**2)))
            total += weight * _read(response, at)
            weights += weight
    return np.clip(np.tanh(-20 * total / weights), 0, 1).astype(np.float32)


def canny(picture: Pixels) -> Ink:
    """Edges, inked by the highest threshold at which they are found."""
    light = cv2.GaussianBlur((gray(picture) * 255).astype(np.uint8), (0, 0), 1)
    found = np.zeros(light.shape, np.float32)
    for threshold in np.arange(0.1, 0.95, 0.05):
        edges = cv2.Canny(light, 150 * threshold, 300 * threshold)
        found[edges > 0] = threshold + 0.03
    return found


def _flow(light: Ink) -> Ink:
    """Return the unit vectors across edges, ``(H, W, 2)``."""
    x, y = (cv2.Sobel(light, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    xx, xy, yy = (cv2.GaussianBlur(p, (0, 0), 2) for p in (x * x, x * y, y * y))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.dstack([np.cos(angle), np.sin(angle)]).astype(np.float32)


def _difference(fine: float, coarse: float, share: float) -> list[tuple[float, float]]:
    offsets = np.arange(-5, 6, dtype=np.float64)
    first, second = (np.exp(-(offsets**2) / (2 * sigma**2)) for sigma in (fine, coarse))
    weights = first / first.sum() - share * second / second.sum()
    return list(zip(offsets.tolist(), weights.tolist(), strict=True))


def _read(plane: Ink, places: Ink) -> Ink:
    x, y = (np.ascontiguousarray(places[:, :, k], np.float32) for k in range(2))
    return cv2.remap(
        np.ascontiguousarray(plane), x, y, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE
    )
