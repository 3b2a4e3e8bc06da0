"""Brows, nose, mouth, blush, beard, wrinkles and marks on the face."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import (
    Points,
    along,
    ellipse,
    ribbon,
    spline,
)
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.eyes import FORMS, eye_size
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits

# Maximum width, length, arch, tilt, and bluntness of the inner end.
_BROWS = {
    "thin": (2.4, 40, 5, 1, 0.5), "soft": (3.6, 38, 4, 0, 0.6), "straight": (4.2, 38, 1, 1, 0.8),
    "arched": (3.2, 42, 8, 2, 0.6), "thick": (6.6, 40, 4, 2, 0.9), "short": (5.0, 22, 3, 0, 0.9),
    "angular": (4.6, 44, 7, 6, 0.9), "bushy": (8.2, 42, 3, 1, 1.0),
}  # fmt: skip


def draw_brows(scene: Scene, head: Head, traits: Traits, hair: str, face: int) -> None:
    """Draw the brows, over the hair as usual in anime."""
    who, mood = traits.identity, traits.expression
    width, length, arch, tilt, blunt = _BROWS[who.brows]
    skin = scene.parts[face - 1]
    # Darker than the hair, more so for light hair: pale brows make a face expressionless.
    base = mixed(shaded(hair), skin.ink, 0.3 + 0.4 * luma(hair))
    if luma(skin.color) < 0.4:
        base = mixed(base, "#0c0608", 0.45)
    hidden = scene.ids("hair")
    form = FORMS[who.eyes]
    across, down = eye_size(traits)
    hard = (1 - who.femininity) * (0.3 if who.age == "child" else 1.0)
    width *= 1.0 + 0.45 * hard
    gap = form.height * down * 0.62 + 13 - 6.5 * hard
    for side, name in ((-1, "left"), (1, "right")):
        part = scene.part(
            Part(f"brow.{name}", "brow", "brows", base, shaded(base), lit(base), base)
        )
        t = np.linspace(0, 1, 15)
        middle = head.eye_x + 1
        x = side * (middle - length * 0.52 * across + length * across * t)
        bend = -arch * np.sin(np.pi * (0.1 + 0.75 * t)) - tilt * t
        lean = mood.brow_frown * (8 * (1 - t) - 3 * t)
        # Sad brows only raise their inner ends.
        y = head.eye_y - gap + bend + lean - mood.brow_raise * 7
        line = head.face(np.stack([x, y], axis=1))
        place = along(line)
        taper = np.minimum(1, (1 - place) / 0.55) ** 0.8 * np.minimum(1, blunt + place / 0.2)
        widths = np.maximum(width * taper, 0.4)
        shape = ribbon(line, widths)
        if who.brows == "bushy":
            teeth = traits.random(f"brow{side}")
            shape = shape + [(0, teeth.uniform(-1.1, 1.1)) for _ in range(len(shape))]
        if luma(hair) < 0.35 and hidden:
            # Skin is visible through dark hair around the brow, which would be invisible otherwise.
            glow = mixed(hair, skin.color, 0.5)
            scene.stroke(part, line, width + 4.5, start=0.2, end=0.4, within=hidden, paint=glow)
        scene.fill(part, shape)
        for number, index in enumerate((0, 3, 7, 11, 14)):
            scene.mark(f"brow_{name}_{number}", line[index], "brow", "face", "hair")


def draw_nose(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw the nose."""
    kind = traits.identity.nose
    skin = scene.parts[face - 1]
    y = nose_y(head)
    lamp = -1 if traits.scene.light <= 0 else 1
    turn = head.yaw / 0.6
    way = (1 if turn > 0 else -1) if abs(turn) > 0.25 else lamp * -1
    soft = mixed(skin.ink, skin.shade, 0.2)

    def line(*knots: tuple[float, float], width: float = 1.6, taper: float = 0.45) -> None:
        scene.stroke(face, head.face(spline([(way * a, y + b) for a, b in knots])), width,
                     start=taper, end=taper, ink=soft)  # fmt: skip

    def shade(*knots: tuple[float, float]) -> None:
        flat = spline([(way * a, y + b) for a, b in knots], closed=True)
        scene.shade(head.face(flat), face)

    if kind == "dot":
        line((-1.2, 0), (0.2, 0.8), (1.4, 0.2), width=2.0, taper=0.3)
    elif kind == "tick":
        line((1.0, -5), (3.0, -0.5), (0.4, 1.6), width=1.8)
    elif kind == "shade":
        shade((0.5, -9), (5, 0.5), (2.4, 3.2), (-1.8, 2.6), (0.4, 0))
        line((-2, 2.6), (0.6, 3.4), (3, 2.8), width=1.4)
    elif kind == "button":
        line((-4, 0.5), (0, 3.2), (4, 0.5), width=1.7)
        scene.light(head.face(ellipse(-way * 0.8, y - 3, 1.6, 1.8)), face)
    elif kind == "bridge":
        line((1.6, -26), (2.0, -14), (5.4, -1), (2.4, 3), (-2.2, 3), width=1.8)
        shade((1.6, -18), (6, -1), (2.4, 4), (-3, 4), (1, -1))
    else:
        line((2.2, -25), (3.2, -12), (7.4, 0), (4.2, 4.2), (0, 4.6), width=2.0)
        line((-6, 1.4), (-5, 3.8), (-2.6, 4.2), width=1.6)
        shade((2.0, -20), (7.6, 0), (3.4, 5), (-3, 5.4), (1.4, -2))
    if kind in ("strong", "bridge"):
        # Light along the bridge.
        ridge = ((-way * 1.2, y - 24), (-way * 0.2, y - 8), (-way * 2.6, y - 3),
                 (-way * 3.0, y - 12))  # fmt: skip
        scene.light(head.face(spline(ridge, closed=True)), face)
    else:
        scene.light(head.face(ellipse(-way * 1.4, y - 5, 1.3, 2.4)), face)
    for name, dx, dy in (("tip", 0.0, 0.0), ("left", -5.0, 3.0), ("right", 5.0, 3.0)):
        scene.mark(f"nose_{name}", head.at(dx, y + dy), "face")


