"""Eyes: lids, lashes, iris, pupil and highlights on the curved face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.colors import lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, along, ellipse, ribbon, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits


@dataclass(frozen=True)
class EyeForm:
    """Measures of an eye, in head units and relative numbers.

    Attributes:
        width: From corner to corner.
        height: Between the lids.
        tilt: How much higher the outer corner is.
        peak: Where the upper lid is highest, 0 at the inner corner, 1 at the outer.
        flat: How flat the top of the upper lid is.
        iris: Width of the iris relative to the eye.
        lash: Weight of the upper lash.
        flick: Length of the outer lashes.
        shut: How far the lid is lowered when the eye is open.
        lower: How round the lower lid is.
    """

    width: float
    height: float
    tilt: float
    peak: float
    flat: float
    iris: float
    lash: float
    flick: float
    shut: float = 0.0
    lower: float = 1.0


FORMS = {
    "round": EyeForm(42, 36, 1, 0.5, 0.55, 0.66, 1.0, 0.7),
    "big": EyeForm(46, 42, 1, 0.48, 0.6, 0.68, 1.1, 0.9),
    "almond": EyeForm(44, 30, 3, 0.5, 0.4, 0.6, 1.0, 0.8),
    "cat": EyeForm(45, 33, 7, 0.62, 0.4, 0.6, 1.1, 1.2),
    "droopy": EyeForm(43, 33, -6, 0.42, 0.55, 0.65, 1.0, 0.7),
    "sharp": EyeForm(46, 27, 6, 0.6, 0.25, 0.54, 1.05, 0.9),
    "sleepy": EyeForm(44, 32, -1, 0.5, 0.6, 0.66, 1.2, 0.6, 0.3),
    "narrow": EyeForm(43, 21, 3, 0.5, 0.4, 0.46, 1.0, 0.5, 0.0, 0.7),
    "doe": EyeForm(42, 41, 0, 0.45, 0.65, 0.74, 1.2, 1.1),
    "fierce": EyeForm(46, 28, 9, 0.68, 0.12, 0.5, 1.15, 1.0, 0.05, 0.9),
    "soft": EyeForm(43, 34, -2, 0.5, 0.5, 0.64, 0.85, 0.5),
    "small": EyeForm(36, 25, 1, 0.5, 0.5, 0.56, 0.9, 0.4),
    "sanpaku": EyeForm(43, 31, 3, 0.55, 0.35, 0.46, 0.95, 0.6),
    "sparkling": EyeForm(46, 41, 3, 0.5, 0.6, 0.7, 1.15, 1.2),
}  # fmt: skip


@dataclass(frozen=True)
class _Eye:
    """One eye on the flat face; u runs from the inner to the outer corner."""

    head: Head
    side: int
    form: EyeForm
    width: float
    height: float
    openness: float

    def place(self, u: Points, v: Points | float) -> Points:
        """Return figure points of eye coordinates: u 0 to 1, v in head units, down."""
        x = self.side * (self.head.eye_x + (u - 0.5) * self.width)
        y = self.head.eye_y + np.asarray(v) - self.form.tilt * (u - 0.35) + 0.0 * u
        return self.head.face(np.stack([x, y], axis=1))

    def upper(self, u: Points) -> Points:
        """Return heights of the upper lid over u."""
        form = self.form
        warped = np.where(u < form.peak, 0.5 * u / form.peak, 1 - 0.5 * (1 - u) / (1 - form.peak))
        arc = (1 - np.abs(2 * warped - 1) ** (2 + 2 * form.flat)) ** (0.9 - 0.3 * form.flat)
        lift = self.openness * (1 - form.shut)
        open_ = -self.height * 0.6 * arc * lift
        closed = self.height * 0.22 * (1 - (2 * u - 1) ** 2)
        height: Points = open_ + closed * (1 - min(1.0, lift)) ** 1.5 + 2 * (1 - u)
        return height

    def lower(self, u: Points) -> Points:
        """Return heights of the lower lid over u."""
        arc = (1 - np.abs(2 * u - 1) ** 3) ** 0.8
        part = min(1.0, 0.55 + 0.45 * self.openness)
        shape: Points = self.height * 0.4 * self.form.lower * arc * part + 2 * (1 - u)
        lower: Points = np.maximum(shape, self.upper(u) + 0.2)
        return lower


def eye_size(traits: Traits) -> tuple[float, float]:
    """Return factors on the width and the height of the eyes."""
    who, mature = traits.identity, traits.style.maturity - 0.5
    hard = 1 - who.femininity
    young = {"child": 1.12, "teen": 1.04, "adult": 0.98, "middle": 0.9, "elderly": 0.84}[who.age]
    grown = 0.35 if who.age == "child" else 1.0
    # Old and masculine eyes are lower rather than narrower.
    width = (1.08 + 0.06 * who.femininity) * who.eye_size * (0.35 + 0.65 * young)
    width *= (1 - 0.3 * mature) * (1 - 0.05 * hard * grown)
    height = (
        (1.14 + 0.08 * who.femininity)
        * who.eye_size
        * young
        * (1 - 0.5 * mature)
        * (1 - 0.3 * hard * grown)
    )
    return width, height


def draw_eyes(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw both eyes."""
    for side in (-1, 1):
        _draw_eye(scene, head, traits, face, side)


