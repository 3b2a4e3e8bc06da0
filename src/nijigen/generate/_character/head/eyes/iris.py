"""The iris: a gradient from dark to bright, a pupil, shadow of the lid and highlights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.colors import luma, mixed
from nijigen.generate._character.drawing.curves import Points, ellipse, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.eyes.lids import Eye
from nijigen.generate._character.traits.parameters import Traits

_ROUND = ellipse(0, 0, 1, 1, 36)


@dataclass(frozen=True)
class Disc:
    """The iris as an oval on the face, in head units."""

    eye: Eye
    x: float
    y: float
    across: float
    down: float

    def shape(self, outline: Points) -> Points:
        """Project an outline in shares of the radii."""
        return self.eye.head.face(outline * (self.across, self.down) + (self.x, self.y))

    def oval(self, x: float, y: float, across: float, down: float) -> Points:
        """Project an oval by its middle and radii, in shares of the radii."""
        return self.shape(_ROUND * (across, down) + (x, y))


def disc_of(eye: Eye, traits: Traits) -> Disc:
    """Return the place and the size of an iris."""
    design, look = eye.design, eye.look
    high, low = (float(np.interp(0.5, *np.transpose(curve))) for curve in (design.upper,
                 (design.upper[0], *design.lower, design.upper[-1])))  # fmt: skip
    opening = (low - high) * eye.height
    across = 0.5 * eye.head.iris_width
    # Taller than wide; of a narrow eye both lids hide a part.
    down = min(max(0.5 * opening * (1 + design.cut), 0.98 * across), 1.5 * across)
    middle = low * eye.height + 0.02 * eye.height - down
    if down * 2 > opening * (1 + design.cut) + 1:
        middle = 0.5 * (low + high) * eye.height - 0.3 * (2 * down - opening) * 0.5
    shrunk = 0.5 * (high + low) * eye.height
    middle += (shrunk - middle) * min(1.0, 1.6 * (1 - look.iris))
    gaze_x = max(-1.0, min(1.0, traits.pose.gaze_x + look.gaze[0]))
    gaze_y = max(-1.0, min(1.0, traits.pose.gaze_y + look.gaze[1]))
    x = eye.side * (eye.head.eye_x - 0.015 * eye.width) + gaze_x * 0.15 * eye.width
    y = eye.head.eye_y + middle + gaze_y * 0.1 * eye.height
    return Disc(eye, x, y, across * look.iris, down * look.iris)


def draw_iris(scene: Scene, eye: Eye, traits: Traits, white: int) -> None:
    """Draw the iris on the white of an eye, with everything on it."""
    who, look = traits.identity, eye.design.look
    disc, name = disc_of(eye, traits), eye.name
    color = who.eye_color_left if eye.side < 0 else who.eye_color
    whole = disc.oval(0, 0, 1, 1)
    for index, way in enumerate(((0, 0), (-0.97, 0), (0.97, 0), (0, -0.97), (0, 0.97))):
        point = disc.shape(np.array((way), np.float64)[None])[0]
        scene.mark(f"iris_{name}" + (f"_{index}" if index else ""), point, "iris", "pupil",
                   "eye_light")  # fmt: skip
    dark = luma(color) < 0.25
    deep = mixed(color, "#0e0a1c", 0.66 if look != "soft" else 0.5)
    bright = mixed(color, "#ffffff", 0.34 if look != "flat" else 0.1)
    if luma(color) > 0.6:
        deep = mixed(color, "#2a1636", 0.6)
    dull = not eye.look.lights
    high, low = float(whole[:, 1].min()), float(whole[:, 1].max())
    start = {"deep": 0.35, "soft": -0.2, "flat": -0.6}.get(look, 0.1)
    rim = mixed(deep, "#08060e", 0.35)
    iris = scene.part(
        Part(f"iris.{name}", "iris", "eyes", mixed(deep, color, 0.25), deep, bright, rim,
             end=mixed(color, bright, 0.35 if not dull else 0.0),
             top=high + start * (high - low) * -1 * 0.2, bottom=low)
    )  # fmt: skip
    scene.fill(iris, whole, within=(white,))
    inside = [white, iris]
    if not dull:
        inside.append(_glow(scene, disc, look, name, color, bright, iris))
    pupil = _pupil(scene, disc, traits, deep, iris, inside)
    if pupil:
        inside.append(pupil)
    # The shadow of the lid, lash and brow on the upper part.
    upper = eye.upper
    drop = (0.24 if look in ("flat", "soft") else 0.34) * 2 * disc.down
    scene.shade(np.concatenate([upper - (0, 3), (upper + (0, drop * 0.62))[::-1]]), iris)
    outline = np.concatenate([whole[9:], whole[:10]])
    weight = 2.4 if disc.across > 9 else 1.8
    scene.stroke(iris, outline, weight * (0.8 if look == "soft" else 1), start=0.32, end=0.32,
                 within=tuple(inside))  # fmt: skip
    if not dull:
        _lights(scene, disc, traits, tuple(inside), name, dark)


def _glow(scene: Scene, disc: Disc, look: str, name: str, color: str, bright: str,
          iris: int) -> int:  # fmt: skip
    """Draw the light that falls through the iris, on its lower part."""
    tint = mixed(mixed(color, "#ffffff", 0.5), "#d8fff4", 0.25)
    if look in ("flat", "soft"):
        tint = mixed(color, "#ffffff", 0.3)
    part = scene.part(Part(f"glow.{name}", "iris", "eyes", bright, mixed(color, bright, 0.3),
                           tint, bright, end=tint, top=disc.oval(0, 0, 1, 1)[:, 1].min(),
                           bottom=disc.oval(0, 0, 1, 1)[:, 1].max()))  # fmt: skip
    if look in ("crescent", "jewel", "ringed"):
        t = np.linspace(0.12, 0.88, 15) * np.pi
        outer = np.stack([np.cos(t) * 0.84, np.sin(t) * 0.86], axis=1)
        inner = np.stack([np.cos(t) * 0.84, 0.2 + np.sin(t) * 0.32], axis=1)
        shape = np.concatenate([outer, inner[::-1]])
    elif look == "deep":
        shape = _ROUND * (0.6, 0.26) + (0, 0.6)
    elif look == "flat":
        shape = _ROUND * (0.55, 0.3) + (0, 0.58)
    else:
        shape = _ROUND * (0.7, 0.42) + (0, 0.48)
    scene.fill(part, disc.shape(shape), within=(iris,))
    if look in ("rayed", "jewel", "glow"):
        # Rays of the fibres, wide where the light is.
        for turn in (-1.25, -0.75, -0.25, 0.25, 0.75, 1.25):
            s, c = np.sin(turn), np.cos(turn)
            way, aside = np.array((s, c)), np.array((c, -s))
            ray = np.stack([0.42 * way, 0.8 * way + 0.1 * aside, 0.8 * way - 0.1 * aside])
            scene.fill(part, disc.shape(ray), within=(iris,))
    if look in ("ringed", "jewel"):
        ring = np.concatenate([_ROUND, _ROUND[:1], 0.88 * _ROUND[:1], 0.88 * _ROUND[::-1]])
        scene.fill(part, disc.shape(ring * (0.64, 0.66)), within=(iris,))
    return part


def _pupil(scene: Scene, disc: Disc, traits: Traits, deep: str, iris: int,
           inside: list[int]) -> int:  # fmt: skip
    kind = disc.eye.look.pupil or traits.identity.pupil
    if kind == "none":
        return 0
    color = mixed(deep, "#08040c", 0.65)
    if kind == "heart" and disc.eye.look.pupil == "heart":
        color = "#e8486e"
    name = disc.eye.name
    part = scene.part(Part(f"pupil.{name}", "pupil", "eyes", color, color, mixed(color, "#ffffff",
                           0.25), color))  # fmt: skip
    if kind == "spiral":
        t = np.linspace(0, 1, 60)
        turn = disc.eye.side * 5.2 * np.pi * t
        line = disc.shape(
            np.stack([np.cos(turn), np.sin(turn)], axis=1) * (0.08 + 0.86 * t)[:, None]
        )
        scene.stroke(part, line, 2.0, start=0.02, end=0.02, ink=mixed("#ffffff", deep, 0.12),
                     within=tuple(inside))  # fmt: skip
        return part
    scene.fill(part, disc.shape(_form(kind, disc)), within=tuple(inside))
    return part


def _form(kind: str, disc: Disc) -> Points:
    """Return the outline of a pupil in shares of the radii."""
    round_ = (1.0, disc.across / disc.down)
    if kind == "slit":
        t = np.linspace(-1, 1, 13)
        edge = np.stack([0.2 * (1 - t * t) ** 0.8, 0.74 * t], axis=1)
        return np.concatenate([edge, (edge * (-1, 1))[::-1]])
    if kind == "star":
        turn = np.arange(10) * np.pi / 5 - np.pi / 2
        size = np.where(np.arange(10) % 2 == 0, 0.66, 0.28)
        return np.stack([np.cos(turn) * size, np.sin(turn) * size], axis=1) * round_
    if kind == "heart":
        return spline(
            ((0, -0.2), (0.3, -0.56), (0.64, -0.3), (0.4, 0.2), (0.02, 0.66), (-0.02, 0.66),
             (-0.4, 0.2), (-0.64, -0.3), (-0.3, -0.56)), closed=True,
        ) * round_  # fmt: skip
    wide = 0.36 if disc.eye.design.look == "flat" else 0.42
    return ellipse(0, 0.0, wide, wide * 1.05)


def _lights(scene: Scene, disc: Disc, traits: Traits, where: tuple[int, ...], name: str,
            dark: bool) -> None:  # fmt: skip
    """Draw the highlights; light comes from the same side in both eyes."""
    spark = scene.part(
        Part(f"eye_light.{name}", "eye_light", "eyes", "#ffffff", "#eef0ff", "#ffffff", "#ffffff")
    )
    lamp = -1 if traits.scene.light <= 0 else 1
    soft = 0.85 if dark else 1.0
    # Lids hide the upper end of most irises; the lights move into what is seen.
    eye = disc.eye
    place = eye.side * (disc.x - eye.side * eye.head.eye_x) / eye.width + 0.5
    lids = [float(np.interp(place, line[:, 0], line[:, 1])) for line in eye.lids]
    high, low = ((eye.head.eye_y + lid * eye.height - disc.y) / disc.down for lid in lids)
    high, low = max(high, -0.85), min(low, 0.95)
    seen = max(0.2, (low - high) / 1.8)
    middle = (high + low) / 2

    def spot(x: float, y: float, across: float, down: float, lean: float = 0.0) -> None:
        flat = _ROUND * (across * soft, down * soft)
        flat = flat + np.stack([lean * flat[:, 1], np.zeros(len(flat))], axis=1)
        low_spot = np.array((lamp * x, middle + (y - 0.05) * seen))
        scene.fill(spark, disc.shape(flat * (lamp, max(seen, 0.55)) + low_spot), within=where)

    kind = disc.eye.design.lights
    if kind == "oval":
        spot(0.34, -0.42, 0.3, 0.25, -0.3)
        spot(-0.42, 0.4, 0.13, 0.11)
    elif kind == "round":
        spot(0.3, -0.38, 0.32, 0.26)
        spot(-0.36, 0.46, 0.16, 0.13)
        spot(0.08, -0.02, 0.09, 0.07)
    elif kind == "pair":
        spot(0.3, -0.42, 0.34, 0.25, -0.25)
        spot(-0.36, 0.34, 0.2, 0.16)
        spot(0.46, 0.12, 0.1, 0.08)
    elif kind == "drop":
        spot(0.3, -0.4, 0.22, 0.3, -0.35)
        spot(-0.4, 0.5, 0.12, 0.09)
    elif kind == "bar":
        box = np.array(((-0.32, -0.2), (0.14, -0.24), (0.26, 0.06), (-0.2, 0.12)))
        scene.fill(spark, disc.shape(box * (lamp, 1) + (lamp * 0.34, -0.4)), within=where)
    elif kind == "small":
        spot(0.3, -0.34, 0.2, 0.17)
    else:
        spot(0.32, -0.44, 0.34, 0.26, -0.3)
        spot(-0.4, 0.28, 0.17, 0.14)
        spot(-0.08, 0.66, 0.11, 0.08)
        star = np.array(((0, -1), (0.16, -0.16), (1, 0), (0.16, 0.16), (0, 1), (-0.16, 0.16),
                         (-1, 0), (-0.16, -0.16)))  # fmt: skip
        scene.fill(spark, disc.shape(star * (0.24, 0.24) + (-lamp * 0.44, -0.3)), within=where)
