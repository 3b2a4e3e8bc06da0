"""Truth: everything a model may learn from one drawing, exact, in one call or as a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.generate._character.figure import figure
from nijigen.generate._character.head import Head
from nijigen.generate._character.paint import (
    Bytes,
    averaged,
    colors,
    flat_color,
    line_cover,
    painted,
)
from nijigen.generate._character.parameters import Traits, traits
from nijigen.generate._character.raster import Planes, View, rasterized
from nijigen.generate._character.scene import Scene
from nijigen.generate._character.view import framed

REGIONS = (
    "background", "hair", "skin", "face", "ear", "eye_white", "iris", "pupil", "eye_light", "lash",
    "brow", "mouth", "teeth", "beard", "tear", "cloth", "accessory",
)  # fmt: skip
"""Names of the region labels, by number."""
LANDMARKS = (
    *(f"contour_{n}" for n in range(17)),
    *(
        f"eye_{side}_{lid}_{n}"
        for side in ("left", "right")
        for lid, count in (("upper", 5), ("lower", 3))
        for n in range(count)
    ),
    *(f"iris_{side}{rim}" for side in ("left", "right") for rim in ("", "_1", "_2", "_3", "_4")),
    *(f"nose_{part}" for part in ("tip", "left", "right")),
    *(f"mouth_upper_{n}" for n in range(5)),
    *(f"mouth_lower_{n}" for n in range(3)),
    *(f"brow_{side}_{n}" for side in ("left", "right") for n in range(5)),
)
"""Names of the landmarks, in the order of every sample; left is the viewer's."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Sample:
    """One drawing and its truth; pictures are ``uint8`` of ``size`` by ``size``.

    Attributes:
        rgb: The finished drawing, 3 channels.
        lines: Coverage by lines, 255 is ink.
        flat: Flat colors without lines, shade and light, 3 channels.
        shade: Coverage by shadow.
        highlight: Coverage by light.
        normals: Surface normals as ``(n + 1) * 127.5``: x right, y down, z to the viewer.
        regions: Number of the region at the middle of each pixel, into ``REGIONS``.
        parts: Number of the part there, into ``part_names``; 0 is nothing.
        part_names: Names of the parts; the first is for 0.
        head_box: Left, top, right, bottom of the head without its hair, in pixels.
        face_box: The same from the brows to the chin.
        landmarks: Pixels, ``float32 (n, 2)``, in the order of ``LANDMARKS``.
        visible: Whether each landmark is seen.
        tags: Every attribute by name.
        identity: Equal for drawings of one identity in any pose, expression, style and scene.
        seed: What it was rolled from.
    """

    rgb: Bytes
    lines: Bytes
    flat: Bytes
    shade: Bytes
    highlight: Bytes
    normals: Bytes
    regions: Bytes
    parts: Bytes
    part_names: tuple[str, ...]
    head_box: Box
    face_box: Box
    landmarks: NDArray[np.float32]
    visible: NDArray[np.bool_]
    tags: dict[str, str | float]
    identity: str
    seed: int

    def mask(self, name: str) -> NDArray[np.bool_]:
        """Return where a region, or a part, shows.

        Raises:
            InputError: There is no such region and no such part.
        """
        if name in REGIONS:
            return np.asarray(self.regions == REGIONS.index(name))
        if name in self.part_names:
            return np.asarray(self.parts == self.part_names.index(name))
        raise InputError(f"there is no part {name!r}", "regions: " + ", ".join(REGIONS))


def sample(
    seed: int,
    *,
    size: int = 256,
    given: Mapping[str, Any] | None = None,
    vary: Mapping[Any, int] | None = None,
    samples: int = 3,
) -> Sample:
    """Draw one character and return it with its truth.

    Args:
        seed: Rolls what is not given.
        size: Side of the pictures in pixels.
        given: Parameters by name.
        vary: Other seeds for some groups, as ``{"pose": 3}``.
        samples: Samples to a side of a pixel.

    Raises:
        SettingsError: A parameter is unknown or contradicts another.
    """
    who = traits(seed, given or {}, vary)
    scene, head, _ = figure(who)
    view = framed(who.scene.framing, size, size)
    planes = rasterized(scene, view, samples)
    rgb = painted(scene, planes, "#ffffff", who.style.shading)
    flat = averaged(flat_color(scene, planes, None, colors(scene, "#ffffff")), samples)
    middle = samples // 2
    parts = np.ascontiguousarray(planes.part[middle::samples, middle::samples])
    region_of = np.zeros(256, np.uint8)
    for number, part in enumerate(scene.parts, start=1):
        region_of[number] = REGIONS.index(part.region)
    regions = region_of.take(parts)
    points, visible = _landmarks(scene, view, planes, region_of)
    return Sample(
        rgb=rgb,
        lines=line_cover(scene, planes),
        flat=np.ascontiguousarray(flat[:, :, :3]),
        shade=averaged(planes.shade * np.uint8(255), samples),
        highlight=averaged(planes.light * np.uint8(255), samples),
        normals=_normals(head, view, parts, regions),
        regions=regions,
        parts=parts,
        part_names=("", *(part.name for part in scene.parts)),
        head_box=_box(scene, view, "head"),
        face_box=_box(scene, view, "face"),
        landmarks=points,
        visible=visible,
        tags=who.tags(),
        identity=identity_of(who),
        seed=seed,
    )