def _draw_eye(scene: Scene, head: Head, traits: Traits, face: int, side: int) -> None:
    who = traits.identity
    form = FORMS[who.eyes]
    across, down = eye_size(traits)
    openness = traits.expression.open_left if side < 0 else traits.expression.open_right
    eye = _Eye(head, side, form, form.width * across, form.height * down, openness)
    name = "left" if side < 0 else "right"
    u = np.linspace(0, 1, 25)
    upper, lower = eye.place(u, eye.upper(u)), eye.place(u, eye.lower(u))
    skin = scene.parts[face - 1]
    lash_color = mixed(skin.ink, "#1c1218", 0.72)
    opening = np.concatenate([upper, lower[::-1]])
    _marks(scene, upper, lower, name)
    white = scene.part(
        Part(f"eye_white.{name}", "eye_white", "eyes", "#fdfcfb",
             mixed("#d9d3e6", skin.shade, 0.25), "#ffffff", lash_color)
    )  # fmt: skip
    lid_drop = eye.upper(np.array([form.peak]))[0]
    gap = float(eye.lower(np.array([0.5]))[0] - lid_drop)
    if gap > 3:
        scene.fill(white, opening, within=(face,))
        shadow = np.concatenate([upper, (lower * 0.3 + upper * 0.7)[::-1] + (0, 2.0)])
        scene.shade(shadow, white)
        _iris(scene, eye, traits, white, name)
    else:
        for index in range(5):
            scene.mark(f"iris_{name}" + (f"_{index}" if index else ""), _mean(opening), "hidden")
    _lids(scene, eye, traits, face, name, upper, lower, gap)


def _mean(points: Points) -> Points:
    middle: Points = points.mean(axis=0)
    return middle


def _marks(scene: Scene, upper: Points, lower: Points, name: str) -> None:
    # Ten points of the rim, on the lash or right inside it.
    on = ("eye_white", "iris", "lash", "face", "pupil", "eye_light")
    for number, index in enumerate((0, 6, 12, 18, 24)):
        scene.mark(f"eye_{name}_upper_{number}", upper[index], *on)
    for number, index in enumerate((6, 12, 18)):
        scene.mark(f"eye_{name}_lower_{number}", lower[index], *on)


