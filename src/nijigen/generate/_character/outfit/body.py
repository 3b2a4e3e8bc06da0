"""Body: neck, shoulders, trunk and arms under the clothes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from nijigen.generate._character.drawing.colors import skin_shaded
from nijigen.generate._character.drawing.curves import Knots, Points, spline, turned
from nijigen.generate._character.drawing.scene import Cover, Fill, Item, Scene
from nijigen.generate._character.head.head import PIVOT, Head
from nijigen.generate._character.styles.proportions import proportions_of
from nijigen.generate._character.traits.parameters import Traits

LOW = 345.0
"""Height in body points where drawing ends, below any frame."""


@dataclass(frozen=True)
class Body:
    """Measures of the body, in figure units.

    Attributes:
        neck: Half width of the neck.
        shoulder: Half width of the shoulders.
        base_y: Height of the pit of the neck.
        slope: How far the shoulders are below the pit, in body points.
        waist: Half width of the waist in body points.
        chest: Size of the bust, 0 to 1.
        scale: Size of the body relative to the head.
        elbows: How far the left and the right elbow are held out, 0 to 1.
        lean: Tilt of the shoulders in radians, clockwise.
        turn: Turn of the trunk in radians, positive to the viewer's right.
        shrug: How far the left and the right shoulder are raised, in body points.
    """

    neck: float
    shoulder: float
    base_y: float
    slope: float
    waist: float
    chest: float
    scale: float
    elbows: tuple[float, float]
    lean: float
    turn: float
    shrug: tuple[float, float]

    @property
    def shoulder_y(self) -> float:
        """Height of the end of the shoulders."""
        return self.base_y + self.slope * self.scale

    @property
    def nape(self) -> float:
        """Half width of the neck in body points."""
        return 100 * self.neck / self.shoulder

    def at(self, knots: Knots) -> Points:
        """Convert body points to figure points: shoulders at 100, the pit of the neck at 0."""
        points = np.asarray(knots, np.float64)
        return points * (self.shoulder / 100, self.scale) + (0, self.base_y)

    def top(self, ease: float = 0.0) -> Points:
        """Return the line of the right shoulder from the neck; ``ease`` is the cloth's thickness.

        In body points, like all outlines of the body.
        """
        n, d, e = self.nape, self.slope, ease
        return spline(((n + 1, -25 - e), (n + 6, -14 - e), (n + 20, -6.5 - e), (60, d - 10 - e),
                       (83, d - 3 - e), (93 + e * 0.6, d + 7 - e * 0.6)))  # fmt: skip

    def side(self, ease: float = 0.0) -> Points:
        """Return the right side of the trunk from the armpit down."""
        d, w, e, bust = self.slope, self.waist, ease, 6 * self.chest
        return spline(((71 + e * 0.3, d + 56), (69 + bust + e * 0.5, d + 92),
                       (w + 9 + e * 0.9, d + 140), (w + e * 1.3, d + 182),
                       (w + 10 + e * 1.3, d + 244), (w + 20 + e, LOW)))  # fmt: skip

    def arm(self, right: bool, ease: float = 0.0) -> tuple[Points, Points]:
        """Return the outer and the inner line of an arm, from the shoulder down, as a right one."""
        d, e, far = self.slope, ease, 34 * self.elbows[right]
        thick = 2.0 if self.chest < 0.3 else 0.0
        outer = spline(((84, d - 3 - e), (94 + e * 0.6, d + 7 - e * 0.6), (101 + e, d + 30),
                        (103 + e + far * 0.28, d + 74), (103 + e * 1.2 + far * 0.65, d + 122),
                        (103 + e * 1.3 + far, d + 176), (101 + e * 1.3 + far * 0.95, d + 230),
                        (97 + e * 1.2 + far * 0.72, LOW)))  # fmt: skip
        inner = spline(
            (
                (70, d + 54 + e),
                (74 - e * 0.2 - thick + far * 0.2, d + 86),
                (77 - e * 0.4 - thick + far * 0.6, d + 126),
                (80 - e * 0.5 - thick + far * 0.9, d + 174),
                (79 - e * 0.5 + far * 0.86, d + 226),
                (77 - e * 0.5 + far * 0.6, LOW),
            )
        )
        return outer, inner

    def armhole(self) -> Points:
        """Return the line where the right sleeve begins, from the shoulder to the armpit."""
        d = self.slope
        return spline(((84, d - 4), (77, d + 14), (73, d + 38), (72, d + 58)))


def body_of(traits: Traits, head: Head) -> Body:
    """Return the body of a character, which hangs from the chin of its head."""
    who, sizes = traits.identity, proportions_of(traits)
    hard = 1 - who.femininity
    grown = {"child": 0.1, "teen": 0.6}.get(who.age, 1.0)
    # The neck bends with age: the head is in front of sloping shoulders.
    stoop = {"middle": 0.25, "elderly": 1.0}.get(who.age, 0.0)
    scale = (sizes.shoulder_width / (126 + 24 * hard * grown)) ** 0.8
    posture, shape = traits.random("posture", "pose"), traits.random("body")
    # Slim and old necks are long and meet sloping shoulders; broad ones are short, and muscles rise
    # from the shoulders.
    slim = 0.5 - who.build + 0.25 * (who.femininity - 0.5) + shape.uniform(-0.3, 0.3)
    turn = 0.45 * head.yaw + math.radians(max(-24.0, min(24.0, posture.gauss(0, 11))))
    raised = max(0.0, posture.gauss(0, 5.0))
    return Body(
        neck=sizes.neck_width,
        shoulder=sizes.shoulder_width,
        base_y=head.chin + 5 + (29 + 9 * slim) * scale - 12 * stoop,
        slope=sizes.shoulder_slope / scale - 9 + 9 * slim + 5 * stoop,
        waist=48
        + 10 * hard * grown
        + (8 if who.age == "child" else 0)
        + 4 * stoop
        + 10 * (who.build - 0.5),
        chest=who.femininity * grown * shape.uniform(0.55, 1.0),
        scale=scale,
        elbows=(posture.random() ** 1.6, posture.random() ** 1.6),
        lean=math.radians(max(-8.0, min(8.0, posture.gauss(0, 3.4)))),
        turn=turn,
        shrug=(raised, 0.0) if posture.random() < 0.5 else (0.0, raised),
    )


def draw_neck(scene: Scene, head: Head, body: Body, traits: Traits, neck: int) -> None:
    """Draw the neck, the shoulders and the chest."""
    n, base, k = body.neck, body.base_y, body.scale
    upper = turned(
        np.array(((-n * 0.9, 84.0), (n * 0.9, 84.0))), np.rad2deg(head.roll) * 0.7, PIVOT
    )
    shift = 9 * np.sin(head.yaw)
    upper = upper + (shift, 0)
    low = body.at(body.top())
    lines = []
    for side in (-1, 1):
        start = upper[(side + 1) // 2]
        middle = (side * n * 0.92 + shift * 0.4, base - 34 * k)
        foot = low * (side, 1)
        lines.append(np.concatenate([spline((tuple(start), middle, tuple(foot[4]))), foot[5:]]))
    down = body.at(np.concatenate([body.armhole(), body.side()]))
    left, right = (np.concatenate([line, down * (side, 1)])
                   for line, side in zip(lines, (-1, 1), strict=True))  # fmt: skip
    scene.fill(neck, np.concatenate([left[::-1], right]))
    for line in lines:
        scene.stroke(neck, line, 2.2, start=0.06, end=0.1)
    deep = 0.75 if traits.identity.age == "child" else 1.0
    for side in (-1, 1):
        bone = spline(((side * 7 * k, base + 6 * k), (side * 16 * k, base + 1 * k),
                       (side * 36 * k, base - 1 * k), (side * 58 * k, base - 5 * k)))  # fmt: skip
        scene.stroke(neck, bone, 1.6 * deep, start=0.15, end=0.85)
        scene.shade(
            np.concatenate(
                [bone, (bone + (0, 4.5 * k) * np.linspace(1, 0, len(bone))[:, None])[::-1]]
            ),
            neck,
        )
    scene.stroke(
        neck,
        spline(((-1.5 * k, base + 4 * k), (0, base + 7 * k), (2.5 * k, base + 5 * k))),
        1.1,
        start=0.4,
        end=0.4,
    )
    if body.neck > 29:
        scene.stroke(neck, spline(((-2, base - 24), (2, base - 20), (-1, base - 15))), 1.3,
                     start=0.4, end=0.4)  # fmt: skip
    # The tendons from behind the ears to the pit of the neck.
    if traits.identity.age != "child":
        for side in (-1, 1):
            sinew = spline(((side * n * 0.5, base - 22 * k), (side * n * 0.3, base - 8 * k),
                            (side * 4.5 * k, base + 3 * k)))  # fmt: skip
            scene.stroke(neck, sinew, 0.7 + 0.6 * (1 - traits.identity.femininity), start=0.75,
                         end=0.25)  # fmt: skip


def turn_body(scene: Scene, start: int, head: Head, body: Body) -> None:
    """Turn the items from ``start`` on, neck and clothes.

    The trunk is a flat cylinder: the middle of its front moves farthest, and of its shoulders one
    comes forward. The neck connects it with the head: its upper end stays there.
    """
    lean = body.lean + 0.1 * head.roll
    s, c = math.sin(body.turn), math.cos(body.turn)
    near = 0.42 * body.shoulder * s
    items = scene.items[start:]
    # All items at once: a dress has a hundred.
    points = np.concatenate([item.points for item in items])
    x, y = points[:, 0], points[:, 1]
    share = ((y - 84.0) / (body.base_y - 90.0)).clip(0, 1)
    bulge = np.maximum(0.0, 1 - (x / body.shoulder) ** 2)
    moved = np.empty_like(points)
    # The hips swing against the shoulders.
    low = np.maximum(0.0, y - body.base_y)
    # What is nearer is larger.
    wide = c - 1 - 0.24 * s * np.tanh(x / (0.5 * body.shoulder))
    moved[:, 0] = x + share * (x * wide + near * bulge) - 0.4 * lean * low
    aside = (np.abs(x) / body.shoulder - 0.25).clip(0, 0.75) / 0.75
    rise = np.where(x < 0, *body.shrug) * body.scale * aside * aside * (3 - 2 * aside)
    # The lower end is outside of any frame.
    longer = 12.0 * np.maximum(0.0, low - 300 * body.scale)
    level = (1 - low / (420 * body.scale)).clip(0, 1)
    moved[:, 1] = y + (share * x * lean - rise) * level + longer
    ends = np.cumsum([len(item.points) for item in items])
    for number, (item, own) in enumerate(zip(items, np.split(moved, ends[:-1]), strict=True)):
        scene.items[start + number] = _with_points(item, own)


def _with_points(item: Item, points: Points) -> Item:
    """Return an item with other points; a third of the time of ``replace``."""
    if isinstance(item, Fill):
        return Fill(item.part, points, item.within)
    if isinstance(item, Cover):
        return Cover(item.tone, points, item.within)
    return replace(item, points=points)


def shade_neck(scene: Scene, head: Head, traits: Traits, neck: int) -> None:
    """Add the shadow of the head: on the neck, and weaker on the collar and the chest."""
    _, chin = head.contour()
    middle = chin.mean(axis=0)
    lamp = -1 if traits.scene.light <= 0 else 1
    scene.shade((chin - middle) * (0.8, 0.95) + middle + (-lamp * 6.0, 24.0), neck)
    # Where no light comes from below either, right under the jaw.
    skin = scene.parts[neck - 1]
    under = (chin - middle) * (0.86, 0.98) + middle + (-lamp * 2.0, 4.0)
    count = len(under)
    scene.stroke(neck, under[count // 5 : -(count // 5)], 13.0, start=0.3, end=0.3,
                 paint=skin_shaded(skin.shade), within=(neck,))  # fmt: skip
    cloth = tuple(n for n in scene.ids("cloth") if not scene.parts[n - 1].name.startswith("back"))
    if cloth:
        scene.shade((chin - middle) * (0.62, 0.9) + middle + (-lamp * 9.0, 40.0), *cloth)