def nose_y(head: Head) -> float:
    """Return the height of the tip of the nose."""
    return head.eye_y + (head.chin - head.eye_y) * 0.36


def mouth_y(head: Head) -> float:
    """Return the height of the mouth."""
    return head.eye_y + (head.chin - head.eye_y) * 0.62


def gape_of(traits: Traits) -> float:
    """Return how far the mouth is open."""
    hard = 0.0 if traits.identity.age == "child" else 1 - traits.identity.femininity
    return _MOUTHS[traits.expression.mouth][3] * (0.9 + 0.1 * hard)


# Half width, drop of the middle of the upper lip, drop of the corners, opening; the cat and wave
# mouths have a different line.
_MOUTHS = {
    "neutral": (10, 1, 0, 0), "smile": (14, 4.5, -1, 0), "grin": (17, 3.5, -3, 5),
    "open": (13, 2, 0, 15), "laugh": (17, 2, -2, 20), "a": (10, 0, 0, 17), "i": (15, 0.5, 0, 6),
    "u": (5, 0, 0.5, 6), "e": (13, 0, 0, 10), "o": (7, -2, 0, 14), "frown": (12, -4, 1.5, 0),
    "pout": (5.5, -2.5, 0, 0), "cat": (13, 0, -1, 0), "teeth": (14, 0, 0, 8), "wavy": (12, 0, 0, 0),
}  # fmt: skip


