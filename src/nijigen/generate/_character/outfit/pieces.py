"""Pieces that several outfits share: collars, lapels, ties, bows, ruffles and pockets."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import mixed, shaded
from nijigen.generate._character.drawing.curves import (
    Points,
    along,
    corners,
    ellipse,
    mirrored,
    normals,
    spline,
    turned,
)
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.outfit.body import LOW
from nijigen.generate._character.outfit.wear import Wear

WHITE = "#fbfaf9"


def collar(
    wear: Wear, color: str, drop: float = 25, spread: float = 3, *, round_: bool = False
) -> int:
    """Draw a shirt collar that is folded down around the neck."""
    n = wear.nape
    wear.lining(color, 27)
    if round_:
        leaf = corners(
            ((0.5, 6), (n * 0.6, -8), (n + 1.5, -25)),
            ((n + 5, -24), (n + 15, -8), (n + 13, 10), (n * 0.6, 23), (2, 17), (0.5, 6)),
        )
    else:
        leaf = corners(((0.5, 5), (n * 0.62, -9), (n + 1.5, -26)),
                       ((n + 5, -24), (n + 9, -12), (n + 8, -2)),
                       ((n * 0.8 + spread, drop), (n * 0.4, drop * 0.62), (0.5, 5)))  # fmt: skip
    part = wear.pair("collar", color, leaf)
    for s in (1, -1):
        # Where the collar turns over there is a soft edge.
        roll = wear.at(((n + 3, -20), (n + 1, -8), (n * 0.66, 8))) * (s, 1)
        wear.scene.stroke(part, spline(roll), 1.0, start=0.2, end=0.9, within=(part,))
    far = -wear.lamp
    dark = wear.at(((n * 0.5, -14), (n + 12, -30), (n + 16, 14), (n * 0.9, drop + 8))) * (far, 1)
    wear.scene.shade(dark, part)
    return part


def band(wear: Wear, color: str, high: float, low: float = 8, wide: float = 2.5) -> int:
    """Draw a collar that stands up around the neck."""
    n, scene = wear.nape + wide, wear.scene
    wear.lining(color, high + 7, wide)
    part = wear.part("band", color)
    upper = spline(wear.at(((-n, -high + 1), (-n * 0.5, -high + 9), (0, -high + 12),
                            (n * 0.5, -high + 9), (n, -high + 1))))  # fmt: skip
    lower = spline(wear.at(((n + 5, -9), (n * 0.5, low), (0, low + 3), (-n * 0.5, low),
                            (-n - 5, -9))))  # fmt: skip
    scene.outlined(part, np.concatenate([upper, lower]), 2.0)
    scene.shade(np.concatenate([upper, (upper + (0, 8 * wear.body.scale))[::-1]]), part)
    far = -wear.lamp
    scene.shade(wear.at(((0.35 * n, -high - 4), (n + 9, -high - 4), (n + 9, 14), (0.6 * n, 14)))
                * (far, 1), part)  # fmt: skip
    return part


def lapels(wear: Wear, color: str, deep: float, *, notch: bool = True, wide: float = 0.0) -> int:
    """Draw the collar and the lapels of a jacket that opens down to ``deep``."""
    n = wear.nape
    wear.lining(shaded(color, 0.4), 24, 5)
    part = wear.part("lapel", color)
    w = wide
    leaf = corners(
        ((1.5, deep), (n * 0.72, 44), (n + 5, 6), (n + 3.5, -24)),
        ((n + 7, -23), (n + 18 + w, 0), (n + 23 + w, 17)),
        ((n + 16 + w, 23), (n + 17 + w, 24)) if notch else ((n + 24 + w, 22), (n + 24 + w, 24)),
        ((n + 29 + w, 31), (n + 19 + w * 0.7, 58), (1.5, deep)),
    )
    wear.scene.shade(wear.at(leaf + (-wear.lamp * 3.0, 6.0)), *wear.scene.ids("cloth"))
    wear.scene.shade(wear.at(leaf * (-1, 1) + (-wear.lamp * 3.0, 6.0)), *wear.scene.ids("cloth"))
    wear.pair("lapel", color, leaf, 2.0, part=part)
    for s in (1, -1):
        if notch:
            gorge = wear.at(((n + 16 + w, 23.5), (n + 9, 13), (n + 4.5, 8))) * (s, 1)
            wear.scene.stroke(part, spline(gorge), 1.6, start=0.02, end=0.5, within=(part,))
    far = -wear.lamp
    dark = corners(((n + 12, -30), (n + 13 + w, 8), (n + 12 + w, 40), (1, deep + 2)),
                   ((30, deep), (n + 50 + w, 20), (n + 30, -30)))  # fmt: skip
    wear.scene.shade(wear.at(dark) * (far, 1), part)
    return part


def front(wear: Wear, name: str, color: str, deep: float, ease: float = 5.0) -> int:
    """Draw an open jacket: both fronts down to the button at ``deep``, and its sleeves."""
    scene, body = wear.scene, wear.body
    part = wear.part(name, color)
    n = body.nape + 4
    line = body.top(ease)
    line = line[line[:, 0] > n]
    side = np.concatenate([body.armhole() * (1.01, 1), body.side(ease)])
    edge = spline(((n, -22), (n + 4, 10), (n * 0.72, 48), (1.5, deep)))
    rest = np.array(((-3.0, deep + 8), (-4.0, LOW)))
    over = body.at(np.concatenate([line, side, rest[::-1], edge[::-1]]))
    under = mirrored(body.at(np.concatenate([line, side, ((0.0, LOW),), edge[::-1]])))
    for shape in (under, over):
        scene.fill(part, shape)
    wear.shade_trunk(part, ease)
    for s in (1, -1):
        scene.stroke(part, body.at(side[8:]) * (s, 1), 2.3, start=0.1, end=0.02)
        scene.stroke(part, body.at(line) * (s, 1), 2.4, start=0.02, end=0.1)
        scene.stroke(part, body.at(edge) * (s, 1), 1.9, start=0.02, end=0.02)
    closing = body.at(np.concatenate([edge[-1:], rest]))
    scene.stroke(part, closing, 2.0, start=0.02, end=0.02, within=(part,))
    wear.sleeves(name, color, ease + 1, part=part)
    return part


def tie(wear: Wear, color: str, *, stripes: bool, top: float = 6, low: float = 190) -> None:
    """Draw a necktie."""
    scene, far = wear.scene, -wear.lamp
    part = wear.part("tie", color)
    blade = corners(((-4.5, top + 13), (-7.5, 62), (-11.5, low - 18)), ((0, low), (0, low)),
                    ((11.5, low - 18), (7.5, 62), (4.5, top + 13)))  # fmt: skip
    scene.outlined(part, wear.at(blade), 1.8)
    if stripes:
        for y in range(int(top) + 30, int(low), 24):
            bar = wear.at(((-16, y + 14), (16, y - 6)))
            scene.stroke(part, np.linspace(bar[0], bar[1], 4), 4.2, start=0.01, end=0.01,
                         within=(part,), paint=mixed(color, "#ffffff", 0.5))  # fmt: skip
    scene.shade(
        wear.at(((far * 2, top + 12), (far * 16, top + 12), (far * 18, low), (far * 3, low))), part
    )
    knot = corners(((-7.5, top), (0, top + 2), (7.5, top)), ((4.8, top + 15), (0, top + 16.5),
                   (-4.8, top + 15)))  # fmt: skip
    scene.outlined(part, wear.at(knot), 1.8)
    scene.shade(wear.at(knot + (far * 5.0, 4.0)), part)
    scene.stroke(part, wear.at(spline(((-1, top + 16), (0.5, top + 26), (-1.5, top + 40)))), 1.2,
                 start=0.1, end=0.9)  # fmt: skip


def neckerchief(wear: Wear, color: str, y: float) -> None:
    """Draw the scarf of a sailor collar: two tails below a knot."""
    scene = wear.scene
    part = wear.part("scarf", color)
    tails = (
        corners(
            ((1, y), (10, y + 12), (20, y + 36), (25, y + 66)),
            ((17, y + 62), (9, y + 70)),
            ((4, y + 42), (-1, y + 16), (-2, y)),
        ),
        corners(
            ((-1, y), (-9, y + 12), (-16, y + 34), (-18, y + 58)),
            ((-11, y + 56), (-4, y + 64)),
            ((-2, y + 40), (1, y + 16), (2, y)),
        ),
    )
    for tail in tails:
        scene.outlined(part, wear.at(tail), 1.8)
        scene.shade(wear.at(tail * (1, 0.3) + (0, y * 0.7 + 6)), part)
        middle = tail.mean(axis=0)
        wear.crease(part, ((0, y + 8), (middle[0] * 0.6, y + 26), (middle[0], y + 46)), 4.0)
    wings = corners(
        ((0, y - 6), (9, y - 17), (17, y - 24)), ((19, y - 12), (10, y + 1), (0, y + 6))
    )
    for s in (1, -1):
        scene.outlined(part, wear.at(wings * (s, 1)), 1.7)
    knot = corners(((-6, y - 7), (0, y - 9), (6, y - 7)), ((7, y + 6), (0, y + 9), (-7, y + 6)))
    scene.outlined(part, wear.at(knot), 1.8)
    scene.shade(wear.at(knot * (1, 0.4) + (-wear.lamp * 2, y * 0.6 + 4)), part)


def frill(
    wear: Wear, color: str, line: Points, size: float, *, count: int = 13, outwards: bool = True
) -> int:
    """Draw a ruffle along a line in figure units, on its right or left side."""
    part = wear.part("frill", color)
    return ruffle(wear, part, line, size, count=count, outwards=outwards)


def ruffle(wear: Wear, part: int, line: Points, size: float, *, count: int, outwards: bool) -> int:
    """Draw a ruffle of an existing part."""
    place = np.linspace(0, 1, count * 6 + 1)
    way = along(line)
    path = np.stack([np.interp(place, way, line[:, axis]) for axis in (0, 1)], axis=1)
    wave = np.arange(len(place)) * (np.pi / 6)
    deep = size * wear.body.scale * (0.8 + 0.2 * np.abs(np.sin(wave)))
    deep *= np.minimum(1, np.minimum(place, 1 - place) * 8 + 0.35)
    side = normals(path) * (1 if outwards else -1)
    outer = path + side * deep[:, None]
    wear.scene.outlined(part, np.concatenate([path, outer[::-1]]), 1.6)
    shade = path + side * (0.42 * deep)[:, None]
    wear.scene.shade(np.concatenate([path, shade[::-1]]), part)
    for number in range(6, len(place) - 1, 6):
        fold = (
            0.95 * outer[number] + 0.05 * path[number],
            0.35 * outer[number] + 0.65 * path[number],
        )
        wear.scene.stroke(part, np.stack(fold), 1.1, start=0.0, end=0.9)
    return part


def bow(wear: Wear, color: str, x: float, y: float, size: float, *, tails: bool = True) -> None:
    """Draw a bow at a body point; ``size`` is the width of one loop."""
    part = wear.part("bow", color)
    point = wear.at(((x, y),))[0]
    draw_bow(wear.scene, part, point, size * wear.body.scale / 24, tails=tails)


def draw_bow(
    scene: Scene, part: int, point: Points, scale: float, *, tails: bool = True, turn: float = 0
) -> None:
    """Draw a bow at a figure point; a loop is 24 wide at scale 1."""

    def put(shape: Points) -> Points:
        return turned(shape, turn) * scale + point

    if tails:
        first = corners(((-2, 1), (-7, 14), (-9, 26), (-15, 40)), ((-8, 37), (-4, 43)),
                        ((-1, 28), (2, 12), (2, 1)), per=5)  # fmt: skip
        second = corners(((2, 1), (6, 15), (9, 24), (13, 36)), ((7, 34), (3, 40)),
                         ((1, 26), (-1, 12), (-2, 1)), per=5)  # fmt: skip
        for shape in (first, second):
            scene.outlined(part, put(shape), 1.8)
        scene.shade(put(np.array(((-13, 2), (13, 2), (9, 15), (-9, 15)))), part)
    loop = corners(((-3, -3), (-12, -11), (-22, -14), (-27, -9), (-26, 3), (-23, 11)),
                   ((-23, 11), (-13, 8), (-3, 4)), per=5)  # fmt: skip
    for sign in (1, -1):
        side = loop * (sign, 1)
        scene.outlined(part, put(side), 1.9)
        inside = spline(((-5, 1), (-13, 1), (-24, 6), (-21, 9.5), (-12, 7), (-5, 3))) * (sign, 1)
        scene.shade(put(inside), part)
        for fold in (((-5, -1), (-11, -5), (-19, -7)), ((-5, 1), (-10, 1), (-16, 2))):
            scene.stroke(part, put(spline(fold) * (sign, 1)), 1.2, start=0.1, end=0.9)
    knot = spline(((-5, -5), (0, -6), (5, -5), (5.5, 0), (5, 5.5), (0, 6.5), (-5, 5.5), (-5.5, 0)),
                  closed=True, per=3)  # fmt: skip
    scene.outlined(part, put(knot), 1.8)
    scene.shade(put(knot * (0.9, 0.5) + (0, 3)), part)


def pocket(wear: Wear, part: int, x: float, y: float, wide: float, high: float) -> None:
    """Draw the lines of a patch pocket."""
    edge = corners(
        ((x, y), (x, y + high * 0.8)),
        ((x + wide * 0.5, y + high), (x + wide, y + high * 0.8)),
        ((x + wide, y), (x, y)),
    )
    wear.scene.stroke(part, wear.at(edge), 1.4, start=0.02, end=0.02, within=(part,))
    hem = wear.at(((x, y + 5), (x + wide * 0.5, y + 5.5), (x + wide, y + 5)))
    wear.scene.stroke(part, hem, 0.9, start=0.05, end=0.05, within=(part,))


def flower(
    wear: Wear, part: int, within: tuple[int, ...], x: float, y: float, size: float, heart: int
) -> None:
    """Print a blossom on cloth, with its heart as another part."""
    point = wear.at(((x, y),))[0]
    turn = 72 * ((x + y) % 1)
    for number in range(5):
        leaf = spline(
            (
                (0, -1),
                (3.6, -3.6),
                (5.6, -8),
                (3.4, -11),
                (0, -9.8),
                (-3.4, -11),
                (-5.6, -8),
                (-3.6, -3.6),
            ),
            closed=True,
            per=3,
        )
        wear.scene.fill(part, turned(leaf, 72 * number + turn) * (size / 10) + point, within=within)
    middle = ellipse(float(point[0]), float(point[1]), size * 0.2, size * 0.2, 10)
    wear.scene.fill(heart, middle, within=(part,))