def _iris(scene: Scene, eye: _Eye, traits: Traits, white: int, name: str) -> None:
    who, pose = traits.identity, traits.pose
    form = eye.form
    color = who.eye_color_left if eye.side < 0 else who.eye_color
    # An iris is taller than wide and clipped by the upper lid; gaze moves it over the white.
    rx = eye.width * form.iris * 0.5
    ry = min(eye.height * 0.56, rx * 1.42) if eye.height > 26 else max(eye.height * 0.5, rx * 0.95)
    cx = eye.side * (eye.head.eye_x - 0.02 * eye.width) + pose.gaze_x * eye.width * 0.2
    top = -eye.height * 0.6 * min(1.0, 1.0 - form.shut)
    cy = eye.head.eye_y + (top + eye.height * 0.4) * 0.5 + pose.gaze_y * eye.height * 0.16
    cy += 0.6
    around = ellipse(0, 0, 1, 1, 36)

    def disc(x: float, y: float, w: float, h: float) -> Points:
        return eye.head.face(around * (w, h) + (cx + x, cy + y))

    whole = disc(0, 0, rx, ry)
    high, low = float(whole[:, 1].min()), float(whole[:, 1].max())
    deep, bright = mixed(color, "#0c0818", 0.62), mixed(color, "#ffffff", 0.3)
    if luma(color) > 0.6:
        deep = mixed(color, "#281430", 0.55)
    iris = scene.part(
        Part(f"iris.{name}", "iris", "eyes", mixed(deep, color, 0.45), deep, bright, deep,
             end=bright, top=high + 0.25 * (high - low) * -1, bottom=low)
    )  # fmt: skip
    inside = (white,)
    scene.fill(iris, whole, within=inside)
    within = (white, iris)
    scene.stroke(iris, np.concatenate([whole, whole[:2]]), 2.6 if rx > 9 else 1.8,
                 start=0.0, end=0.0, within=within)  # fmt: skip
    # The shadow of the lash on the upper third.
    scene.shade(disc(0, -0.72 * ry, rx * 1.1, ry * 0.52), iris)
    pupil_color = mixed(deep, "#08040c", 0.6)
    pupil = scene.part(
        Part(f"pupil.{name}", "pupil", "eyes", pupil_color, pupil_color, color, pupil_color)
    )
    on = ("iris", "pupil", "eye_light")
    if who.pupil != "none":
        scene.fill(pupil, _pupil(who.pupil, eye, cx, cy, rx, ry), within=(iris,))
    scene.light(disc(0, 0.62 * ry, rx * 0.6, ry * 0.24), iris)
    for index, way in enumerate(((0, 0), (-0.97, 0), (0.97, 0), (0, -0.97), (0, 0.97))):
        point = eye.head.at(cx + way[0] * rx, cy + way[1] * ry)
        scene.mark(f"iris_{name}" + (f"_{index}" if index else ""), point, *on)
    spark = scene.part(
        Part(f"eye_light.{name}", "eye_light", "eyes", "#ffffff", "#f2ecff", "#ffffff", "#ffffff")
    )
    where = (white, iris, pupil)
    # Light comes from the same side in both eyes.
    lamp = -1 if traits.scene.light <= 0 else 1
    scene.fill(spark, disc(lamp * 0.36 * rx, -0.36 * ry, 0.33 * rx, 0.27 * ry), within=where)
    scene.fill(spark, disc(-lamp * 0.4 * rx, 0.42 * ry, 0.17 * rx, 0.14 * ry), within=where)
    if who.eyes in ("sparkling", "doe", "big"):
        scene.fill(spark, disc(lamp * 0.1 * rx, 0.62 * ry, 0.11 * rx, 0.09 * ry), within=where)


def _pupil(kind: str, eye: _Eye, cx: float, cy: float, rx: float, ry: float) -> Points:
    if kind == "slit":
        shape = ellipse(0, 0, 0.16 * rx, 0.72 * ry)
    elif kind == "star":
        turn = np.arange(10) * np.pi / 5 - np.pi / 2
        size = np.where(np.arange(10) % 2 == 0, 0.62, 0.27)
        shape = np.stack([np.cos(turn) * size * rx, np.sin(turn) * size * rx], axis=1)
    elif kind == "heart":
        shape = spline(
            ((0, -0.2), (0.28, -0.5), (0.56, -0.25), (0.34, 0.2), (0.02, 0.58), (-0.02, 0.58),
             (-0.34, 0.2), (-0.56, -0.25), (-0.28, -0.5)), closed=True,
        ) * rx  # fmt: skip
    else:
        shape = ellipse(0, 0.02 * ry, 0.42 * rx, 0.46 * ry)
    return eye.head.face(shape + (cx, cy))


