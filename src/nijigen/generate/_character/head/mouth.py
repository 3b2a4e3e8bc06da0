"""Mouths: closed lines and open mouths with teeth and tongue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nijigen.generate._character.drawing.colors import luma, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, ellipse, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits

Curve = tuple[tuple[float, float], ...]
_USUAL = 8.8
"""Half width of an average mouth, for which the table was drawn, in head units."""


@dataclass(frozen=True)
class MouthForm:
    """A form of the mouth.

    Attributes:
        width: Relative to the person's mouth.
        upper: Upper edge from left to right, 5 knots: -1 to 1 across, down in head units.
        lower: The 3 knots of the lower edge between the corners; none if the mouth is closed.
        teeth: A row at the top, clenched rows, both rows apart, or clenched with fangs.
        tongue: Whether the tongue is seen.
    """

    width: float
    upper: Curve
    lower: Curve = ()
    teeth: Literal["", "top", "clenched", "rows", "fangs"] = ""
    tongue: bool = True


def _even(corner: float, half: float, middle: float) -> Curve:
    return ((-1, corner), (-0.52, half), (0, middle), (0.52, half), (1, corner))


def _bowl(half: float, middle: float, wide: float = 0.72) -> Curve:
    return ((-wide, half), (0, middle), (wide, half))


MOUTHS = {
    "neutral": MouthForm(1.0, _even(-0.2, 0.6, 0.3)),
    "small": MouthForm(0.64, _even(0.3, 0.2, 0.0)),
    "firm": MouthForm(1.05, _even(1.1, 0.1, 0.0)),
    "smile": MouthForm(1.55, _even(-3.8, 0.7, 2.1)),
    "smirk": MouthForm(1.2, ((-1, 1.4), (-0.5, 1.7), (0, 1.2), (0.5, -0.6), (1, -4.0))),
    "cat": MouthForm(1.2, ((-1, -1.6), (-0.5, 2.2), (0, -0.6), (0.5, 2.2), (1, -1.6))),
    "frown": MouthForm(1.2, _even(3.4, -0.2, -1.6)),
    "pout": MouthForm(0.66, ((-1, 2.4), (-0.55, -0.6), (0, 0.5), (0.55, -0.6), (1, 2.4))),
    "wavy": MouthForm(1.3, ((-1, 2.0), (-0.55, -2.0), (0, 1.8), (0.5, -1.8), (1, 1.8))),
    "tongue": MouthForm(1.2, _even(-2.4, 0.4, 1.2)),
    "grin": MouthForm(1.5, _even(-3.2, -0.4, 0.4), _bowl(3.6, 5.6), "clenched", False),
    "teeth": MouthForm(1.45, _even(2.6, -2.2, -2.6), _bowl(5.8, 6.0, 0.82), "clenched", False),
    "fangs": MouthForm(1.85, _even(-5.4, -0.4, 0.8), _bowl(4.6, 8.0, 0.64), "fangs", False),
    "grimace": MouthForm(1.45, ((-1, 4.0), (-0.5, -0.2), (0, 0.4), (0.5, -2.8), (1, 0.8)),
                         ((-0.6, 5.8), (0, 4.4), (0.6, 3.6)), "top", False),
    "open": MouthForm(1.25, _even(-2.2, 0.0, 0.5), _bowl(7.6, 12.6), "top"),
    "drool": MouthForm(1.05, _even(-1.0, -0.4, 0.2), _bowl(6.4, 10.0)),
    "laugh": MouthForm(1.75, _even(-5.6, -3.6, -2.8), _bowl(10.8, 18.4, 0.76), "top"),
    "wail": MouthForm(1.4, _even(6.2, -1.8, -4.0), ((-0.66, 9.4), (0, 7.4), (0.66, 9.4)), ""),
    "scream": MouthForm(1.7, _even(4.0, -5.0, -5.8), _bowl(14.0, 15.6, 0.86), "rows"),
    "yawn": MouthForm(0.75, _even(2.2, -4.0, -5.4), _bowl(8.6, 11.6, 0.8)),
    "a": MouthForm(1.0, _even(1.0, -2.2, -3.0), _bowl(8.2, 11.4, 0.76), "top"),
    "i": MouthForm(1.25, _even(0.4, -0.3, 0.0), _bowl(4.0, 4.6, 0.76), "clenched", False),
    "u": MouthForm(0.46, _even(0.6, -1.8, -2.2), _bowl(2.6, 3.5, 0.78), "", False),
    "e": MouthForm(1.15, _even(0.2, -0.7, -0.9), _bowl(5.4, 7.0, 0.76), "top"),
    "o": MouthForm(0.66, _even(1.4, -4.4, -5.8), _bowl(7.4, 10.0, 0.88), "", False),
}  # fmt: skip


def gape_of(head: Head, traits: Traits) -> float:
    """Return how far the lower lip is below the line of the mouth, in head units."""
    form = MOUTHS[traits.expression.mouth]
    return _low(form) * _size(head, form)


def _low(form: MouthForm) -> float:
    return max((y for _, y in form.lower), default=0.0)


def _size(head: Head, form: MouthForm) -> float:
    """Return the height of a mouth relative to its table: an open one leaves room for the chin."""
    room = 0.66 * (head.chin - head.mouth_y)
    own: float = 1.16 * (head.mouth_width / _USUAL) ** 0.5
    return min(own, room / max(_low(form), 1.0))


def draw_mouth(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw the mouth."""
    who, form = traits.identity, MOUTHS[traits.expression.mouth]
    skin = scene.parts[face - 1]
    # A small mouth opens wider than it looks at rest.
    open_ = _USUAL * (head.mouth_width / _USUAL) ** 0.5
    half = 1.3 * (open_ if form.lower else head.mouth_width) * form.width
    size = _size(head, form)
    upper_knots = [(half * x, head.mouth_y + size * y) for x, y in form.upper]
    upper = head.face(spline(upper_knots, per=4))
    lower = upper
    regions: tuple[str, ...] = ("face", "beard", "mouth")
    if form.lower:
        # Where a moustache hides the rim of an open mouth, the rest does not count as visible.
        regions = ("mouth",) if who.beard in ("full", "moustache") else ("face", "mouth")
        below = [(half * x, head.mouth_y + size * y) for x, y in form.lower]
        lower = head.face(spline((upper_knots[0], *below, upper_knots[-1]), per=4))
        if who.lip_color != skin.color:
            for edge, out in ((upper, -0.9), (lower, 1.1)):
                scene.stroke(face, edge + (0, out), 3.2, start=0.3, end=0.3, paint=who.lip_color,
                             within=(face,))  # fmt: skip
        _open(scene, form, upper, lower, skin)
    else:
        _lips(scene, traits, face, upper)
        scene.stroke(face, upper, 2.5, start=0.3, end=0.3)
        if traits.expression.mouth == "tongue":
            _tongue_out(scene, head, size, skin)
        if traits.expression.mouth in ("smile", "cat", "tongue", "smirk"):
            # The corners are pressed into the cheeks.
            for end in (0, -1) if traits.expression.mouth != "smirk" else (-1,):
                tip, way = upper[end], -1.0 if end == 0 else 1.0
                scene.stroke(face, spline((tip + (way * 0.7, -1.3), tip + (way * 0.3, 0.1),
                                           tip + (-way * 0.6, 0.9))), 1.3)  # fmt: skip
    if traits.expression.mouth == "drool":
        _drool(scene, lower, face)
    # A short line suggests the lower lip.
    if who.age != "child" and traits.expression.mouth != "tongue":
        lip = head.mouth_y + gape_of(head, traits) + 6.0
        _lower_lip(scene, head, face, lip, 0.42 * half)
    for number, index in enumerate((0, 4, 8, 12, 16)):
        scene.mark(f"mouth_upper_{number}", upper[index], *regions, "teeth")
    for number, index in enumerate((4, 8, 12)):
        scene.mark(f"mouth_lower_{number}", lower[index], *regions, "teeth")


