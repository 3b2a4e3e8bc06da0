"""SVG: the faces of columns as polygons, the farthest first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._voxel.camera import COOL, WARM, Camera, Look
from nijigen.effects._voxel.columns import Columns
from nijigen.effects._voxel.faces import Faces, faces_of
from nijigen.effects._voxel.light import Shadows
from nijigen.imaging.color_spaces import to_code, to_linear

Floats = NDArray[np.floating[Any]]
_BEFORE = 0.12


def svg_of(
    columns: Columns,
    look: Look,
    camera: Camera,
    size: tuple[int, int],
    shadows: Shadows,
    ground: tuple[int, int, int] | None,
) -> str:
    """Return columns as SVG: a polygon of one color for each face that is seen.

    Edges are not rounded, and the ground has no shadow.
    """
    away = (*camera.ahead, 0)
    light = to_linear(columns.colors.reshape(-1, 3) / 255)
    found: list[tuple[float, int, str]] = []
    for faces in faces_of(columns, below=False):
        if faces.normal[2] == 0 and np.dot(faces.normal, away) >= 0:
            continue
        x, y = camera.pixels(*np.moveaxis(faces.corners, 2, 0))
        color = _colors(faces, look, shadows, light)
        center = faces.cell
        row, column = np.divmod(center, columns.heights.shape[1])
        depth = column * camera.ahead[0] + row * camera.ahead[1]
        for deep, xs, ys, (red, green, blue) in zip(
            depth.tolist(), x.tolist(), y.tolist(), color.tolist(), strict=True
        ):
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys, strict=True))
            fill = f"#{red:02x}{green:02x}{blue:02x}"
            found.append(
                (-deep, len(found), f'<path fill="{fill}" stroke="{fill}" d="M{points}z"/>')
            )
    found.sort()
    paper = (
        '<rect width="100%" height="100%" fill="#{:02x}{:02x}{:02x}"/>'.format(*ground)
        if ground
        else ""
    )
    parts = "".join(part for *_, part in found)
    # A thin stroke of the same color covers the seams between polygons.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {size[0]} {size[1]}">{paper}'
        f'<g stroke-width="0.4" stroke-linejoin="round">{parts}</g></svg>'
    )


def _colors(faces: Faces, look: Look, shadows: Shadows, light: Floats) -> NDArray[np.uint8]:
    """Return the color of the middle of each face."""
    x, y, z = faces.corners.mean(axis=1).T
    if faces.normal[2]:
        lit, open_ = shadows.on_tops(x, y)
    else:
        lit, open_ = shadows.at(x + _BEFORE * faces.normal[0], y + _BEFORE * faces.normal[1], z)
    lamp, sky = look.light_on(lit, open_, faces.normal)
    seen = light[faces.cell] * (lamp[:, None] * WARM + sky[:, None] * COOL)
    return np.asarray((to_code(np.clip(seen, 0, 1)) * 255 + 0.5).astype(np.uint8))
