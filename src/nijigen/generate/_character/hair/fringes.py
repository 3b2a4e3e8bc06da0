"""Fringes: the locks of each style of bangs, as tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

Wedge = tuple[float, float, float, float]
"""Angle where the lock is widest, width, angle of the tip, in degrees, and height of the tip: -1
is the hairline, 0 the middle of the eyes, 1 the chin."""


@dataclass(frozen=True)
class Fringe:
    """A style of bangs.

    Attributes:
        locks: Locks in painting order.
        part: Angle of the parting, from which they flow.
        fan: How early they spread from the parting, 0 to 1.
        full: Place of the greatest width along a lock.
        blunt: Width of cut ends relative to the lock; 0 are tips.
        loose: How far they stand off the forehead.
        uneven: How much tips differ between characters.
        wave: How far locks swing aside, in degrees.
        inside: Inner lines of a lock.
        up: How far up the lines of a lock reach, seen from its tip.
        rise: How far locks rise above the hairline before they fall, in figure units.
    """

    locks: tuple[Wedge, ...]
    part: float = 0.0
    fan: float = 0.72
    full: float = 0.6
    blunt: float = 0.0
    loose: float = 1.03
    uneven: float = 1.0
    wave: float = 0.0
    inside: int = 1
    up: float = 0.52
    rise: float = 0.0


def _both(*locks: Wedge) -> tuple[Wedge, ...]:
    """Return the locks and their mirror images, pair by pair."""
    pairs = (((a, w, t, low), (-a, w, -t, low)) for a, w, t, low in locks)
    return tuple(one for pair in pairs for one in pair)


def _mirrored(form: Fringe) -> Fringe:
    locks = tuple((-a, w, -t, low) for a, w, t, low in form.locks)
    return replace(form, locks=locks, part=-form.part)


_SIDE_LEFT = Fringe(
    (
        (-50, 24, -58, 0.26),
        (52, 26, 58, 0.34),
        (-37, 20, -45, -0.02),
        (42, 26, 50, 0.1),
        (27, 26, 39, -0.06),
        (9, 28, 24, -0.16),
        (-10, 24, 8, -0.3),
    ),
    part=-31,
    fan=0.5,
    full=0.58,
)
FRINGES: dict[str, Fringe] = {
    "straight": Fringe(
        (
            *_both((50, 26, 56, 0.2), (18, 20, 15, -0.3)),
            (-34, 26, -40, -0.08),
            (35, 25, 39, -0.12),
            (-2, 29, 3, -0.07),
        )
    ),
    "blunt": Fringe(
        (
            *_both((54, 24, 56, -0.06), (37, 23, 37.5, -0.36), (18.5, 23, 18.5, -0.38)),
            (0, 23, 0, -0.38),
        ),
        blunt=0.94,
        uneven=0.22,
        up=0.36,
        inside=1,
    ),
    "choppy": Fringe(
        (
            *_both((53, 20, 58, 0.18), (25, 14, 21, -0.24), (8, 15, 9, -0.34)),
            (-42, 19, -50, -0.06),
            (41, 17, 44, -0.16),
            (-31, 15, -30, -0.2),
            (32, 18, 38, -0.1),
            (-15, 18, -20, -0.14),
            (16, 17, 13, -0.18),
            (0, 17, -5, -0.2),
        ),
        uneven=1.8,
    ),
    "wispy": Fringe(
        (
            *_both((51, 17, 57, 0.3), (30, 13, 36, -0.1), (12, 12, 8, -0.22)),
            (-40, 11, -41, -0.02),
            (41, 12, 46, 0.04),
            (-21, 12, -18, -0.04),
            (21, 11, 25, -0.14),
            (0, 10, 3, 0.0),
        ),
        full=0.5,
        uneven=1.5,
        up=0.62,
        inside=0,
    ),
    "parted": Fringe(
        (*_both((54, 26, 60, 0.4), (38, 28, 53, 0.14), (16, 32, 39, -0.16)),),
        fan=0.46,
        full=0.55,
        loose=1.05,
    ),
    "side_left": _SIDE_LEFT,
    "side_right": _mirrored(_SIDE_LEFT),
    "swept": Fringe(
        (
            (54, 22, 60, 0.2),
            (-52, 26, -64, 0.52),
            (-38, 28, -58, 0.24),
            (-20, 30, -44, 0.0),
            (0, 32, -25, -0.14),
            (20, 30, -4, -0.24),
            (38, 20, 47, -0.06),
        ),
        part=42,
        fan=0.5,
        full=0.5,
        loose=1.06,
    ),
    "center_long": Fringe(
        (
            *_both((51, 25, 57, 0.26), (35, 22, 41, -0.06), (18, 19, 23, -0.18)),
            (-6, 18, -9, -0.02),
            (3, 19, 1, 0.08),
        ),
        full=0.5,
    ),
    "one_eye": Fringe(
        (
            (-52, 24, -59, 0.22),
            (-36, 22, -46, -0.08),
            (54, 26, 60, 0.56),
            (-16, 22, -7, -0.26),
            (42, 28, 51, 0.6),
            (24, 32, 38, 0.4),
            (2, 28, 17, 0.06),
        ),
        part=-27,
        fan=0.5,
        full=0.56,
    ),
    "spiky": Fringe(
        (
            *_both((53, 24, 62, -0.02), (20, 22, 14, -0.42)),
            (-38, 26, -52, -0.2),
            (38, 24, 47, -0.26),
            (0, 22, -13, -0.24),
            (22, 22, 31, -0.14),
            (-20, 24, -31, -0.3),
        ),
        full=0.5,
        loose=1.1,
        uneven=1.6,
    ),
    "messy": Fringe(
        (
            (-53, 24, -61, 0.12),
            (52, 22, 60, 0.18),
            (15, 20, 6, -0.34),
            (-22, 22, -14, -0.2),
            (-40, 24, -49, -0.16),
            (40, 26, 46, -0.12),
            (27, 20, 36, -0.02),
            (-6, 22, -21, -0.12),
            (9, 20, 15, -0.22),
        ),
        part=-12,
        full=0.52,
        loose=1.07,
        uneven=1.8,
    ),
    "curtain": Fringe(
        (*_both((57, 24, 62, 0.6), (42, 30, 57, 0.5), (18, 36, 49, 0.2)),),
        fan=0.4,
        full=0.52,
        loose=1.09,
        rise=6,
    ),
    "princess": Fringe(
        (
            *_both((54, 28, 56, 0.16), (33, 28, 33, -0.12)),
            (-10.5, 25, -10.5, -0.18),
            (10.5, 25, 10.5, -0.18),
        ),
        blunt=0.97,
        uneven=0.1,
        up=0.28,
        inside=2,
    ),
    "pointed": Fringe(
        (
            *_both((48, 36, 56, 0.36), (24, 34, 31, -0.06)),
            (-1, 34, -2, -0.16),
        ),
        full=0.48,
        uneven=0.5,
    ),
    "curly": Fringe(
        (
            *_both((52, 24, 58, 0.22), (19, 21, 24, -0.16)),
            (-35, 24, -38, -0.02),
            (36, 22, 42, -0.06),
            (-4, 24, -11, -0.2),
            (8, 19, 4, -0.08),
        ),
        part=10,
        loose=1.08,
        wave=7,
        full=0.52,
    ),
    "short": Fringe(
        (
            *_both((52, 22, 57, -0.22), (34, 20, 39, -0.46)),
            (-20, 21, -16, -0.52),
            (19, 21, 25, -0.5),
            (0, 23, 6, -0.48),
        ),
        part=14,
        loose=1.06,
        uneven=1.2,
    ),
    "fringe_arc": Fringe(
        (
            *_both((54, 22, 58, 0.5), (43, 19, 46, 0.16), (31, 18, 33, -0.12), (18, 18, 19, -0.3)),
            (-6, 18, -6.5, -0.38),
            (6, 18, 6, -0.38),
        ),
        full=0.72,
        uneven=0.4,
        inside=0,
        up=0.42,
    ),
    "slicked": Fringe(
        (*_both((60, 24, 76, -0.34), (44, 20, 66, -0.6)), (8, 10, 26, -0.3)),
        part=0,
        fan=0.5,
        loose=1.06,
        rise=10,
    ),
    "crossed": Fringe(
        (
            *_both((52, 26, 58, 0.22), (37, 22, 43, -0.06)),
            (22, 20, 25, -0.2),
            (-20, 24, -26, -0.14),
            (-8, 22, 12, 0.0),
            (9, 24, -12, -0.1),
        ),
        fan=0.78,
        full=0.52,
    ),
    "antenna": Fringe(
        (
            *_both((53, 26, 60, 0.3), (37, 26, 49, 0.02), (20, 24, 31, -0.2)),
            (-6, 18, 4, -0.16),
        ),
        fan=0.56,
        full=0.55,
        loose=1.06,
    ),
}