def _lower_lip(scene: Scene, head: Head, face: int, lip: float, half: float) -> None:
    """Suggest the lower lip by a short line and the shadow between it and the chin."""
    skin = scene.parts[face - 1]
    half = max(half, 3.6)
    across = np.linspace(-1, 1, 9)
    line = np.stack([half * across, lip - 0.8 * across**2], axis=1)
    hollow = np.stack([0.9 * half * across, lip + 2.2 * (1 - across**2)], axis=1)
    if half > 4:
        scene.shade(head.face(np.concatenate([line, hollow[::-1]])), face)
    scene.stroke(face, head.face(line), 1.5, start=0.5, end=0.5,
                 ink=mixed(skin.ink, skin.shade, 0.45))  # fmt: skip


def _open(scene: Scene, form: MouthForm, upper: Points, lower: Points, skin: Part) -> None:
    red = "#b0434a" if luma(skin.color) > 0.4 else "#8c2b34"
    mouth = scene.part(
        Part("mouth", "mouth", "mouth", red, mixed(red, "#2a0a14", 0.5), "#ee9a98", skin.ink)
    )
    scene.fill(mouth, np.concatenate([upper, lower[::-1]]))
    middle, deep = 0.5 * (upper[8] + lower[8]), float(lower[8, 1] - upper[8, 1])
    wide = float(np.hypot(*(upper[-1] - upper[0])))
    if deep > 5:
        scene.shade(np.concatenate([upper, (0.6 * upper + 0.4 * lower)[::-1]]), mouth)
    if form.tongue and deep > 4:
        scene.light(ellipse(float(lower[8, 0]), float(lower[8, 1]), 0.3 * wide, 0.42 * deep), mouth)
    if form.teeth:
        teeth = scene.part(
            Part("teeth", "teeth", "mouth", "#fdfaf8", "#ddd3dc", "#ffffff", skin.ink)
        )
        rows = {"top": ((0.0, 0.24),), "rows": ((0.0, 0.22), (0.8, 1.0))}.get(
            form.teeth, ((0.0, 1.0),)
        )
        pinch = middle + (upper - middle) * (0.94, 1), middle + (lower - middle) * (0.94, 1)
        for first, last in rows:
            edge = pinch[0] + (pinch[1] - pinch[0]) * first
            end = pinch[0] + (pinch[1] - pinch[0]) * last
            scene.fill(teeth, np.concatenate([edge, end[::-1]]), within=(mouth,))
        if rows == ((0.0, 1.0),):
            tone = mixed(skin.ink, "#ffffff", 0.35)
            scene.stroke(teeth, (0.5 * (upper + lower))[2:-2], 1.0, ink=tone)
            if form.teeth == "fangs":
                for index in (4, 12):
                    tooth = np.array((upper[index] + (-1.8, 0), upper[index] + (0.1, 5.4),
                                      upper[index] + (1.8, 0)))  # fmt: skip
                    scene.stroke(teeth, tooth, 1.1, start=0.1, end=0.1, ink=skin.ink)
    scene.stroke(mouth, lower, 1.4, start=0.2, end=0.2)
    scene.stroke(mouth, upper, 1.9, start=0.16, end=0.16)


