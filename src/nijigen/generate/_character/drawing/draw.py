"""Drawing: a character in one of its renderings, as pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from nijigen.generate._character.drawing.colors import luma
from nijigen.generate._character.drawing.curves import Points, along, spline
from nijigen.generate._character.drawing.paint import (
    DRAWN,
    Bytes,
    averaged,
    flat_color,
    line_cover,
    painted,
    tones_of,
)
from nijigen.generate._character.drawing.raster import Planes, rasterized
from nijigen.generate._character.drawing.scene import Cover, Scene, Stroke
from nijigen.generate._character.drawing.view import framed
from nijigen.generate._character.figure import figure
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Rendering, Traits

_GRAY = np.array((77, 150, 29), np.uint32)
"""Rec. 601 luma weights in 1/256."""


def samples_for(width: int, height: int) -> int:
    """Return the number of samples per side of a pixel for a picture of that size."""
    longer = max(width, height)
    # Thumbnails are drawn by the dozen, and their lines are about a pixel wide.
    return 3 if longer <= 192 or 1024 < longer <= 2048 else 4 if longer <= 1024 else 2


def drawn(traits: Traits, width: int, height: int, rendering: Rendering) -> Bytes:
    """Return the picture: RGB, RGBA without a background, or gray ``(H, W, 1)``."""
    scene, head, _ = figure(traits)
    view = framed(traits, width, height)
    samples = samples_for(width, height)
    if rendering == "pencil":
        rough = roughened(scene, head, traits)
        return pencil(rough, rasterized(rough, view, samples))
    planes = rasterized(scene, view, samples)
    if rendering == "lines":
        return line_art(scene, planes)
    if rendering == "manga":
        return manga(scene, planes)
    if rendering == "flat":
        image = averaged(flat_color(scene, planes, 0), samples)[:, :, :3]
    else:
        image = painted(scene, planes, traits.style.shading)
    if rendering == "gray":
        total = (image.astype(np.uint32) * _GRAY).sum(axis=2)
        gray: Bytes = ((total + 128) >> 8).astype(np.uint8)[:, :, None]
        return gray
    if traits.scene.background != "none":
        return np.ascontiguousarray(image)
    return cut_out(image, planes, rendering == "flat")


def cut_out(image: Bytes, planes: Planes, flat: bool) -> Bytes:
    """Return RGBA of a picture painted over white, with white removed from the edges."""
    there = planes.part != 0
    if not flat:
        there |= planes.ink != 0
    alpha = averaged(there.view(np.uint8) * np.uint8(255), planes.samples)
    share = np.maximum(alpha, 1).astype(np.int32)[:, :, None]
    color = 255 - ((255 - image.astype(np.int32)) * 255 + share // 2) // share
    result = np.concatenate([color.clip(0, 255).astype(np.uint8), alpha[:, :, None]], axis=2)
    result[alpha == 0] = 0
    return result


def line_art(scene: Scene, planes: Planes) -> Bytes:
    """Return black lines on white, ``(H, W, 1)``."""
    lines: Bytes = (255 - line_cover(scene, planes))[:, :, None]
    return lines


def manga(scene: Scene, planes: Planes) -> Bytes:
    """Return ink and screentone, ``(H, W, 1)``: solid blacks, dots, white paper."""
    rows, columns = planes.part.shape
    tone = np.zeros((256, 4), np.uint8)
    for number, part in enumerate(scene.parts, start=1):
        light = luma(part.color)
        skin = part.region in ("skin", "face", "ear")
        # 0 is paper, 100 is solid.
        base = (
            0 if skin and light > 0.35 else 100 if light < 0.16 else max(0, round(70 - 90 * light))
        )
        if part.region in ("lash", "brow", "pupil"):
            base = 100
        if part.region == "background":
            base = min(base, 24)
        if skin:
            base = min(base, 26)
        deep = base if base == 100 else min(78, base + 24)
        tone[number] = (base, deep, 0, base // 2)
    value = tone[planes.part, tones_of(planes)].astype(np.int32)
    # A screen at 45 degrees: squared distance to the nearest dot, in samples.
    cell = max(4, round(2.1 * planes.samples * max(1.0, planes.view.width / 512)))
    y, x = np.arange(rows)[:, None], np.arange(columns)[None, :]
    u, v = (x + y) % (2 * cell) - cell, (x - y) % (2 * cell) - cell
    ink = (u * u + v * v) * 157 < value * 4 * cell * cell
    ink |= value >= 100
    lines = planes.lines.view(np.bool_)
    ink |= lines
    # White lines separate solid black areas.
    solid = (tone[:, 0] == 100).take(planes.part)
    hair = np.array([False, *(p.region in ("hair", "cloth") for p in scene.parts)] + [False] * 256)[
        :256
    ]
    ink &= ~(solid & hair.take(planes.part) & lines)
    page = averaged((~ink).view(np.uint8) * np.uint8(255), planes.samples)
    return page[:, :, None]


def roughened(scene: Scene, head: Head, traits: Traits) -> Scene:
    """Return the scene as a rough sketch: each stroke redrawn two or three times, unsteadily."""
    source = traits.random("pencil", "style")
    rough = Scene(parts=scene.parts, landmarks=scene.landmarks, boxes=scene.boxes)
    guides = [Stroke(1, line, 1.1, 0.3, 0.3, (), "#b8b4bc") for line in _construction(head)]
    for item in scene.items:
        if not isinstance(item, Stroke):
            if not isinstance(item, Cover) or item.tone == "shade":
                rough.items.append(item)
            continue
        if item.paint:
            continue
        for trace in range(2 if item.width < 1.5 else 3):
            points = _shaken(item.points, source, 0.7 + 0.5 * trace)
            gray = ("#2a272e", "#55515a", "#827e87")[trace]
            rough.items.append(
                Stroke(
                    item.part,
                    points,
                    item.width * (0.75 - 0.12 * trace),
                    max(item.start, 0.2),
                    max(item.end, 0.2),
                    item.within,
                    gray,
                )
            )
    rough.items.extend(guides)
    return rough


def _shaken(points: Points, source: Any, much: float) -> Points:
    t = along(points)
    length = float(np.sqrt(((points[1:] - points[:-1]) ** 2).sum(axis=1)).sum())
    count = max(3, min(9, int(length / 22) + 2))
    size = much * min(1.0, length / 40)
    offsets = np.array([(source.gauss(0, size), source.gauss(0, size)) for _ in range(count)])
    wave = spline(offsets, per=6)
    place = np.linspace(0, 1, len(wave))
    moved = np.stack([np.interp(t, place, wave[:, axis]) for axis in (0, 1)], axis=1)
    # The hand overshoots: the trace starts before and ends after the line.
    return points + moved


def _construction(head: Head) -> list[Points]:
    down = head.face(np.stack([np.zeros(15), np.linspace(-96, head.chin, 15)], axis=1))
    wide = np.linspace(-70, 70, 15)
    eyes = head.face(np.stack([wide, np.full(15, head.eye_y)], axis=1))
    mouth = head.face(
        np.stack([wide * 0.6, np.full(15, head.eye_y + 0.62 * (head.chin - head.eye_y))], 1)
    )
    skull = head.silhouette(grow=-9)
    _, jaw = head.contour()
    return [down, eyes, mouth, np.concatenate([skull, jaw[::-1]])]


def pencil(scene: Scene, planes: Planes) -> Bytes:
    """Return graphite on paper, ``(H, W, 1)``."""
    samples = planes.samples
    table = np.full(256, 255, np.uint8)
    for number, color in enumerate(planes.inks, start=1):
        table[number] = round(255 * luma(color))
    # Lashes and brows are filled with a soft lead.
    soft = np.array([255] + [70 if p.region in DRAWN else 255 for p in scene.parts] + [255] * 256)
    lead_there = np.minimum(table.take(planes.ink), soft[:256].astype(np.uint8).take(planes.part))
    lead = averaged(lead_there, samples).astype(np.int32)
    rows, columns = lead.shape
    y, x = np.arange(rows, dtype=np.uint32)[:, None], np.arange(columns, dtype=np.uint32)[None, :]
    # Paper grain: a hash of the position, without a random generator.
    hash_ = (x * np.uint32(374761393) + y * np.uint32(668265263)) ^ np.uint32(0x5BD1E995)
    hash_ = (hash_ ^ (hash_ >> np.uint32(13))) * np.uint32(1274126177)
    grain = ((hash_ >> np.uint32(16)) & np.uint32(31)).astype(np.int32)
    shade = averaged(planes.shade * np.uint8(255), samples).astype(np.int32)
    # Shadows are hatched with parallel strokes of the side of the lead.
    step = max(3, round(3.2 * planes.view.scale))
    hatch = ((x.astype(np.int32) + 2 * y.astype(np.int32)) % (2 * step) < step).astype(np.int32)
    paper = 250 - grain // 4
    dark = paper - (shade * (18 + 20 * hatch) * (20 + grain)) // (255 * 36)
    graphite = 255 - lead
    result = dark - (graphite * (225 - 2 * grain)) // 255
    page: Bytes = result.clip(0, 255).astype(np.uint8)[:, :, None]
    return page
