"""Compose line drawings with the part of every pixel: lines, bodies, backgrounds of many kinds."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.names import PARTS
from nijigen_training.color.parts.bodies import embodied
from nijigen_training.color.parts.pool import UNKNOWN, Drawing, Face, Map

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Example:
    """One example.

    Attributes:
        planes: What the network sees, uint8 ``(side, side, 3)``.
        parts: Index into ``PARTS``, or ``UNKNOWN``, ``(side / 2, side / 2)``.
    """

    planes: Map
    parts: Map


def composed(drawing: Drawing, side: int, rng: np.random.Generator, *, body: bool) -> Example:
    """Return a window of a drawing, its lines drawn in some manner.

    Args:
        drawing: A drawing of the pool.
        side: Side of the window.
        rng: Random generator.
        body: Whether it is a bust that may get a body.
    """
    if body and rng.random() < 0.6:
        drawing = embodied(drawing, rng)
    ink = _lines(drawing, rng)
    faces = drawing.faces
    if faces:
        face = faces[int(rng.integers(len(faces)))]
        across = face.box[2] - face.box[0]
        target = side * float(np.exp(rng.uniform(np.log(0.16), np.log(0.6))))
        scale = target / max(across, 4.0)
        middle = (face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2
        # A window that the whole figure fits into begins above the head.
        reach = max(0.0, 0.5 - 0.55 * target / side)
        to = (
            side * (0.5 + reach * rng.uniform(-0.8, 0.8)),
            side * (0.5 + reach * rng.uniform(-1, 0.6)),
        )
    else:
        height, width = ink.shape
        scale = side / max(height, width) * float(np.exp(rng.uniform(-0.1, 1.0)))
        middle = float(rng.uniform(0.3, 0.7)) * width, float(rng.uniform(0.3, 0.7)) * height
        to = (side / 2, side / 2)
    angle = np.deg2rad(rng.normal(0, 8))
    flip = -1.0 if rng.random() < 0.5 else 1.0
    stretch = float(np.exp(rng.normal(0, 0.06)))
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[cos * flip * stretch, -sin], [sin * flip * stretch, cos]])
    shift = np.array(to) - turn @ np.array(middle)
    move = np.column_stack([turn, shift])
    return Example(
        _planes(_warped(ink, move, scale, side), faces, move, side, rng),
        _labels(drawing, move, side),
    )


def _warped(ink: Map, move: NDArray[np.float64], scale: float, side: int) -> Floats:
    """Return lines in the window as :func:`nijigen.color._parts.view.seen` reduces them."""
    wide = np.asarray(ink, np.uint8)
    while scale < 0.6:
        # Half mean, half maximum, so that thin lines survive.
        half = (max(1, wide.shape[1] // 2), max(1, wide.shape[0] // 2))
        most = cv2.dilate(wide, np.ones((2, 2), np.uint8), anchor=(0, 0))
        most = cv2.resize(most, half, interpolation=cv2.INTER_NEAREST)
        mean = cv2.resize(wide, half, interpolation=cv2.INTER_AREA)
        wide = cv2.addWeighted(mean, 0.5, most, 0.5, 0)
        move = move @ np.diag([2.0, 2.0, 1.0])
        scale *= 2
    warped = cv2.warpAffine(wide, move[:2], (side, side), flags=cv2.INTER_LINEAR)
    return warped.astype(np.float32)


def _labels(drawing: Drawing, move: NDArray[np.float64], side: int) -> Map:
    half = move.copy()
    half[:2] /= 2
    # Beyond the paper there is nothing.
    outside = PARTS.index("background") if drawing.whole else UNKNOWN
    labels = cv2.warpAffine(
        drawing.parts, half[:2], (side // 2, side // 2), flags=cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_CONSTANT, borderValue=int(outside),
    )  # fmt: skip
    return np.asarray(labels, np.uint8)


def _planes(
    ink: Floats, faces: tuple[Face, ...], move: NDArray[np.float64], side: int,
    rng: np.random.Generator,
) -> Map:  # fmt: skip
    ink = _roughened(ink, rng)
    mask = np.zeros((side, side), np.uint8)
    if rng.random() < 0.85:
        for face in faces:
            left, top, right, bottom = face.box
            size = right - left
            jitter = rng.normal(0, 0.05, 4) * size
            x, y = move @ (((left + right) / 2 + jitter[0]), ((top + bottom) / 2 + jitter[1]), 1)
            radius = size * np.sqrt(abs(np.linalg.det(move[:, :2]))) / 2
            radius *= float(np.exp(rng.normal(0, 0.06)))
            cv2.circle(mask, (round(float(x)), round(float(y))), max(1, round(radius)), 255, -1)
    paper = (255 - ink).clip(0, 255).astype(np.uint8)
    return np.dstack([paper, paper, 255 - mask])


def _lines(drawing: Drawing, rng: np.random.Generator) -> Map:
    """Return the lines of a drawing: its own, or taken out of its colored picture."""
    if drawing.picture is None or (drawing.exact and rng.random() < 0.6):
        return drawing.ink
    if not drawing.exact and rng.random() < 0.5:
        return drawing.ink
    gray = cv2.cvtColor(drawing.picture, cv2.COLOR_RGB2GRAY)
    sigma = float(rng.uniform(1.0, 3.0))
    high = cv2.GaussianBlur(gray, (0, 0), sigma).astype(np.float32) - gray
    made = (high - rng.uniform(1, 8)) * float(rng.uniform(4, 14))
    lines: Map = made.clip(0, 255).astype(np.uint8)
    if drawing.exact and rng.random() < 0.3:
        lines = np.maximum(lines, drawing.ink)
    return lines


def _roughened(ink: Floats, rng: np.random.Generator) -> Floats:
    """Draw lines thicker, thinner, fainter, unevenly, with gaps, hatching, clutter or noise."""
    height, width = ink.shape
    chance = rng.random()
    if chance < 0.2:
        ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
    elif chance < 0.4:
        ink = cv2.GaussianBlur(ink, (0, 0), float(rng.uniform(0.4, 0.8))) * 1.5
    elif chance < 0.55:
        ink = (ink - 60) * 1.3
    if rng.random() < 0.35:
        cell = (int(rng.integers(3, 9)), int(rng.integers(3, 9)))
        uneven = rng.uniform(0.1, 1.4, cell).astype(np.float32)
        ink = ink * cv2.resize(uneven, (width, height)).clip(0, 1)
    if rng.random() < 0.25:
        for _ in range(int(rng.integers(1, 12))):
            at = int(rng.integers(width)), int(rng.integers(height))
            cv2.circle(ink, at, int(rng.integers(1, 4)), 0.0, -1)
    if rng.random() < 0.12:
        ink = np.maximum(ink, _hatching(height, width, rng))
    if rng.random() < 0.2:
        for _ in range(int(rng.integers(1, 5))):
            points = rng.uniform(-0.2, 1.2, (4, 2)) * (width, height)
            curve = points.astype(np.int32).reshape(-1, 1, 2)
            cv2.polylines(ink, [curve], bool(rng.random() < 0.3), float(rng.uniform(90, 255)), 1)
    ink = ink.clip(0, 255) * np.float32(rng.uniform(0.45, 1.0))
    if rng.random() < 0.4:
        noise = rng.normal(0, rng.uniform(2, 22), ink.shape).astype(np.float32)
        ink = ink + np.maximum(noise, 0)
    return np.asarray(ink, np.float32)


def _hatching(height: int, width: int, rng: np.random.Generator) -> Floats:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, cell = rng.uniform(0, np.pi), rng.uniform(3, 7)
    wave = np.abs(((np.cos(angle) * x + np.sin(angle) * y) / cell) % 1 - 0.5) * cell
    strokes = (1.0 - wave).clip(0, 1) * 200
    spot = np.zeros((height, width), np.float32)
    at = int(rng.integers(width)), int(rng.integers(height))
    axes = int(rng.integers(6, 40)), int(rng.integers(6, 40))
    cv2.ellipse(spot, at, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    return np.asarray(strokes * spot, np.float32)
