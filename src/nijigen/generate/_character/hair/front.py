"""Front hair: the cap that covers the skull, and the bangs."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.curves import Points, spline
from nijigen.generate._character.hair.clumps import (
    Clump,
    Floats,
    draw_clump,
    forks,
    shade_clump,
)
from nijigen.generate._character.hair.fringes import FRINGES, Fringe, Wedge
from nijigen.generate._character.hair.locks import Hair, skull_lock


def rim(hair: Hair, angle: float) -> float:
    """Return the lower end of the hair at an angle: hairline in front, ears at the sides."""
    who, line = hair.traits.identity, hair.hairline
    if who.hair_front in ("none", "slicked") and who.hair_back != "afro":
        # Combed back, it shows the whole forehead.
        line -= 0.09 * (hair.head.eye_y - hair.head.crown)
    part: float = (abs(angle) / 98) ** 2.1
    return line + part * (30 - line)


def draw_cap(hair: Hair) -> tuple[int, ...]:
    """Draw the hair that covers the skull above the brow; return its parts."""
    head, scene = hair.head, hair.scene
    top = head.silhouette()
    # Down to the ears at the sides, down to the hairline in front.
    angles = np.linspace(98, -98, 27)
    edge = np.array([rim(hair, angle) for angle in angles])
    # Sideburns.
    edge += 16 * np.exp(-(((np.abs(angles) - 74) / 9) ** 2))
    if hair.traits.identity.hair_back == "afro":
        # The rim of an afro is a row of curls.
        edge += np.where(np.arange(27) % 2 == 0, -3.5, 3.5)
    line = head.hair(np.stack([angles, edge, np.full(27, 0.97)], axis=1))
    outline = np.concatenate([top, line])
    part = hair.part("cap", "hair_front", -1)
    scene.fill(part, outline)
    ends = np.linspace(top[-1], line[0], 6), np.linspace(line[-1], top[0], 6)
    scene.stroke(part, np.concatenate([ends[0], line, ends[1]]), 1.8, start=0.01, end=0.01)
    parts = [part]
    if hair.traits.identity.hair_coloring == "split":
        other = hair.part("cap", "hair_front", 1)
        right = head.hair(np.stack([np.zeros(9), np.linspace(-30.0, head.crown, 9), np.ones(9)], 1))
        far = np.array([[400.0, -400.0], [400.0, 200.0]])
        scene.fill(other, np.concatenate([right, far]), within=(part,))
        parts.append(other)
    if hair.traits.identity.hair_front in ("none", "slicked"):
        _combed(hair, part)
    return tuple(parts)


def _combed(hair: Hair, part: int) -> None:
    """Draw strands from the hairline back over the crown."""
    head, scene, source = hair.head, hair.scene, hair.traits.random("combed")
    for number in range(15):
        a = -80 + 160 * (number + source.uniform(0.1, 0.9)) / 15
        low = rim(hair, a)
        high = low + (head.crown + 6 - low) * source.uniform(0.35, 1.0)
        # Back over the head, a little away from the middle.
        bow = math.copysign(3 + 0.04 * abs(a), a)
        knots = [
            (a, low, 0.98),
            (a + bow, 0.6 * low + 0.4 * high, 1.0),
            (a * 0.85 + bow, high, 1.0),
        ]
        scene.stroke(part, head.hair(spline(knots)), 1.3, start=0.05, end=0.9)
    for left, right in ((-56, -34), (-30, -14), (-9, 16), (22, 38), (42, 62)):
        edges = [_meridian(hair, float(angle)) for angle in (left, right)]
        hair.gleaming.append((part, edges[0], edges[1]))


def _meridian(hair: Hair, angle: float) -> Points:
    """Return a line from the crown to the hairline."""
    heights = np.linspace(hair.head.crown + 6, rim(hair, angle), 24)
    return hair.head.hair(np.stack([np.full(24, angle), heights, np.ones(24)], axis=1))


def draw_fringe(hair: Hair, face: tuple[int, ...]) -> None:
    """Draw the bangs, and before them their shadow on the face."""
    form = FRINGES[hair.traits.identity.hair_front]
    scene, source = hair.scene, hair.traits.random("front")
    start = len(scene.items)
    done: list[Clump] = []
    for number, wedge in enumerate(form.locks):
        shift = np.array([source.uniform(-1, 1) for _ in range(3)])
        knots, width = _path(hair, form, wedge, shift)
        angle = wedge[0]
        part = hair.part("bangs", "hair_front", angle, second=hair.streak(number))
        before = len(scene.items)
        if form.blunt:
            clump = _cut(hair, part, knots, width, form)
        else:
            way = math.copysign(1.0, knots[-1][0] - form.part)
            tips = forks(width, way, shift[[2, 0, 1]], form.broad)
            # The edge towards the parting falls over the next lock and is drawn far up.
            bare = (0.14, 0.66) if way > 0 else (0.66, 0.14)
            clump = draw_clump(hair, part, knots, width, tips, full=form.full, notch=form.notch,
                               bare=bare, way=way)  # fmt: skip
        if not form.blunt:
            dark = angle * hair.lamp < -15
            shade_clump(hair, clump, 0.55 if dark else 0.26, 0.3 if dark else 0.45)
        _overlap(hair, clump, done, before)
        done.append(clump)
    cast(hair, [clump.outline for clump in done], face, start)


def _cut(
    hair: Hair, part: int, knots: list[tuple[float, float, float]], width: float, form: Fringe
) -> Clump:
    """Draw a lock with a straight end."""
    outline = skull_lock(hair, part, knots, width, full=form.full, blunt=form.blunt, up=0.3,
                         line=1.8, inside=1)  # fmt: skip
    count = len(outline) // 2
    place = np.linspace(0, 1, count)
    return Clump(part, outline, np.concatenate([place, place[::-1]]), outline[:count],
                 outline[: count - 1 : -1])  # fmt: skip


def _path(
    hair: Hair, form: Fringe, wedge: Wedge, shift: Floats
) -> tuple[list[tuple[float, float, float]], float]:
    """Return the guide curve of a lock and its width, which differ between characters."""
    head, hard = hair.head, hair.hard
    at, width, tip, low = wedge
    at += 0.06 * width * shift[0]
    tip += 2.4 * form.uneven * shift[1]
    # Men wear it shorter, especially at the temples.
    low += 0.06 * form.uneven * shift[2] - hard * (0.04 + 0.3 * (abs(at) / 60) ** 2)
    end = hair.level(low)
    if form.blunt:
        # Cut straight above the lashes for any size of eyes.
        lid = 0.58 * head.eye_height
        end = min(end, head.eye_y - lid - 2 + 0.004 * at * at)
    end = max(end, rim(hair, at) + 6)
    crown = head.crown + 5
    away = at - form.part
    long = end - crown
    lean = tip - at
    swing = hair.traits.pose.sway * 2.5
    # The tips of what is not cut bend away from the parting.
    hook = 0.0 if form.blunt else math.copysign(3.5 + 2.0 * shift[1], away)
    thin = 0.8 if hair.traits.identity.age == "elderly" and not form.blunt else 1.0
    knots = [
        (form.part + away * 0.2, crown, 1.0),
        (form.part + away * form.fan, crown + 0.2 * long - form.rise, 1 + 0.6 * (form.loose - 1)),
        (at, crown + 0.52 * long - 0.5 * form.rise, form.loose),
        (at + 0.4 * lean - 0.3 * hook + form.wave, crown + 0.77 * long, form.loose),
        (tip + hook + swing - form.wave, end, form.loose - 0.03),
    ]
    return knots, width * thin * (1 + 0.1 * shift[1])


def _overlap(hair: Hair, clump: Clump, under: list[Clump], before: int) -> None:
    """Add the shadow of a lock on those below it, before the lock in painting order."""
    if not under:
        return
    scene = hair.scene
    painted = scene.items[before:]
    del scene.items[before:]
    # Roots lie flat and cast none: the shadow begins there and widens towards the tip.
    low, t = clump.below(0.4)
    rise = ((t - 0.4) / 0.35).clip(0, 1)[:, None]
    scene.shade(low + rise * (-hair.lamp * 3.4, 5.5), *(one.part for one in under[-4:]))
    scene.items.extend(painted)


def cast(hair: Hair, outlines: list[Points], face: tuple[int, ...], start: int) -> None:
    """Add the shadow of locks on the face, before the locks in painting order."""
    scene = hair.scene
    painted = scene.items[start:]
    del scene.items[start:]
    for outline in outlines:
        scene.shade(outline + (-hair.lamp * 4.0, 10.0), *face)
    scene.items.extend(painted)


def lean_of(hair: Hair) -> float:
    """Return the angle of the parting, which the crown shares."""
    form = FRINGES.get(hair.traits.identity.hair_front)
    return math.copysign(min(abs(form.part), 24.0), form.part) if form else 0.0


def parted_of(hair: Hair) -> bool:
    """Return whether the hair has a parting that is seen on the crown."""
    form = FRINGES.get(hair.traits.identity.hair_front)
    return form is not None and not form.blunt and form.fan <= 0.5
