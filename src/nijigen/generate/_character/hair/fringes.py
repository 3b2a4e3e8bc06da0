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
        notch: How far notches between the tips of a lock reach up, as a share of its length.
        broad: Degrees of a lock for each of its tips.
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
    notch: float = 0.2
    broad: float = 17.0
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
        (-51, 27, -58, 0.26),
        (52, 28, 58, 0.34),
        (-36, 24, -46, -0.02),
        (39, 33, 51, 0.1),
        (18, 36, 38, -0.06),
        (-8, 31, 13, -0.2),
    ),
    part=-31,
    fan=0.5,
    full=0.56,
)
FRINGES: dict[str, Fringe] = {
    "straight": Fringe(
        (
            *_both((51, 29, 57, 0.22)),
            (-30, 34, -37, -0.08),
            (31, 33, 37, -0.14),
            (0, 34, 4, -0.06),
        )
    ),
    "blunt": Fringe(
        (
            *_both((54, 24, 56, -0.06), (37, 23, 37.5, -0.36), (18.5, 23, 18.5, -0.38)),
            (0, 23, 0, -0.38),
        ),
        blunt=0.94,
        uneven=0.22,
    ),
    "choppy": Fringe(
        (
            *_both((53, 25, 59, 0.18)),
            (-37, 26, -46, -0.08),
            (38, 25, 44, -0.16),
            (-17, 26, -22, -0.18),
            (20, 25, 18, -0.24),
            (1, 24, -5, -0.1),
        ),
        uneven=1.8,
        notch=0.27,
        broad=13.0,
    ),
    "wispy": Fringe(
        (
            *_both((52, 22, 58, 0.3)),
            (-34, 21, -39, -0.06),
            (34, 20, 40, -0.02),
            (-16, 21, -20, 0.0),
            (17, 20, 22, -0.14),
            (1, 15, 4, 0.04),
        ),
        full=0.5,
        uneven=1.5,
        notch=0.3,
        broad=14.0,
    ),
    "parted": Fringe(
        (*_both((54, 28, 60, 0.4), (36, 34, 54, 0.12), (14, 34, 39, -0.14)),),
        fan=0.46,
        full=0.55,
        loose=1.05,
    ),
    "side_left": _SIDE_LEFT,
    "side_right": _mirrored(_SIDE_LEFT),
    "swept": Fringe(
        (
            (54, 24, 60, 0.2),
            (-52, 29, -64, 0.52),
            (-36, 34, -58, 0.2),
            (-13, 36, -39, -0.02),
            (12, 36, -13, -0.18),
            (39, 22, 47, -0.06),
        ),
        part=42,
        fan=0.5,
        full=0.5,
        loose=1.06,
    ),
    "center_long": Fringe(
        (
            *_both((51, 29, 58, 0.26), (31, 30, 39, -0.1)),
            (-2, 27, 0, 0.12),
        ),
        full=0.5,
        notch=0.26,
    ),
    "one_eye": Fringe(
        (
            (-52, 27, -59, 0.22),
            (-34, 29, -46, -0.06),
            (54, 28, 60, 0.56),
            (-13, 27, -5, -0.24),
            (40, 33, 51, 0.6),
            (15, 40, 31, 0.32),
        ),
        part=-27,
        fan=0.5,
        full=0.56,
    ),
    "spiky": Fringe(
        (
            *_both((53, 26, 63, -0.02)),
            (-37, 30, -52, -0.18),
            (38, 29, 48, -0.24),
            (-18, 29, -30, -0.28),
            (20, 27, 29, -0.12),
            (0, 27, -12, -0.2),
        ),
        full=0.5,
        loose=1.1,
        uneven=1.6,
        notch=0.3,
        broad=17.0,
    ),
    "messy": Fringe(
        (
            (-53, 27, -61, 0.12),
            (52, 26, 60, 0.18),
            (-35, 31, -47, -0.14),
            (38, 30, 46, -0.1),
            (14, 30, 24, -0.02),
            (-11, 31, -21, -0.12),
        ),
        part=-12,
        full=0.52,
        loose=1.07,
        uneven=1.8,
        notch=0.28,
        broad=14.0,
    ),
    "curtain": Fringe(
        (*_both((57, 27, 62, 0.6), (41, 34, 58, 0.48), (17, 38, 49, 0.18)),),
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
    ),
    "pointed": Fringe(
        (
            *_both((48, 36, 57, 0.36), (24, 36, 32, -0.06)),
            (-1, 34, -2, -0.16),
        ),
        full=0.48,
        uneven=0.5,
        broad=29.0,
    ),
    "curly": Fringe(
        (
            *_both((52, 27, 58, 0.22)),
            (-31, 31, -37, -0.02),
            (33, 30, 41, -0.08),
            (2, 32, -4, -0.14),
        ),
        part=10,
        loose=1.08,
        wave=7,
        full=0.52,
    ),
    "short": Fringe(
        (
            *_both((51, 27, 58, -0.22)),
            (-28, 31, -28, -0.5),
            (29, 29, 36, -0.48),
            (0, 30, 7, -0.44),
        ),
        part=14,
        loose=1.06,
        uneven=1.2,
        broad=14.0,
    ),
    "fringe_arc": Fringe(
        (
            *_both((54, 25, 59, 0.5), (39, 27, 43, 0.06), (19, 25, 21, -0.26)),
            (0, 22, 0, -0.34),
        ),
        full=0.66,
        uneven=0.4,
        notch=0.13,
        broad=14.0,
    ),
    "slicked": Fringe(
        (*_both((60, 24, 76, -0.34), (44, 20, 66, -0.6)), (8, 10, 26, -0.3)),
        part=0,
        fan=0.5,
        loose=1.06,
        broad=60.0,
        rise=10,
    ),
    "crossed": Fringe(
        (
            *_both((52, 28, 58, 0.22), (36, 28, 44, -0.06)),
            (-13, 30, 13, 0.0),
            (13, 29, -13, -0.12),
        ),
        fan=0.78,
        full=0.52,
        broad=17.0,
    ),
    "antenna": Fringe(
        (
            *_both((53, 28, 60, 0.3), (33, 35, 49, 0.0)),
            (-3, 30, 8, -0.14),
        ),
        fan=0.56,
        full=0.55,
        loose=1.06,
    ),
}
