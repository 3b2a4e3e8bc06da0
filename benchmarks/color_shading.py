"""Accuracy of normals and speed of shading; run by color.py.

normals: median angle between found and true normals, given lines and true flats; baselines are a
plane facing the viewer and the square root of the distance to the edge of each flat.
shading: seconds for the first shading of a drawing, and when only the light moves.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.color._document.layers import Sheet
from nijigen.color._light.normals import normals_of
from nijigen.color._light.shading import Lamp, Look, shaded
from nijigen.color._light.surfaces import Surfaces, surfaces_of
from nijigen.color._regions.regions import regions_of
from nijigen.core.picture import Picture
from nijigen.generate import sample
from nijigen.imaging.line_art.ink import line_art

BAR_ANGLE, BAR_DRAG = 30.0, 0.06
Floats = NDArray[np.float32]


def tell_normals(count: int, size: int) -> bool:
    """Measure the angle between found and true normals; return whether the target is reached."""
    found: dict[str, list[float]] = {name: [] for name in NORMALS}
    for seed in range(1000, 1000 + count):
        drawn = sample(seed, size=size)
        figure = drawn.regions > 0
        flat = np.dstack([drawn.flat, np.where(figure, 255, 0).astype(np.uint8)])
        regions = regions_of(line_art(Picture(255 - drawn.lines)))
        surfaces = surfaces_of(flat, drawn.lines, regions.labels)
        truth = drawn.normals.astype(np.float32) / np.float32(127.5) - 1
        truth /= np.linalg.norm(truth, axis=2, keepdims=True)
        for name, method in NORMALS.items():
            angle = np.degrees(np.arccos((method(surfaces) * truth).sum(axis=2).clip(-1, 1)))
            found[name].append(float(np.median(angle[figure])))
    print(f"normals of {count} characters of {size}×{size}, median angle on the figure:")
    middle = {name: float(np.median(values)) for name, values in found.items()}
    for name, values in found.items():
        worst = np.percentile(values, 90)
        print(f"  {name:18} {middle[name]:.1f}° (nine of ten below {worst:.1f}°)")
    for name in ("flat", "distance transform"):
        print(f"  against {name}: {middle['ours'] / middle[name]:.2f} times the angle")
    return middle["ours"] < BAR_ANGLE


def flat_normals(surfaces: Surfaces) -> Floats:
    """Return normals that all face the viewer."""
    made = np.zeros((*surfaces.figure.shape, 3), np.float32)
    made[:, :, 2] = 1
    return made


def distance_normals(surfaces: Surfaces) -> Floats:
    """Return normals of the square root of the distance to the edge of each flat, without lines."""
    inside = np.ones(surfaces.zones.shape, np.uint8)
    inside[:, 1:][surfaces.zones[:, 1:] != surfaces.zones[:, :-1]] = 0
    inside[1:][surfaces.zones[1:] != surfaces.zones[:-1]] = 0
    far = cv2.GaussianBlur(cv2.distanceTransform(inside, cv2.DIST_L2, 5), (0, 0), 2)
    height = np.sqrt(far * float(far.max()))
    down, across = np.gradient(height)
    made = np.dstack([-across, -down, np.ones_like(far)])
    return np.asarray(made / np.linalg.norm(made, axis=2, keepdims=True), np.float32)


NORMALS: dict[str, Callable[[Surfaces], Floats]] = {
    "ours": normals_of,
    "flat": flat_normals,
    "distance transform": distance_normals,
}


def tell_shading() -> bool:
    """Time shading, at first and when only the light moves; return whether targets are met."""
    cv2.setNumThreads(1)
    good = True
    for size, bar in ((600, BAR_DRAG), (1024, None)):
        firsts: list[float] = []
        drags: list[float] = []
        for seed in range(2000, 2004):
            drawn = sample(seed, size=size)
            alpha = np.where(drawn.regions > 0, 255, 0).astype(np.uint8)
            art = line_art(Picture(255 - drawn.lines))
            sheet = Sheet(art, None).with_line(art).with_flat(np.dstack([drawn.flat, alpha]))
            for times, x in ((firsts, 0.2), (drags, 0.5), (drags, 0.8)):
                lamp = Lamp(x, 0.0, 0.9, 0.5, 1, 0.0, 0.5)
                start = time.perf_counter()
                shaded(sheet, lamp, Look("#fff6e6", "#a58fd0", 0.4, 0.4, 0.0))
                times.append(time.perf_counter() - start)
        first, drag = float(np.median(firsts)), float(np.median(drags))
        print(
            f"shading at {size}×{size} on one core: first {first:.2f} s, light moved {drag:.3f} s"
        )
        good &= bar is None or drag <= bar
    return good
