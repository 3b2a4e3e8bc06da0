"""Bodies for busts: generated characters end at the chest, real figures do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.names import PARTS
from nijigen_training.color.parts.pool import Drawing, Map

BACKGROUND, HAIR, SKIN, TOP, BOTTOM, SHOES = (
    PARTS.index(name) for name in ("background", "hair", "skin", "top", "bottom", "shoes")
)
BARE = 0.65
"""How often a lower arm is bare, and then the upper one."""
FINGERS = 5
FOLDS = 7
"""Most folds drawn into one garment."""

Points = NDArray[np.float64]
Place = Callable[[float, float], tuple[float, float]]
"""Places a point across and down the leaning body."""


def embodied(bust: Drawing, rng: np.random.Generator) -> Drawing:
    """Return a bust continued downwards: arms, torso, skirt or trousers, legs, shoes.

    A bust that does not reach the lower edge is returned unchanged.
    """
    height, width = bust.parts.shape
    cloth = np.flatnonzero(np.isin(bust.parts[-1], (TOP, SKIN)))
    if len(cloth) < width // 8:
        return bust
    left, right = float(cloth[0]), float(cloth[-1])
    wide = right - left
    length = int(wide * rng.uniform(0.6, 3.6))
    canvas = _Canvas(height + length, width, height)
    middle, shoulders = (left + right) / 2, wide / 2
    lean = float(rng.normal(0, 0.12))
    hip = height + wide * float(rng.uniform(0.35, 0.9))
    waist = shoulders * float(rng.uniform(0.45, 0.75))
    hips = waist * float(rng.uniform(1.0, 1.45))

    def at(x: float, y: float) -> tuple[float, float]:
        return middle + x + lean * (y - height), y

    legs_end = height + wide * float(rng.uniform(1.6, 3.2))
    _legs(canvas, at, hips, hip, legs_end, rng)
    chest, belly = height - wide * 0.3, (height + hip) / 2
    half = [(shoulders * 0.9, chest), (waist, belly), (hips, hip)]
    torso = [at(-x, y) for x, y in half] + [at(x, y) for x, y in reversed(half)]
    if rng.random() < 0.75:
        long = float(rng.choice([0.25, 0.45, 0.8, 1.5, 2.2])) * wide
        flare = hips * float(rng.uniform(1.1, 2.8))
        hem = hip + long
        skirt = [at(-hips, hip - 3), at(-flare, hem), at(-flare * 0.3, hem + wide * 0.05),
                 at(flare * 0.4, hem + wide * 0.04), at(flare, hem), at(hips, hip - 3)]  # fmt: skip
        # A dress is one garment with its top.
        canvas.fill(skirt, TOP if rng.random() < 0.4 else BOTTOM, rng)
    canvas.fill(torso, TOP, rng)
    _arms(canvas, middle, shoulders, height, wide, rng)
    if rng.random() < 0.5:
        _strands(canvas, bust, rng)
    parts = np.vstack([bust.parts, canvas.parts[height:]])
    ink = np.vstack([bust.ink, canvas.ink[height:]])
    # The bust's own lowest rows are drawn over the joint.
    return replace(bust, parts=parts, ink=ink, picture=None)


class _Canvas:
    """Parts and lines that polygons are painted into, later ones on top."""

    def __init__(self, height: int, width: int, top: int) -> None:
        self.parts: Map = np.full((height, width), BACKGROUND, np.uint8)
        self.ink: Map = np.zeros((height, width), np.uint8)
        self.top = top

    def fill(self, corners: list[tuple[float, float]], part: int, rng: np.random.Generator) -> None:
        """Paint a closed smooth outline, with folds if it is cloth."""
        outline = _smooth(np.array(corners))
        cv2.fillPoly(self.parts, [outline], part)
        cv2.fillPoly(self.ink, [outline], 0)
        if part in (TOP, BOTTOM):
            self._fold(outline, rng)
        cv2.polylines(self.ink, [outline], True, 255, int(rng.integers(1, 4)), cv2.LINE_AA)

    def _fold(self, outline: NDArray[np.int32], rng: np.random.Generator) -> None:
        inside = np.zeros(self.ink.shape, np.uint8)
        cv2.fillPoly(inside, [outline], 1)
        x, y, width, height = cv2.boundingRect(outline)
        strokes = np.zeros(self.ink.shape, np.uint8)
        for _ in range(int(rng.integers(0, FOLDS))):
            start = rng.uniform((x, y), (x + width, y + height))
            step = rng.normal(0, 1, 2) * (0.08, 0.3) * (width, height)
            bend = rng.normal(0, 0.05, 2) * (width, height)
            curve = _smooth(np.array([start, start + step / 2 + bend, start + step]), closed=False)
            cv2.polylines(strokes, [curve], False, 255, 1, cv2.LINE_AA)
        self.ink = np.maximum(self.ink, strokes * inside)


def _legs(
    canvas: _Canvas, at: Place, hips: float, hip: float, end: float, rng: np.random.Generator
) -> None:
    trousers = rng.random() < 0.35
    knee = (hip + end) / 2
    for side in (-1, 1):
        stand, bend = float(rng.normal(0.55, 0.25)) * hips, float(rng.normal(0, 0.15)) * hips
        thick = hips * float(rng.uniform(0.4, 0.55))
        thin = thick * float(rng.uniform(0.45, 0.9) if not trousers else rng.uniform(0.7, 1.2))
        x = side * hips * 0.5
        half = [(x, thick, hip - 4), (side * stand + bend, thick * 0.75, knee)]
        half.append((side * stand, thin * 0.6, end))
        outline = [at(middle - wide, y) for middle, wide, y in half]
        outline += [at(middle + wide, y) for middle, wide, y in reversed(half)]
        canvas.fill(outline, BOTTOM if trousers else SKIN, rng)
        if not trousers and rng.random() < 0.5:
            sock = knee + (end - knee) * float(rng.uniform(-0.5, 0.7))
            share = (sock - hip) / (end - hip)
            w = thick + (thin * 0.6 - thick) * share + 1
            cover = [at(side * stand - w, sock), at(side * stand - thin * 0.65, end),
                     at(side * stand + thin * 0.65, end), at(side * stand + w, sock)]  # fmt: skip
            canvas.fill(cover, SHOES, rng)
        foot = thick * float(rng.uniform(0.7, 1.1))
        shoe = [at(side * stand - thin * 0.7, end - 4), at(side * (stand + foot * 0.6), end + foot),
                at(side * stand + thin * 0.7, end - 4), at(side * stand, end - 8)]  # fmt: skip
        canvas.fill(shoe, SHOES if rng.random() < 0.85 else SKIN, rng)


def _arms(
    canvas: _Canvas, middle: float, shoulders: float, height: int, wide: float,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    for side in (-1, 1):
        outer = middle + side * shoulders
        thick = wide * float(rng.uniform(0.1, 0.17))
        elbow = np.array(
            (outer + side * wide * rng.uniform(-0.15, 0.35), height + wide * rng.uniform(0.2, 0.6))
        )
        angle = rng.uniform(-0.8, 2.6)
        lower = wide * rng.uniform(0.35, 0.7)
        hand = elbow + lower * np.array((-side * np.sin(angle), np.cos(angle)))
        start = np.array((outer - side * thick * 0.9, height - wide * 0.25))
        bare = rng.random() < BARE
        canvas.fill(_limb(elbow, hand, thick * 0.75, thick * 0.5), SKIN if bare else TOP, rng)
        canvas.fill(
            _limb(start, elbow, thick, thick * 0.8),
            SKIN if bare and rng.random() < BARE else TOP,
            rng,
        )
        palm = thick * rng.uniform(0.5, 0.9)
        round_ = [
            tuple(hand + palm * np.array((np.cos(a), np.sin(a)))) for a in np.arange(0, 6.2, 1.05)
        ]
        canvas.fill(round_, SKIN, rng)
        for bent in np.linspace(-0.7, 0.7, int(rng.integers(0, FINGERS))) + rng.normal(0, 0.2):
            along = angle + float(bent)
            tip = hand + palm * rng.uniform(1.4, 2.4) * np.array(
                (-side * np.sin(along), np.cos(along))
            )
            canvas.fill(_limb(hand, tip, palm * 0.25, palm * 0.15), SKIN, rng)


def _limb(start: Points, end: Points, first: float, last: float) -> list[tuple[float, float]]:
    along = end - start
    across = np.array((-along[1], along[0])) / max(float(np.hypot(*along)), 1e-6)
    corners = (
        start - across * first,
        end - across * last,
        end + across * last,
        start + across * first,
    )
    return [(float(x), float(y)) for x, y in corners]


def _strands(canvas: _Canvas, bust: Drawing, rng: np.random.Generator) -> None:
    """Let hair that leaves the bust hang on."""
    hair = (bust.parts[-1] == HAIR).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], hair, [0]])))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if stop - start < 6:
            continue
        long = float(rng.uniform(0.5, 3.5)) * (stop - start)
        y, sway = float(canvas.top), float(rng.normal(0, 0.3)) * (stop - start)
        middle = (start + stop) / 2
        lock = [(start, y - 1), (start + sway, y + long / 2), (middle + sway, y + long),
                (stop + sway, y + long / 2), (stop, y - 1)]  # fmt: skip
        canvas.fill([(float(a), float(b)) for a, b in lock], HAIR, rng)
        for _ in range(int(rng.integers(0, 5))):
            x = float(rng.uniform(start, stop))
            curve = np.array(
                [(x, y), (x + sway, y + long * 0.4), (x + sway * 0.8, y + long * 0.75)]
            )
            cv2.polylines(canvas.ink, [_smooth(curve, closed=False)], False, 255, 1, cv2.LINE_AA)


def _smooth(corners: Points, *, closed: bool = True) -> NDArray[np.int32]:
    """Return a curve near corners: Chaikin's corner cutting."""
    points = corners.astype(np.float64)
    for _ in range(2):
        following = np.roll(points, -1, axis=0) if closed else points[1:]
        before = points if closed else points[:-1]
        points = np.stack([before * 0.8 + following * 0.2, before * 0.2 + following * 0.8], 1)
        points = points.reshape(-1, 2)
    return np.rint(points).astype(np.int32)