def _lids(
    scene: Scene,
    eye: _Eye,
    traits: Traits,
    face: int,
    name: str,
    upper: Points,
    lower: Points,
    gap: float,
) -> None:
    who, form = traits.identity, eye.form
    skin = scene.parts[face - 1]
    color = mixed(skin.ink, "#1c1218", 0.72)
    lash = scene.part(Part(f"lash.{name}", "lash", "eyes", color, color, lit(color, 0.4), color))
    soft = who.femininity if who.age != "child" else 0.5 + 0.5 * who.femininity
    heavy = form.lash * (2.4 + 2.2 * soft) * (0.8 + 0.2 * traits.style.line_weight)
    if who.age == "elderly":
        heavy *= 0.75
    u = np.linspace(0, 1, 25)
    place = along(upper)
    widths = heavy * (0.34 + 0.66 * np.sin(np.pi * (0.12 + 0.72 * place)))
    rim = upper - (0, 0.12 * heavy)
    # Beyond the outer corner the lash tapers to a point.
    reach = (1.6 + 3.4 * form.flick * soft) * (0.6 + 0.4 * min(eye.openness, 1))
    ends = eye.place(np.array([1.03, 1.07]), np.array([0.2 * reach, -0.1 * reach]))
    ends = ends + np.array([[eye.side * 0.35 * reach, 0], [eye.side * reach, -0.25 * reach]])
    line = np.concatenate([rim, ends])
    weights = np.concatenate([widths, [heavy * 0.6, 0.4]])
    if gap <= 3:
        weights = weights * 0.85
    scene.fill(lash, ribbon(line, weights))
    if soft > 0.35:
        for at, long in ((0.93, 1.0), (0.82, 0.8)):
            _flick(scene, eye, lash, at, long * form.flick * soft, gap > 3)
    # The lower lid is a short line at its outer half, in the color of skin in shadow.
    if gap > 3:
        part = lower[11:24] if soft > 0.35 else lower[7:23]
        scene.stroke(lash, part, 1.5, start=0.6, end=0.2, ink=mixed(skin.ink, skin.shade, 0.25))
    # The crease above the upper lid.
    if gap > 3 or form.shut:
        above = eye.place(u[5:23], eye.upper(u[5:23]) - 5.2 - 0.8 * heavy)
        scene.stroke(lash, above, 1.3, start=0.5, end=0.4, ink=mixed(skin.ink, skin.shade, 0.35))
    if who.age in ("middle", "elderly"):
        under = eye.place(u[3:21], eye.lower(u[3:21]) + 6.5)
        scene.stroke(lash, under, 1.2, start=0.5, end=0.6, ink=mixed(skin.ink, skin.shade, 0.45))
        if who.age == "elderly":
            for v, length in ((-2.0, 0.24), (2.5, 0.28), (6.5, 0.22)):
                foot = eye.place(np.linspace(1.12, 1.12 + length, 5), np.linspace(v, v * 2.0, 5))
                scene.stroke(lash, foot, 1.1, start=0.2, end=0.7,
                             ink=mixed(skin.ink, skin.shade, 0.45))  # fmt: skip
    if traits.expression.tears > 0:
        _tears(scene, eye, name, lower, face, traits.expression.tears)


def _flick(scene: Scene, eye: _Eye, lash: int, u: float, length: float, open_: bool) -> None:
    start = eye.place(np.array([u]), eye.upper(np.array([u])))[0]
    size = 6.5 * length
    rise = -0.7 if open_ else 0.5
    knots = (start, start + (eye.side * 0.55 * size, rise * 0.4 * size),
             start + (eye.side * size, rise * size))  # fmt: skip
    spine = spline(knots, per=4)
    scene.fill(lash, ribbon(spine, np.linspace(3.2, 0.4, len(spine))))


def _tears(scene: Scene, eye: _Eye, name: str, lower: Points, face: int, much: float) -> None:
    water = "#bfe6fb"
    tear = scene.part(
        Part(f"tear.{name}", "tear", "eyes", water, shaded(water, 0.6), "#ffffff", "#6aa6cf")
    )
    start = lower[16]
    chin = eye.head.at(0, eye.head.chin)[1]
    long = min(20 + 34 * much, max(8.0, chin - float(start[1]) - 22))
    drop = spline(
        (start, start + (3.2, long * 0.5), start + (3.6, long), start + (0, long + 4),
         start + (-3.6, long), start + (-2.4, long * 0.5)), closed=True,
    )  # fmt: skip
    scene.fill(tear, drop, within=(face,))
    scene.stroke(tear, np.concatenate([drop, drop[:1]]), 1.2, within=(face, tear))
    scene.light(ellipse(start[0] + 1, start[1] + long * 0.9, 1.2, 4), tear)
