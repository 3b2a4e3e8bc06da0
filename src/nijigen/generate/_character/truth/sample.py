"""Truth: a drawing with exact ground truth for training."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.core.landmarks import LANDMARKS
from nijigen.generate._character.drawing.paint import (
    Bytes,
    averaged,
    flat_color,
    line_cover,
    painted,
)
from nijigen.generate._character.drawing.raster import Planes, View, rasterized
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.drawing.view import framed
from nijigen.generate._character.figure import figure
from nijigen.generate._character.traits.parameters import Traits, traits
from nijigen.generate._character.truth.normals import normals

REGIONS = (
    "background", "hair", "skin", "face", "ear", "eye_white", "iris", "pupil", "eye_light", "lash",
    "brow", "mouth", "teeth", "beard", "tear", "cloth", "accessory",
)  # fmt: skip
"""Names of the region labels, by index."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Sample:
    """One drawing with its ground truth; pictures are ``uint8`` of ``size`` by ``size``.

    Attributes:
        rgb: The finished drawing, 3 channels.
        lines: Coverage by lines, 255 is ink.
        flat: Flat colors without lines, shade and light, 3 channels.
        shade: Coverage by shadow.
        highlight: Coverage by light.
        normals: Surface normals as ``(n + 1) * 127.5``: x right, y down, z to the viewer.
        regions: Region at the center of each pixel, index into ``REGIONS``.
        parts: Part there, index into ``part_names``; 0 is none.
        part_names: Names of the parts; the first is for 0.
        head_box: Left, top, right, bottom in pixels, from the top of the hair to the chin and as
            wide as the hair above the level of the chin. Long hair below it, tails, buns, ears,
            hats and hair that stands up from the crown are outside.
        face_box: From the hairline to the chin and from ear to ear, hidden by hair or not; about
            square. Both are clipped to the picture.
        landmarks: Pixels, ``float32 (n, 2)``, in the order of ``LANDMARKS``.
        visible: Whether each landmark is visible.
        tags: All parameters by name.
        identity: Equal for drawings of one identity in any pose, expression, style and scene.
        seed: The seed of the drawing.
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
        """Return where a region or part is visible.

        Raises:
            InputError: There is no such region or part.
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
    """Draw one character and return it with its ground truth.

    Args:
        seed: Seed of all parameters that are not given.
        size: Side of the pictures in pixels.
        given: Parameters by name.
        vary: Other seeds for some groups, such as ``{"pose": 3}``.
        samples: Samples per side of a pixel.

    Raises:
        SettingsError: A parameter is unknown or contradicts another.
    """
    who = traits(seed, given or {}, vary)
    scene, head, body = figure(who)
    view = framed(who, size, size)
    planes = rasterized(scene, view, samples)
    rgb = painted(scene, planes, who.style.shading)
    flat = averaged(flat_color(scene, planes, 0), samples)
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
        normals=normals(scene, head, body, view, parts),
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
    """Return a digest of the identity, without pose, expression, style and scene."""
    text = repr(sorted(asdict(who.identity).items())) + who.seeds["identity"]
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _box(scene: Scene, view: View, name: str) -> Box:
    left, top, right, bottom = scene.boxes[name]
    corners = view.pixels(np.array(((left, top), (right, bottom))))
    first, last = corners.clip(0, (view.width, view.height))
    return float(first[0]), float(first[1]), float(last[0]), float(last[1])


def _landmarks(
    scene: Scene, view: View, planes: Planes, region_of: Bytes
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return landmarks, and whether a part that they are on is visible there."""
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
        # A sliver of cheek between locks is not a contour, nor one of lip beside a moustache a
        # mouth: a quarter of the neighborhood must be visible.
        edge = mark.name.startswith(("contour", "mouth"))
        r = planes.samples if edge else reach
        near = planes.part[max(0, y - r) : y + r + 1, max(0, x - r) : x + r + 1]
        found = sum(names[part] in mark.on for part in near.ravel().tolist())
        visible[number] = found >= (near.size / 4 if edge else 1)
    return points.astype(np.float32), visible