def identity_of(who: Traits) -> str:
    """Return a digest of who it is, apart from pose, expression, style and scene."""
    text = repr(sorted(asdict(who.identity).items())) + who.seeds["identity"]
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stream(
    seeds: Iterable[int],
    *,
    size: int = 256,
    given: Mapping[str, Any] | None = None,
    workers: int = 1,
) -> Iterator[Sample]:
    """Yield samples in the order of their seeds, drawn by one or more processes.

    Args:
        seeds: One for each sample; may be endless.
        size: Side of the pictures in pixels.
        given: Parameters by name, the same for all.
        workers: Processes.
    """
    if workers <= 1:
        for seed in seeds:
            yield sample(seed, size=size, given=given)
        return
    import multiprocessing
    from functools import partial
    from itertools import islice

    draw = partial(_batch, size=size, given=dict(given or {}))
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers) as pool:
        # An endless row of seeds must not be read to its end: a few batches ahead are enough.
        rest = iter(seeds)
        batches = iter(lambda: list(islice(rest, 8)), [])
        waiting = [pool.apply_async(draw, (batch,)) for batch in islice(batches, 2 * workers)]
        while waiting:
            done = waiting.pop(0)
            waiting.extend(pool.apply_async(draw, (batch,)) for batch in islice(batches, 1))
            yield from done.get()


def _batch(seeds: Iterable[int], *, size: int, given: Mapping[str, Any]) -> list[Sample]:
    cv2.setNumThreads(1)
    return [sample(seed, size=size, given=given) for seed in seeds]


def _box(scene: Scene, view: View, name: str) -> Box:
    left, top, right, bottom = scene.boxes[name]
    first, last = view.pixels(np.array(((left, top), (right, bottom))))
    return float(first[0]), float(first[1]), float(last[0]), float(last[1])


def _landmarks(
    scene: Scene, view: View, planes: Planes, region_of: Bytes
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return where landmarks are, and whether something they lie on shows right there."""
    named = {mark.name: mark for mark in scene.landmarks}
    marks = [named[name] for name in LANDMARKS]
    points = view.pixels(np.array([(mark.x, mark.y) for mark in marks]))
    height, width = planes.part.shape
    reach = max(1, planes.samples // 2)
    names = [REGIONS[number] for number in region_of.tolist()]
    visible = np.zeros(len(points), np.bool_)
    for number, mark in enumerate(marks):
        x, y = (int(v) for v in np.floor(points[number] * planes.samples))
        if not (0 <= x < width and 0 <= y < height):
            continue
        near = planes.part[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        seen = {names[part] for part in near.ravel().tolist()}
        visible[number] = not seen.isdisjoint(mark.on)
    return points.astype(np.float32), visible


def _normals(head: Head, view: View, parts: Bytes, regions: Bytes) -> Bytes:
    """Return normals: the head's ball, the body's cylinder, and each part rounded at its rim."""
    rows, columns = parts.shape
    x = ((np.arange(columns) + 0.5) / view.scale + view.left).astype(np.float32)[None, :]
    y = ((np.arange(rows) + 0.5) / view.scale + view.top).astype(np.float32)[:, None]
    middle = head.turn(np.array(((0.0, -4.0, 4.0),)))[0]
    ball_x = ((x - np.float32(middle[0])) / 104).clip(-0.95, 0.95)
    ball_y = ((y - np.float32(middle[1])) / 128).clip(-0.95, 0.95)
    names = np.array([name in ("cloth", "skin") for name in REGIONS])
    body = names.take(regions)
    flat = regions == 0
    nx = np.where(body, (x / 150).clip(-0.9, 0.9), ball_x)
    ny = np.where(body, np.float32(-0.12), ball_y)
    rim = np.zeros((rows, columns), np.uint8)
    differs = parts[:, 1:] != parts[:, :-1]
    rim[:, 1:][differs] = 255
    rim[1:][parts[1:] != parts[:-1]] = 255
    size = max(3, round(7 * view.scale) | 1)
    soft = cv2.boxFilter(rim, cv2.CV_32F, (size, size))
    soft = cv2.boxFilter(soft, cv2.CV_32F, (size, size))
    strength = np.float32(size * 0.012)
    nx[:, 1:-1] += (soft[:, 2:] - soft[:, :-2]) * strength
    ny[1:-1] += (soft[2:] - soft[:-2]) * strength
    nx[flat], ny[flat] = 0, 0
    length = np.sqrt(nx * nx + ny * ny)
    limit = np.maximum(length / 0.97, 1)
    nx, ny = nx / limit, ny / limit
    nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0))
    stacked = np.stack([nx, ny, nz], axis=2)
    result: Bytes = ((stacked + 1) * 127.5 + 0.5).astype(np.uint8)
    return result
