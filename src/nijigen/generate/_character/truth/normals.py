"""Normals: the surface of the drawn figure, for each pixel."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.raster import View
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.head.head import PIVOT, Head
from nijigen.generate._character.outfit.body import Body

Bytes = NDArray[np.uint8]
Field = NDArray[np.floating[Any]]
Surface = Callable[[Field, Field], tuple[Field, Field]]

# Regions on the face follow its surface and have no rims of their own.
_ON_THE_FACE = ("face", "eye_white", "iris", "pupil", "eye_light", "lash", "brow", "mouth", "teeth",
                "tear")  # fmt: skip
# Width of the rounded rim in figure units; a lock is about 25 wide.
_RIMS = {"hair": 12.0, "beard": 7.0, "ear": 6.0, "accessory": 6.0, "cloth": 8.0, "skin": 5.0}


def normals(scene: Scene, head: Head, body: Body, view: View, parts: Bytes) -> Bytes:
    """Return normals as ``(n + 1) * 127.5``: x right, y down, z to the viewer.

    The face is an ellipsoid turned with the head, with a nose; hair is on a larger one and hangs
    down as a cylinder, each lock rounded across its width; neck, trunk and arms are cylinders.
    """
    rows, columns = parts.shape
    x = (((np.arange(columns) + 0.5) / view.scale) + view.left).astype(np.float32)[None, :]
    y = (((np.arange(rows) + 0.5) / view.scale) + view.top).astype(np.float32)[:, None]
    regions = np.array(["background", *(part.region for part in scene.parts)])
    field = np.zeros((2, rows, columns), np.float32)
    on_face = np.isin(regions, _ON_THE_FACE)
    on_head = np.isin(regions, ("hair", "accessory", "ear", "beard"))
    for which, surface in (
        (on_head, lambda u, v: _hair(head, u, v)),
        (on_face, lambda u, v: _face(head, u, v)),
        (regions == "skin", lambda u, v: _neck(head, body, u, v)),
        (regions == "cloth", lambda u, v: _trunk(head, body, u, v)),
    ):
        _place(field, which[parts], surface, x, y)
    groups = np.arange(len(regions))
    groups[on_face] = int(np.flatnonzero(on_face)[0])
    # A print is on the cloth that was drawn right before it.
    prints = [n for n, part in enumerate(scene.parts, start=1) if part.name.startswith("print.")]
    groups[prints] = [number - 1 for number in prints]
    _round(field, groups.astype(np.uint8)[parts], regions, parts, view.scale)
    field *= (regions != "background")[parts]
    nx, ny = field
    length = np.sqrt(nx * nx + ny * ny)
    field /= np.maximum(length / np.float32(0.97), np.float32(1))
    nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, np.float32(0)))
    stacked = np.stack([nx, ny, nz], axis=2)
    result: Bytes = ((stacked + 1) * np.float32(127.5) + np.float32(0.5)).astype(np.uint8)
    return result


def _place(field: Field, there: NDArray[np.bool_], surface: Surface, x: Field, y: Field) -> None:
    """Write a surface where it is visible, computed in its bounding box only."""
    down, across = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(down):
        return
    rows, columns = slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1)
    made = surface(x[:, columns], y[rows])
    for plane, value in zip(field, made, strict=True):
        np.copyto(plane[rows, columns], value, where=there[rows, columns])


def _ellipsoid(
    head: Head, radii: tuple[float, float, float], middle: tuple[float, float, float],
    x: Field, y: Field,
) -> tuple[Field, Field]:  # fmt: skip
    """Return normals of an ellipsoid fixed to the head, in orthographic projection."""
    c, s = math.cos(head.yaw), math.sin(head.yaw)
    cp, sp = math.cos(head.pitch), math.sin(head.pitch)
    cr, sr = math.cos(head.roll), math.sin(head.roll)
    turn = np.array(((cr, -sr, 0), (sr, cr, 0), (0, 0, 1))) @ np.array(
        ((1, 0, 0), (0, cp, -sp), (0, sp, cp))
    ) @ np.array(((c, 0, s), (0, 1, 0), (-s, 0, c)))  # fmt: skip
    form = turn @ np.diag([1 / r**2 for r in radii]) @ turn.T
    a, b, d = (np.float32(form[i, i]) for i in range(3))
    e, f, g = np.float32(form[0, 1]), np.float32(form[0, 2]), np.float32(form[1, 2])
    at = head.turn(np.array((middle,)))[0]
    u, v = x - np.float32(at[0]), y - np.float32(at[1])
    side = f * u + g * v
    inside = side * side - d * (a * u * u + b * v * v + 2 * e * u * v - 1)
    z = (np.sqrt(np.maximum(inside, np.float32(0))) - side) / d
    nx, ny, nz = a * u + e * v + f * z, e * u + b * v + g * z, f * u + g * v + d * z
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    return nx / length, ny / length


def _face(head: Head, x: Field, y: Field) -> tuple[Field, Field]:
    wide = float(head.widths.max())
    nx, ny = _ellipsoid(head, (wide * 1.04, head.chin + 14, wide * 0.98), (0, 6, -4), x, y)
    # The nose, long above its tip and short below, as the derivative of a bump.
    tip = head.at(0, head.nose_y)
    u, v = (x - np.float32(tip[0])) / 11, (y - np.float32(tip[1]) + 4) / 22
    dome = np.maximum(1 - u * u - v * v, np.float32(0))
    return nx + np.float32(1.2) * u * dome, ny + np.float32(0.7) * v * dome


def _hair(head: Head, x: Field, y: Field) -> tuple[Field, Field]:
    rx, ry, rz = head.cap
    nx, ny = _ellipsoid(head, (rx * 1.06, ry * 1.1, rz * 1.06), (0, head.cap_y, -6), x, y)
    # Below its widest line it is a cylinder.
    turn = head.turn(np.array(((0.0, head.cap_y, -6.0),)))[0]
    hang = ((y - np.float32(turn[1])) / 40).clip(0, 1)
    across = ((x - np.float32(turn[0])) / np.float32(rx * 1.25)).clip(-0.9, 0.9)
    return nx + (across - nx) * hang, ny * (1 - hang)


def _neck(head: Head, body: Body, x: Field, y: Field) -> tuple[Field, Field]:
    share: Field = ((y - np.float32(PIVOT[1])) / np.float32(max(body.base_y - PIVOT[1], 8.0))).clip(
        0, 1
    )
    middle = np.float32(9 * math.sin(head.yaw)) + share * np.float32(_front(head, body))
    # At the pit of the neck the cylinder widens into the chest.
    wide = np.float32(body.neck * 1.06) + share * share * np.float32(0.5 * body.shoulder)
    nx: Field = ((x - middle) / wide).clip(-0.95, 0.95)
    return nx, np.float32(-0.35) * share


def _trunk(head: Head, body: Body, x: Field, y: Field) -> tuple[Field, Field]:
    s, k = body.shoulder, body.scale
    u = (x - np.float32(_front(head, body))) / np.float32(s)
    low = ((y - np.float32(body.shoulder_y + 30 * k)) / np.float32(40 * k)).clip(0, 1)
    chest = (u / np.float32(0.86)).clip(-0.9, 0.9)
    # The arm is a cylinder of its own beside the trunk.
    arm = ((np.abs(u) - np.float32(0.93)) / np.float32(0.2)).clip(-0.9, 0.9) * np.sign(u)
    beside = ((np.abs(u) - np.float32(0.7)) / np.float32(0.06)).clip(0, 1) * low
    nx = chest + (arm - chest) * beside
    slope = np.float32(0.3) + np.float32(0.45) * np.abs(u).clip(0, 1)
    ny: Field = np.float32(-0.08) - (1 - low) * slope
    return nx, ny


def _front(head: Head, body: Body) -> float:
    return 0.42 * body.shoulder * math.sin(0.45 * head.yaw)


def _round(
    field: Field, groups: Bytes, regions: NDArray[np.str_], parts: Bytes, scale: float
) -> None:
    """Bend normals outwards towards the rim of each part, as on a cylinder."""
    inner = np.full(groups.shape, 255, np.uint8)
    across, down = groups[:, 1:] != groups[:, :-1], groups[1:] != groups[:-1]
    inner[:, 1:][across], inner[:, :-1][across] = 0, 0
    inner[1:][down], inner[:-1][down] = 0, 0
    far = cv2.distanceTransform(inner, cv2.DIST_L2, 3)
    widths = np.array([_RIMS.get(name, 0.0) for name in regions], np.float32) * np.float32(scale)
    bend = (1 - far / np.maximum(widths, np.float32(0.01))[parts]).clip(0, 1) * np.float32(0.85)
    soft = cv2.boxFilter(far, cv2.CV_32F, (3, 3), borderType=cv2.BORDER_REPLICATE)
    slope = np.zeros_like(field)
    slope[0, :, 1:-1] = soft[:, :-2] - soft[:, 2:]
    slope[1, 1:-1] = soft[:-2] - soft[2:]
    steep = np.sqrt(slope[0] ** 2 + slope[1] ** 2)
    slope *= bend / np.maximum(steep, np.float32(0.5))
    # The rim replaces the slope of the base.
    field *= 1 - 0.6 * bend
    field += slope
