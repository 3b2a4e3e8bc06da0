"""Wear: the cloth of a garment on trunk and arms, with its folds and shade."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.colors import ink, lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import (
    Knots,
    Points,
    along,
    ellipse,
    mirrored,
    normals,
    spline,
)
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.outfit.body import LOW, Body
from nijigen.generate._character.traits.parameters import Traits


@dataclass
class Wear:
    """The context in which outfits are drawn: body points and parts of cloth.

    ``back`` is the index of the first item in front of the nape.
    """

    scene: Scene
    body: Body
    traits: Traits
    neck: int
    base: str
    back: int
    count: int = 0

    @property
    def first(self) -> str:
        """The main color."""
        return self.traits.identity.outfit_color

    @property
    def second(self) -> str:
        """The second color, with enough contrast to the first."""
        first, second = self.first, self.traits.identity.outfit_second
        if abs(luma(first) - luma(second)) < 0.14:
            second = mixed(second, "#ffffff" if luma(first) < 0.5 else "#1c1c34", 0.5)
        return second

    @property
    def lamp(self) -> int:
        """-1 where light comes from the left, 1 from the right."""
        return -1 if self.traits.scene.light <= 0 else 1

    @property
    def nape(self) -> float:
        """Half width of the neck in body points."""
        return self.body.nape

    def part(self, name: str, color: str, region: str = "cloth", layer: str = "clothes") -> int:
        """Add a part of cloth."""
        self.count += 1
        return self.scene.part(
            Part(f"{name}.{self.count}", region, layer, color,
                 shaded(color, 0.75 if luma(color) > 0.8 else 1.0), lit(color),
                 ink(color, self.base, 0.55 if self.traits.style.inking != "black" else 0.2))
        )  # fmt: skip

    def at(self, knots: Knots) -> Points:
        """Convert body points to figure points."""
        return self.body.at(knots)

    @contextmanager
    def behind(self) -> Iterator[None]:
        """Draw what is behind the neck."""
        front, self.scene.items = self.scene.items, []
        yield
        made, self.scene.items = self.scene.items, front
        self.scene.items[self.back : self.back] = made
        self.back += len(made)

    def lining(self, color: str, high: float = 26, wide: float = 3.0) -> int:
        """Draw the inside of a collar that shows behind the neck."""
        n = self.nape + wide
        with self.behind():
            part = self.part("back", mixed(color, shaded(color), 0.7), layer="clothes_back")
            knots = ((n, -high + 4), (n * 0.5, -high - 3), (0, -high - 4.5), (-n * 0.5, -high - 3),
                     (-n, -high + 4))  # fmt: skip
            rim = spline(self.at(knots))
            low = self.at(((-n - 6, 6), (n + 6, 6)))
            self.scene.fill(part, np.concatenate([rim, low]))
            self.scene.stroke(part, rim, 1.9, start=0.02, end=0.02)
            inner = spline(self.at(np.array(knots) * (0.96, 1) + (0, 13)))
            self.scene.shade(np.concatenate([inner, low]), part)
        return part

    def round_neck(self, depth: float, wide: float = 0.0) -> Points:
        """Return a round neckline from the right of the neck to its left, in figure units."""
        n, top = self.nape + 4 + wide, self._on_shoulder(self.nape + 4 + wide)
        return spline(self.at(((n, top), (n * 0.9, top + (depth - top) * 0.52),
                               (n * 0.52, depth - (depth - top) * 0.1), (0, depth),
                               (-n * 0.52, depth - (depth - top) * 0.1),
                               (-n * 0.9, top + (depth - top) * 0.52), (-n, top))))  # fmt: skip

    def v_neck(self, depth: float, wide: float = 0.0) -> Points:
        """Return a neckline that ends in a point."""
        n, top = self.nape + 4 + wide, self._on_shoulder(self.nape + 4 + wide)
        right = spline(self.at(((n, top), (n * 0.7, top + (depth - top) * 0.42), (0, depth))))
        return np.concatenate([right, mirrored(right)[::-1][1:]])

    def _on_shoulder(self, x: float) -> float:
        line = self.body.top(2.0)
        return float(np.interp(x, line[:, 0], line[:, 1]))

    def trunk(self, name: str, color: str, neckline: Points, ease: float = 3.0) -> int:
        """Draw the trunk without sleeves, with folds and shade."""
        scene, body = self.scene, self.body
        part = self.part(name, color)
        line = body.top(ease)
        n = abs(float(neckline[0, 0])) / body.shoulder * 100
        shoulder = line[line[:, 0] > n + 0.5]
        side = np.concatenate([body.armhole() * (1.01, 1), body.side(ease)])
        right = body.at(np.concatenate([shoulder, side]))
        scene.fill(part, np.concatenate([right, mirrored(right)[::-1], neckline[::-1]]))
        self.shade_trunk(part, ease)
        for s in (1, -1):
            edge = body.at(body.side(ease)) * (s, 1)
            scene.stroke(part, edge, 2.3, start=0.1, end=0.02)
            top = np.concatenate([neckline[:1] * (s, 1), body.at(shoulder) * (s, 1)])
            scene.stroke(part, top, 2.4, start=0.02, end=0.1)
        scene.stroke(part, neckline, 1.9, start=0.02, end=0.02)
        return part

    def shade_trunk(self, part: int, ease: float) -> None:
        """Shade the side away from the light, and what the bust and the armpits fold."""
        body, d, w, far = self.body, self.body.slope, self.body.waist, -self.lamp
        side = body.side(ease)
        bust = body.chest
        inner = spline(
            (
                (75, d + 24),
                (66, d + 50),
                (59 - 5 * bust, d + 76),
                (57 + 4 * bust, d + 98),
                (w - 12, d + 128),
                (w - 16, d + 178),
                (w - 4, d + 238),
                (w, LOW),
            )
        )
        edge = np.concatenate([body.armhole()[10:], side])
        self.scene.shade(self.at(np.concatenate([edge + (8, 0), inner[::-1]])) * (far, 1), part)
        if bust > 0.2:
            # The bust shows by the shadow below it alone.
            deep = 7 + 9 * bust
            for s in (1, -1):
                arc = spline(((60, d + 82), (54, d + 99), (36, d + 107), (17, d + 103)))
                low = spline(((60, d + 82), (57, d + 104), (38, d + 107 + deep), (17, d + 103)))
                self.scene.shade(self.at(np.concatenate([arc, low[::-1]])) * (s, 1), part)
                self.scene.stroke(part, self.at(arc[:14]) * (s, 1), 1.2, start=0.5, end=0.8,
                                  within=(part,))  # fmt: skip
            self.crease(part, ((-9, d + 98), (-2, d + 108), (8, d + 104)), 3.0, line=0.0)
        for s in (1, -1):
            self.crease(part, ((s * 72, d + 50), (s * 62, d + 58), (s * 47, d + 60)), 5.0)
            self.crease(part, ((s * 71, d + 60), (s * 63, d + 74), (s * 50, d + 83)), 3.5)
        self.crease(part, ((far * (w + 8), d + 150), (far * (w - 14), d + 172),
                           (far * (w - 34), d + 176)), 7.0)  # fmt: skip
        self.crease(part, ((-far * (w + 6), d + 164), (-far * (w - 10), d + 178),
                           (-far * (w - 26), d + 178)), 6.0)  # fmt: skip
        self.crease(part, ((far * (w + 6), d + 190), (far * (w - 20), d + 204),
                           (far * (w - 46), d + 196)), 5.0)  # fmt: skip

    def crease(self, part: int, knots: Knots, width: float, line: float = 1.3) -> None:
        """Draw a fold: a line that tapers, and a wedge of shade below it; body points."""
        path = spline(self.at(knots))
        place = along(path)
        reach = width * self.body.scale * np.sin(np.pi * place**0.7)
        side = normals(path)
        # The wedge is always below its line.
        down = np.where(side[:, 1:].sum() < 0, -1.0, 1.0)
        self.scene.shade(
            np.concatenate([path, (path + side * (down * reach[:, None]))[::-1]]), part
        )
        if line:
            self.scene.stroke(part, path, line, start=0.08, end=0.85, within=(part,))

    def sleeves(
        self, name: str, color: str, ease: float = 4.0, end: float | None = None,
        *, seam: bool = True, part: int | None = None,
    ) -> int:  # fmt: skip
        """Draw both sleeves to the height ``end`` below the shoulder, or out of the picture."""
        made = part or self.part(name, color)
        for right in (True, False):
            self._sleeve(made, right, ease, end, seam)
        return made

    def _sleeve(self, part: int, right: bool, ease: float, end: float | None, seam: bool) -> None:
        scene, d, sign = self.scene, self.body.slope, 1 if right else -1
        outer, inner = self.body.arm(right, ease)
        hole = self.body.armhole()
        cuff = None
        if end is not None:
            outer, inner = _until(outer, d + end), _until(inner, d + end + 4)
            # A cuff bends around the arm.
            middle = (outer[-1] + inner[-1]) / 2 + (0, 5.0)
            cuff = spline((outer[-1], middle, inner[-1]))
        bottom = inner[::-1] if cuff is None else np.concatenate([cuff, inner[::-1]])
        whole = self.at(np.concatenate([outer, bottom, hole[::-1]])) * (sign, 1)
        scene.fill(part, whole)
        self._shade_arm(part, outer, inner, sign, end)
        edges = [self.at(line) * (sign, 1) for line in (outer, inner)]
        scene.stroke(part, edges[0], 2.6, start=0.06, end=0.02)
        scene.stroke(part, edges[1], 2.0, start=0.12, end=0.02)
        if seam:
            scene.stroke(part, self.at(hole) * (sign, 1), 1.3, start=0.1, end=0.3)
        if cuff is not None:
            scene.stroke(part, self.at(cuff) * (sign, 1), 2.0, start=0.02, end=0.02)

    def _shade_arm(
        self, part: int, outer: Points, inner: Points, sign: int, end: float | None
    ) -> None:
        d = self.body.slope
        lit_side = sign == self.lamp
        if lit_side:
            # Only the inside next to the trunk is dark.
            heights = np.linspace(d + 44, LOW if end is None else d + end + 8, 9)
            near = np.interp(heights, inner[:, 1], inner[:, 0], left=70)
            wide = np.interp(heights, (d + 44, d + 90, d + 180, LOW), (2, 9, 6, 8))
            dark = np.concatenate([np.stack([near - 4, heights], 1),
                                   spline(np.stack([near + wide, heights], 1))[::-1]])  # fmt: skip
        else:
            heights = np.linspace(d + 8, LOW if end is None else d + end + 8, 9)
            far = np.interp(heights, outer[:, 1], outer[:, 0])
            wide = np.interp(heights, (d + 8, d + 60, d + 120, d + 180, LOW), (3, 12, 15, 11, 13))
            dark = np.concatenate([np.stack([far + 8, heights], 1),
                                   spline(np.stack([far - wide, heights], 1))[::-1]])  # fmt: skip
        self.scene.shade(self.at(dark) * (sign, 1), part)
        self.crease(part, ((sign * 72, d + 52), (sign * 80, d + 42), (sign * 90, d + 40)), 4.0)
        if end is None or end > 90:
            self.crease(part, ((sign * 74, d + 66), (sign * 84, d + 66), (sign * 93, d + 74)), 4.0)
        if end is None:
            x = float(np.interp(d + 168, inner[:, 1], inner[:, 0]))
            y = d + 164
            self.crease(part, ((sign * (x - 1), y), (sign * (x + 9), y + 8),
                               (sign * (x + 19), y + 7)), 6.0)  # fmt: skip
            self.crease(part, ((sign * (x - 1), y + 12), (sign * (x + 8), y + 16),
                               (sign * (x + 15), y + 24)), 5.0)  # fmt: skip
            self.crease(part, ((sign * (x + 24), y - 22), (sign * (x + 15), y - 12),
                               (sign * (x + 5), y - 9)), 4.0)  # fmt: skip

    def bare_arms(self) -> None:
        """Draw the skin of both arms, before sleeves that end above the elbow."""
        for right in (True, False):
            sign = 1 if right else -1
            outer, inner = self.body.arm(right)
            whole = np.concatenate([outer, inner[::-1], self.body.armhole()[::-1]])
            self.scene.fill(self.neck, self.at(whole) * (sign, 1))
            self._shade_arm_skin(outer, inner, sign)
            for line, width in ((outer, 2.5), (inner, 2.0)):
                self.scene.stroke(self.neck, self.at(line) * (sign, 1), width, start=0.05, end=0.02)

    def _shade_arm_skin(self, outer: Points, inner: Points, sign: int) -> None:
        line, side = (inner, 1) if sign == self.lamp else (outer, -1)
        wide = side * np.interp(line[:, 1], (20, 90, 190, LOW), (3, 8, 5, 8))
        shape = np.concatenate([line - (side * 8, 0), (line + np.stack([wide, 0 * wide], 1))[::-1]])
        self.scene.shade(self.at(shape) * (sign, 1), self.neck)

    def pair(
        self, name: str, color: str, knots: Points, width: float = 2.0, *, part: int | None = None
    ) -> int:
        """Draw a piece on the right and its mirror image on the left; body points."""
        made = part or self.part(name, color)
        shape = self.at(knots)
        for side in (shape, mirrored(shape)):
            self.scene.outlined(made, side, width)
        return made

    def button(self, color: str, x: float, y: float, size: float = 3.4) -> None:
        """Draw a button at a body point."""
        point = self.at(((x, y),))[0]
        shape = ellipse(float(point[0]), float(point[1]), size, size, 14)
        part = self.part("button", color)
        self.scene.outlined(part, shape, 1.3)
        self.scene.light(shape * 1.0 + (-1, -1.4), part)


def _until(line: Points, y: float) -> Points:
    """Return the part of a line above a height, ending there."""
    kept = line[line[:, 1] < y]
    x = float(np.interp(y, line[:, 1], line[:, 0]))
    return np.concatenate([kept, ((x, y),)])
