"""Expressions, named as artists name them: what eyes, brows, mouth and signs of each do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Lid = Literal["calm", "happy", "squeezed"]
Sign = Literal["sweat", "drops", "vein", "gloom", "hearts", "cheeks", "zs"]


@dataclass(frozen=True)
class Look:
    """What a face does; numbers are for a strength of 1.

    Attributes:
        mouths: Mouths that fit.
        open: Openness of the eyes.
        lid: Form of closed eyes.
        slant: 1 lowers the inner half of the upper lids (anger), -1 the outer half (sadness).
        cheek: How far the lower lids are raised, as by a smile.
        iris: Size of the iris.
        pupil: Pupil that replaces the person's own, or "spiral" for a dizzy eye.
        lights: Whether the eyes reflect light.
        gaze: Where the eyes look, added to the gaze of the pose.
        brow_raise: How far the brows are raised.
        brow_frown: 1 lowers their inner ends, -1 raises them.
        one_brow: How much higher one of the brows is.
        blush: Color of the cheeks; above 1 it goes over the nose.
        tears: 0.3 wet lids, 0.6 drops, 1 streams.
        signs: Marks of comics beside the face.
        odds: How often it is rolled.
    """

    mouths: tuple[str, ...]
    open: float = 1.0
    lid: Lid = "calm"
    slant: float = 0.0
    cheek: float = 0.0
    iris: float = 1.0
    pupil: str = ""
    lights: bool = True
    gaze: tuple[float, float] = (0.0, 0.0)
    brow_raise: float = 0.0
    brow_frown: float = 0.0
    one_brow: float = 0.0
    blush: float = 0.1
    tears: float = 0.0
    signs: tuple[Sign, ...] = ()
    odds: float = 0.35


LOOKS = {
    "neutral": Look(("neutral", "small"), odds=4),
    "smile": Look(("smile", "smile", "cat"), cheek=0.35, brow_raise=0.2, blush=0.4, odds=5),
    "joy": Look(("open", "open", "a"), 1.06, cheek=0.35, brow_raise=0.6, blush=0.6, odds=2),
    "laugh": Look(("laugh",), 0.0, "happy", brow_raise=0.7, blush=0.7),
    "sad": Look(("frown",), 0.72, slant=-0.9, gaze=(0, 0.55), brow_raise=0.1, brow_frown=-0.95,
                blush=0.0, tears=0.3),
    "crying": Look(("wail",), 0.0, slant=-0.7, brow_raise=0.05, brow_frown=-1.0, blush=0.5,
                   tears=1.0,
                  odds=0.15),
    "angry": Look(("frown", "teeth"), 0.88, slant=1.0, iris=0.9, brow_raise=-0.55, brow_frown=0.95,
                  blush=0.0, signs=("vein",)),
    "surprised": Look(("o",), 1.2, iris=0.8, brow_raise=1.0, blush=0.0),
    "shy": Look(("small", "wavy"), 0.7, slant=-0.35, gaze=(0.75, 0.4), brow_raise=0.15,
                brow_frown=-0.6, blush=0.9),
    "sleepy": Look(("yawn", "small"), 0.42, slant=-0.2, brow_raise=0.3, brow_frown=-0.2,
                   tears=0.15, signs=("zs",)),
    "smug": Look(("cat",), 0.56, slant=0.15, cheek=0.55, brow_raise=0.45, brow_frown=0.15,
                 gaze=(0.15, 0), blush=0.25),
    "worried": Look(("wavy", "i"), 0.95, slant=-0.4, iris=0.9, brow_raise=0.3, brow_frown=-1.0,
                    blush=0.0, signs=("sweat",)),
    "wink": Look(("open", "tongue", "smile"), 1.0, "happy", cheek=0.2, brow_raise=0.4, blush=0.5),
    "embarrassed": Look(("wavy", "wail"), 1.05, slant=-0.2, iris=0.86, gaze=(0, -0.1),
                        brow_raise=0.3, brow_frown=-0.85, blush=1.6, signs=("drops",)),
    "disgusted": Look(("grimace",), 0.5, slant=0.35, cheek=0.4, iris=0.8, gaze=(-0.6, 0.1),
                      brow_raise=-0.3, brow_frown=0.6, one_brow=0.4, blush=0.0,
                      signs=("gloom",),
                  odds=0.15),
    "scared": Look(("wail", "wavy"), 1.22, slant=-0.15, iris=0.6, brow_raise=0.65,
                   brow_frown=-1.0, blush=0.0, tears=0.3, signs=("gloom", "sweat"),
                  odds=0.15),
    "determined": Look(("firm",), 0.95, slant=0.6, cheek=0.15, brow_raise=-0.4, brow_frown=0.85,
                       blush=0.0),
    "pouting": Look(("pout",), 0.8, slant=0.45, gaze=(-0.75, -0.1), brow_raise=-0.15,
                    brow_frown=0.55, blush=0.8, signs=("cheeks",)),
    "exasperated": Look(("firm", "i"), 0.52, iris=0.85, brow_raise=0.1,
                        brow_frown=-0.2, blush=0.0, signs=("sweat",)),
    "dazed": Look(("wail", "wavy"), 1.05, pupil="spiral", lights=False, brow_raise=0.3,
                  brow_frown=-0.7, blush=0.5,
                  odds=0.15),
    "smirk": Look(("smirk",), 0.74, slant=0.3, cheek=0.15, gaze=(0.35, 0), brow_frown=0.35,
                  one_brow=0.85, blush=0.0),
    "furious": Look(("scream",), 1.0, slant=1.1, iris=0.7, brow_raise=-0.8, brow_frown=1.3,
                    blush=0.3, signs=("vein", "gloom"),
                  odds=0.15),
    "teary_smile": Look(("smile", "open"), 0.62, slant=-0.4, cheek=0.6, brow_raise=0.25,
                        brow_frown=-0.9, blush=0.6, tears=0.6),
    "evil_grin": Look(("fangs",), 0.9, slant=0.7, cheek=0.2, iris=0.78, brow_raise=0.0,
                      brow_frown=0.9, blush=0.0, signs=("gloom",),
                  odds=0.15),
    "lovestruck": Look(("drool", "open"), 1.05, cheek=0.3, pupil="heart", brow_raise=0.6,
                       brow_frown=-0.4, blush=1.2, signs=("hearts",),
                  odds=0.15),
    "blank": Look(("firm",), 0.78, iris=0.96, lights=False, brow_raise=-0.05,
                  blush=0.0,
                  odds=0.15),
}  # fmt: skip


def look_of(expression: str, strength: float) -> Look:
    """Return the look of an expression at a strength: 0 is a calm face, 1 the look as listed."""
    look = LOOKS[expression]
    return replace(
        look,
        open=max(0.0, 1 + (look.open - 1) * strength),
        slant=look.slant * strength,
        cheek=look.cheek * strength,
        iris=max(0.35, 1 + (look.iris - 1) * strength),
        pupil=look.pupil if strength > 0.3 else "",
        lights=look.lights or strength < 0.3,
        gaze=(look.gaze[0] * min(strength, 1.2), look.gaze[1] * min(strength, 1.2)),
        brow_raise=look.brow_raise * strength,
        brow_frown=look.brow_frown * strength,
        one_brow=look.one_brow * strength,
        blush=look.blush * strength,
        tears=look.tears * strength,
        signs=look.signs if strength > 0.45 else (),
    )