def _tongue_out(scene: Scene, head: Head, size: float, skin: Part) -> None:
    pink = "#ee8f92"
    part = scene.part(
        Part("tongue", "mouth", "mouth", pink, shaded(pink, 0.7), "#ffc4c0", skin.ink)
    )
    y = head.mouth_y + 0.6 * size
    flat = ((0.2, y + 0.4), (0.6, y + 5.4 * size), (4.0, y + 7.8 * size), (7.4, y + 5.0 * size),
            (7.4, y - 0.8 * size))  # fmt: skip
    shape = head.face(spline(flat))
    scene.fill(part, shape)
    scene.stroke(part, shape, 1.4)


def _drool(scene: Scene, lower: Points, face: int) -> None:
    water = "#d6effb"
    part = scene.part(
        Part("drool", "tear", "mouth", water, shaded(water, 0.5), "#ffffff", "#7fb2d4")
    )
    start = lower[12]
    drop = spline((start, start + (1.6, 4), start + (1.9, 8), start + (0, 9.6),
                   start + (-1.7, 8), start + (-1.2, 4)), closed=True)  # fmt: skip
    scene.fill(part, drop, within=(face, part))
    scene.stroke(part, np.concatenate([drop, drop[:1]]), 1.0, within=(face, part))


def _lips(scene: Scene, traits: Traits, face: int, upper: Points) -> None:
    """Color the lips of a closed mouth."""
    red, skin = traits.identity.lip_color, scene.parts[face - 1]
    if red == skin.color:
        return
    inner = upper[4:-4]
    scene.stroke(face, inner + (0, 1.8), 3.4, start=0.5, end=0.5, paint=red, within=(face,))
    scene.stroke(face, inner + (0, -0.8), 2.0, start=0.5, end=0.5, paint=red, within=(face,))
    if luma(skin.color) < 0.47:
        scene.stroke(face, inner[2:-2] + (0, 2.2), 1.2, start=0.5, end=0.5, paint=skin.light,
                     within=(face,))  # fmt: skip