def draw_mouth(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw the mouth."""
    who, kind = traits.identity, traits.expression.mouth
    skin = scene.parts[face - 1]
    half, middle, corner = (float(value) for value in _MOUTHS[kind][:3])
    hard = 0.0 if who.age == "child" else 1 - who.femininity
    size = (0.92 + 0.4 * hard) * (1.1 - 0.2 * (traits.style.maturity < 0.25))
    half, gape = half * size, gape_of(traits)
    y = mouth_y(head) - 0.28 * gape
    x = np.linspace(-1, 1, 17)
    rim = middle * (1 - x * x) + corner * x * x
    if kind == "cat":
        rim = 4.2 * np.abs(np.sin(np.pi * x)) * (1 - 0.2 * x * x) - 1.0 * np.abs(x) ** 6
    elif kind == "wavy":
        rim = 1.7 * np.sin(3 * np.pi * x)
    upper = head.face(np.stack([half * x, y + rim], axis=1))
    inked = skin.ink
    bite = gape * np.sqrt(np.maximum(0.0, 1 - np.abs(x) ** (3.2 if kind in ("teeth", "i", "grin")
                                                            else 2.2)))  # fmt: skip
    lower = head.face(np.stack([half * 0.98 * x, y + rim + np.maximum(bite, 0)], axis=1))
    regions: tuple[str, ...] = ("face", "beard", "mouth")
    if gape:
        # Where a moustache hides the rim of an open mouth, the rest does not count as visible.
        regions = ("mouth",) if who.beard in ("full", "moustache") else ("face", "mouth")
        red = "#a8383f" if luma(skin.color) > 0.4 else "#8c2b34"
        mouth = scene.part(
            Part("mouth", "mouth", "mouth", red, mixed(red, "#2a0a14", 0.45), "#e8848a", inked)
        )
        shape = np.concatenate([upper, lower[::-1]])
        scene.fill(mouth, shape)
        if gape > 9:
            scene.shade(np.concatenate([upper, (0.72 * upper + 0.28 * lower)[::-1]]), mouth)
            tongue = head.face(ellipse(0, y + middle + gape * 1.02, half * 0.62, gape * 0.42))
            scene.light(tongue, mouth)
        if kind in ("teeth", "i", "grin", "laugh", "e", "open"):
            teeth = scene.part(
                Part("teeth", "teeth", "mouth", "#fdfaf7", "#ddd3dc", "#ffffff", inked)
            )
            deep = {"teeth": 1.0, "i": 1.0, "grin": 1.0, "laugh": 0.26, "e": 0.3, "open": 0.24}[
                kind
            ]
            inner = 0.94 * upper + 0.06 * upper.mean(axis=0)
            scene.fill(teeth, np.concatenate([inner, (upper + (lower - upper) * deep)[::-1]]),
                       within=(mouth,))  # fmt: skip
            if deep == 1.0:
                centre = 0.5 * (upper + lower)
                scene.stroke(teeth, centre[2:-2], 1.0, ink=mixed(inked, "#ffffff", 0.4))
        scene.stroke(mouth, lower, 1.6, start=0.2, end=0.2)
        scene.stroke(mouth, upper, 2.2, start=0.18, end=0.18)
    else:
        _lips(scene, traits, face, upper)
        scene.stroke(face, upper, 2.2, start=0.3, end=0.3)
        if kind in ("smile", "cat", "grin"):
            for end in (0, -1):
                tip = upper[end]
                way = -1.0 if end == 0 else 1.0
                scene.stroke(face, spline((tip + (way * 0.6, -1.8), tip + (way * 0.4, 0.2),
                                           tip + (-way * 0.8, 1.2))), 1.5)  # fmt: skip
    # A short shadow suggests the lower lip.
    lip = y + middle * 0.6 + gape + 6.0
    short = head.face(np.stack([np.linspace(-4.5, 4.5, 7), np.full(7, lip)], axis=1))
    scene.stroke(face, short, 1.3, start=0.5, end=0.5, ink=mixed(skin.ink, skin.shade, 0.5))
    for number, index in enumerate((0, 4, 8, 12, 16)):
        scene.mark(f"mouth_upper_{number}", upper[index], *regions, "teeth")
    for number, index in enumerate((4, 8, 12)):
        scene.mark(f"mouth_lower_{number}", lower[index], *regions, "teeth")


def _lips(scene: Scene, traits: Traits, face: int, upper: Points) -> None:
    """Color the lips of a closed mouth: full lips on adult women and on dark skin."""
    who, skin = traits.identity, scene.parts[face - 1]
    dark = max(0.0, 1 - 1.7 * luma(skin.color))
    much = dark + (0.0 if who.age in ("child", "elderly") else max(0.0, who.femininity - 0.4))
    if much < 0.2:
        return
    red = mixed(skin.color, "#c8485c" if dark < 0.3 else "#bc5a66", 0.3 + 0.25 * dark)
    inner = upper[3:-3]
    scene.stroke(face, inner + (0, 2.6), 4.6, start=0.45, end=0.45, paint=red, within=(face,))
    scene.stroke(face, upper[4:-4] + (0, -0.9), 2.6, start=0.5, end=0.5, paint=red, within=(face,))
    if dark > 0.2:
        shine = inner[4:-4] + (0, 3.0)
        scene.stroke(face, shine, 1.5, start=0.5, end=0.5, paint=skin.light, within=(face,))


def draw_blush(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw blush on the cheeks."""
    much = traits.expression.blush
    if much < 0.08:
        return
    y = head.eye_y + (head.chin - head.eye_y) * 0.34
    for side in (-1, 1):
        x = side * (head.eye_x + 10)
        scene.blush(head.face(ellipse(x, y, 15 * (0.6 + 0.4 * much), 7.5)), face)
        if much > 0.5:
            tint = mixed(scene.parts[face - 1].color, "#e0544f", 0.62)
            for step in (-7, 0, 7):
                mark = head.face(((x + step + 2, y - 3.4), (x + step, y), (x + step - 2, y + 3.4)))
                scene.stroke(face, mark, 1.5, start=0.4, end=0.4, paint=tint, within=(face,))


def draw_age(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw wrinkles."""
    age = traits.identity.age
    if age not in ("middle", "elderly"):
        return
    skin = scene.parts[face - 1]
    soft = mixed(skin.ink, skin.shade, 0.5 if age == "middle" else 0.3)
    nose, mouth = nose_y(head), mouth_y(head)

    def fold(knots: tuple[tuple[float, float], ...], width: float) -> None:
        for side in (-1, 1):
            flat = spline([(side * x, y) for x, y in knots])
            scene.stroke(face, head.face(flat), width, start=0.4, end=0.6, ink=soft)

    # From the wing of the nose outwards; down to the corner of the mouth looks like a muzzle.
    if age == "middle":
        fold(((17, nose + 4), (21, nose + 9), (24, nose + 15)), 1.4)
    else:
        fold(((12, nose + 2), (20, nose + 8), (25, mouth - 4)), 1.5)
    if age == "elderly":
        fold(((25, mouth + 5), (25, mouth + 10), (22, mouth + 15)), 1.2)
        # The cheek sinks in under the bone: hatched, because a patch of shadow looks like a wound.
        for step in (0, 5, 10):
            fold(((50 - step, nose + 3 + step), (45 - step, nose + 12 + step),
                  (39 - step, nose + 18 + step)), 1.1)  # fmt: skip
        for step, wide in ((-40, 22), (-49, 16)):
            y = head.eye_y + step - 8
            line = head.face(spline(((-wide, y + 1), (-wide / 3, y - 1.5), (wide / 3, y - 1),
                                     (wide, y + 1.5))))  # fmt: skip
            scene.stroke(face, line, 1.2, start=0.4, end=0.5, ink=soft)


def draw_marking(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw freckles, a mole, a scar, a bandage or paint."""
    kind = traits.identity.marking
    skin = scene.parts[face - 1]
    y = head.eye_y + (head.chin - head.eye_y) * 0.34
    brown = mixed(skin.color, "#7a3b26", 0.55)
    if kind == "freckles":
        source = traits.random("freckles")
        for side in (-1, 1):
            for _ in range(9):
                x = side * (head.eye_x - 8 + source.uniform(-13, 15))
                spot = ellipse(x, y + source.uniform(-6, 5), source.uniform(0.8, 1.4), 1.0, 8)
                _dab(scene, face, head.face(spot), brown)
    elif kind == "mole":
        side = traits.random("mole").choice((-1, 1))
        _dab(scene, face, head.face(ellipse(side * (head.eye_x + 6), y + 1, 1.7, 1.7, 12)),
             mixed(skin.ink, "#2a1410", 0.5))  # fmt: skip
    elif kind == "scar":
        side = traits.random("scar").choice((-1, 1))
        x = side * (head.eye_x + 4)
        line = head.face(spline(((x - 3, y - 6), (x, y + 4), (x + 4, y + 18))))
        scene.stroke(face, line, 3.2, start=0.5, end=0.5,
                     paint=mixed(skin.color, "#a0483c", 0.55), within=(face,))  # fmt: skip
    elif kind == "bandage":
        x = traits.random("bandage").choice((-1, 1)) * (head.eye_x + 8)
        tape = "#f3dcb4"
        part = scene.part(Part("bandage", "accessory", "accessories", tape, shaded(tape),
                               lit(tape), mixed(skin.ink, "#a07a50", 0.4)))  # fmt: skip
        flat = np.array(((x - 12, y + 2), (x - 9, y + 9), (x + 12, y + 1), (x + 9, y - 6)))
        scene.outlined(part, head.face(flat), 1.6)
    elif kind == "face_paint":
        tint = traits.identity.outfit_second
        for side in (-1, 1):
            for step in (0, 8):
                flat = spline(((side * (head.eye_x - 6), y + 2 + step),
                               (side * (head.eye_x + 22), y - 2 + step)))  # fmt: skip
                scene.stroke(face, head.face(flat), 4.2, start=0.1, end=0.5, paint=tint,
                             within=(face,))  # fmt: skip


def _dab(scene: Scene, face: int, outline: Points, color: str) -> None:
    middle = outline.mean(axis=0)
    wide = float(outline[:, 0].max() - outline[:, 0].min())
    scene.stroke(face, np.stack([middle - (wide / 2, 0), middle, middle + (wide / 2, 0)]), wide,
                 start=0.5, end=0.5, paint=color, within=(face,))  # fmt: skip
