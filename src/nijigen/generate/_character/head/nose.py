"""The nose: a few lines and a shadow, which turn with the head."""

from __future__ import annotations

from nijigen.generate._character.drawing.colors import mixed
from nijigen.generate._character.drawing.curves import ellipse, spline
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits

_TIP = 7.0
"""How far the tip is in front of the face, in head units."""


def draw_nose(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw the nose."""
    kind = traits.identity.nose
    skin = scene.parts[face - 1]
    y = head.nose_y
    lamp = -1 if traits.scene.light <= 0 else 1
    turn = head.yaw / 0.6
    # From the side its outline is on the far side, from the front its shadow is away from light.
    way = (1 if turn > 0 else -1) if abs(turn) > 0.2 else -lamp
    big = (1.08 + 0.3 * traits.style.maturity) * (1.1 - 0.2 * traits.identity.femininity)
    soft = mixed(skin.ink, skin.shade, 0.25)

    def line(*knots: tuple[float, float], width: float = 1.5, taper: float = 0.45,
             lift: float = _TIP) -> None:  # fmt: skip
        flat = spline([(way * a * big, y + b * big) for a, b in knots])
        scene.stroke(face, head.face(flat, lift), width, start=taper, end=taper, ink=soft)

    def shade(*knots: tuple[float, float], lift: float = _TIP) -> None:
        flat = spline([(way * a * big, y + b * big) for a, b in knots], closed=True)
        scene.shade(head.face(flat, lift), face)

    if kind == "dot":
        shade((0.2, -3.2), (2.2, 0.2), (0.9, 1.8), (-1.2, 1.4))
        line((-1.3, 0.9), (0.2, 1.6), (1.5, 0.9), width=1.7, taper=0.3)
    elif kind == "tick":
        shade((0.6, -4.5), (2.6, -0.4), (0.6, 2.4), (-1.8, 2.0), (0.2, 0))
        line((0.6, -4.5), (2.4, -0.6), (0.2, 1.2), width=1.7)
    elif kind == "shade":
        shade((0.6, -7), (4.6, 0.6), (2.0, 2.8), (-1.6, 2.2), (0.4, 0))
        line((-1.4, 2.2), (0.6, 2.9), (2.4, 2.3), width=1.3)
    elif kind == "button":
        line((-3.2, 0.6), (0, 2.6), (3.2, 0.6), width=1.5)
        shade((-2.6, 1.6), (0, 3.0), (2.6, 1.6), (1.4, 4.2), (-1.4, 4.2))
    elif kind == "bridge":
        line((1.4, -20), (1.8, -11), (4.4, -1), (2.0, 2.4), (-1.6, 2.6), width=1.6)
        shade((1.4, -13), (4.8, -1), (2.2, 3.2), (-2.4, 3.2), (1, -1))
    else:
        line((2.0, -24), (2.6, -12), (5.8, -0.6), (3.4, 3.2), (0, 3.6), width=1.8)
        line((-5.0, 0.8), (-4.2, 3.0), (-2.2, 3.2), width=1.4, lift=3.0)
        shade((2.0, -18), (6.2, 0), (2.8, 4.4), (-2.4, 4.8), (1.2, -2))
    if kind in ("strong", "bridge"):
        # Light along the bridge.
        ridge = ((-way * 1.0, y - 22), (-way * 0.2, y - 8), (-way * 2.0, y - 3),
                 (-way * 2.4, y - 12))  # fmt: skip
        scene.light(head.face(spline(ridge, closed=True), _TIP), face)
    elif kind in ("button", "shade"):
        scene.light(head.face(ellipse(-way * 1.4, y - 3.6, 1.1, 1.6), _TIP), face)
    for name, dx, dy, lift in (("tip", 0.0, 0.0, _TIP), ("left", -5.0, 3.0, 2.0),
                               ("right", 5.0, 3.0, 2.0)):  # fmt: skip
        scene.mark(f"nose_{name}", head.face(((dx, y + dy),), lift)[0], "face")
