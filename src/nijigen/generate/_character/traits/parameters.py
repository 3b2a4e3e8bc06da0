"""Parameters of a character: the choices, their groups, and how seeds choose values."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from nijigen.core.errors import SettingsError
from nijigen.generate._character.styles.style import STYLES, StyleName
from nijigen.generate._character.traits.odds import rolled
from nijigen.generate._character.traits.person import FEMININITY

FaceShape = Literal["oval", "round", "heart", "long", "square", "sharp"]
EyeShape = Literal[
    "round", "big", "almond", "cat", "droopy", "sharp", "sleepy", "narrow", "doe", "fierce",
    "soft", "small", "sanpaku", "sparkling",
]  # fmt: skip
Pupil = Literal["round", "slit", "star", "heart", "none"]
BrowShape = Literal["thin", "soft", "straight", "arched", "thick", "short", "angular", "bushy"]
NoseShape = Literal["dot", "tick", "shade", "bridge", "button", "strong"]
EarShape = Literal["human", "pointed", "elf", "cat", "fox", "rabbit", "bear", "dog"]
HairFront = Literal[
    "straight", "blunt", "choppy", "wispy", "parted", "side_left", "side_right", "swept",
    "center_long", "one_eye", "spiky", "messy", "curtain", "princess", "pointed", "curly",
    "short", "fringe_arc", "slicked", "crossed", "antenna", "none",
]  # fmt: skip
HairSide = Literal[
    "none", "short", "medium", "long", "very_long", "inward", "outward", "double", "wavy",
    "princess", "drill", "braid", "tucked",
]  # fmt: skip
HairBack = Literal[
    "cropped", "short", "bob", "round_bob", "flipped", "medium", "wolf", "long", "very_long",
    "wavy", "flowing", "curly", "spiky", "twin_tails", "low_tails", "ponytail", "side_tail",
    "braid", "twin_braids", "bun", "double_bun", "drills", "afro", "bald",
]  # fmt: skip
HairColoring = Literal["plain", "gradient", "tips", "streak", "split", "inner"]
Ahoge = Literal["none", "curl", "hook", "spring", "pair", "leaf"]
Mouth = Literal[
    "neutral", "smile", "grin", "open", "laugh", "a", "i", "u", "e", "o", "frown", "pout", "cat",
    "teeth", "wavy", "small", "firm", "smirk", "tongue", "fangs", "grimace", "drool", "wail",
    "scream", "yawn",
]  # fmt: skip
Emotion = Literal[
    "neutral", "smile", "joy", "laugh", "sad", "crying", "angry", "surprised", "shy", "sleepy",
    "smug", "worried", "wink", "embarrassed", "disgusted", "scared", "determined", "pouting",
    "exasperated", "dazed", "smirk", "furious", "teary_smile", "evil_grin", "lovestruck", "blank",
]  # fmt: skip
Presentation = Literal["feminine", "masculine", "androgynous"]
Age = Literal["child", "teen", "adult", "middle", "elderly"]
Outfit = Literal[
    "sailor", "blazer", "gakuran", "shirt", "tee", "hoodie", "sweater", "kimono", "suit", "dress",
    "maid", "overalls", "cape", "armor",
]  # fmt: skip
Glasses = Literal["none", "round", "square", "half", "sunglasses", "monocle", "eyepatch"]
Headwear = Literal[
    "none", "beret", "cap", "witch_hat", "beanie", "crown", "halo", "headband", "headphones",
    "maid_band", "tiara", "horns", "straw_hat",
]  # fmt: skip
Ornament = Literal["none", "bow", "ribbon_pair", "flower", "pins", "star", "feather", "bell"]
Jewelry = Literal["none", "studs", "hoops", "drops", "choker", "necklace", "scarf"]
Marking = Literal["none", "freckles", "mole", "scar", "bandage", "face_paint"]
Beard = Literal["none", "stubble", "moustache", "goatee", "full"]
Shading = Literal["cel", "soft", "none"]
Inking = Literal["black", "brown", "colored"]
Highlights = Literal["flat", "shine", "painterly"]
Framing = Literal["face", "bust", "upper"]
Background = Literal["plain", "gradient", "circle", "petals", "stars", "room", "sky", "none"]
Rendering = Literal["color", "lines", "flat", "pencil", "manga", "gray"]
Group = Literal["identity", "pose", "expression", "style", "scene"]


@dataclass(frozen=True)
class Identity:
    """Who it is, independent of pose and expression. Colors are ``#rrggbb``."""

    age: Age
    presentation: Presentation
    femininity: float
    build: float
    face: FaceShape
    skin: str
    eyes: EyeShape
    eye_size: float
    eye_spacing: float
    eye_color: str
    eye_color_left: str
    pupil: Pupil
    brows: BrowShape
    nose: NoseShape
    lip_color: str
    ears: EarShape
    beard: Beard
    hair_back: HairBack
    hair_front: HairFront
    hair_side: HairSide
    hair_volume: float
    hair_color: str
    hair_second: str
    hair_coloring: HairColoring
    brow_color: str
    ahoge: Ahoge
    marking: Marking
    glasses: Glasses
    glasses_color: str
    headwear: Headwear
    ornament: Ornament
    jewelry: Jewelry
    jewelry_color: str
    outfit: Outfit
    outfit_color: str
    outfit_second: str
    accessory_color: str


@dataclass(frozen=True)
class Pose:
    """How the head is held; degrees, positive to the viewer's right, up, and clockwise."""

    yaw: float
    pitch: float
    roll: float
    gaze_x: float
    gaze_y: float
    sway: float


@dataclass(frozen=True)
class Expression:
    """What the face does; ``open_left`` is the eye on the viewer's left."""

    expression: Emotion
    expression_strength: float
    mouth: Mouth
    open_left: float
    open_right: float
    brow_raise: float
    brow_frown: float
    blush: float
    tears: float


@dataclass(frozen=True)
class Style:
    """How it is drawn; ``style_mix`` is the share of the second style."""

    style: StyleName
    style_second: StyleName | Literal["none"]
    style_mix: float
    maturity: float
    line_weight: float
    line_taper: float
    inking: Inking
    shading: Shading
    highlights: Highlights


@dataclass(frozen=True)
class Scene:
    """What is around it."""

    framing: Framing
    light: float
    background: Background
    background_color: str


@dataclass(frozen=True)
class Traits:
    """All parameters of one drawing, and the seeds of its details."""

    identity: Identity
    pose: Pose
    expression: Expression
    style: Style
    scene: Scene
    seeds: Mapping[Group, str]

    def random(self, detail: str, group: Group = "identity") -> random.Random:
        """Return the random generator of one detail, independent of all others."""
        return random.Random(f"{self.seeds[group]}/{detail}")

    def tags(self) -> dict[str, str | float]:
        """Return every attribute by its name."""
        return {
            field.name: getattr(group, field.name)
            for group in (self.identity, self.pose, self.expression, self.style, self.scene)
            for field in fields(group)
        }


GROUPS: dict[Group, type[Any]] = {
    "style": Style,
    "identity": Identity,
    "pose": Pose,
    "expression": Expression,
    "scene": Scene,
}
CHOICES: dict[str, tuple[str, ...]] = {
    "style": STYLES, "style_second": ("none", *STYLES), "presentation": get_args(Presentation),
    "age": get_args(Age), "face": get_args(FaceShape), "eyes": get_args(EyeShape),
    "pupil": get_args(Pupil), "brows": get_args(BrowShape), "nose": get_args(NoseShape),
    "ears": get_args(EarShape), "hair_front": get_args(HairFront),
    "hair_side": get_args(HairSide), "hair_back": get_args(HairBack),
    "hair_coloring": get_args(HairColoring), "ahoge": get_args(Ahoge), "beard": get_args(Beard),
    "marking": get_args(Marking), "glasses": get_args(Glasses), "headwear": get_args(Headwear),
    "ornament": get_args(Ornament), "jewelry": get_args(Jewelry), "outfit": get_args(Outfit),
    "expression": get_args(Emotion), "mouth": get_args(Mouth), "inking": get_args(Inking),
    "shading": get_args(Shading), "highlights": get_args(Highlights),
    "framing": get_args(Framing), "background": get_args(Background),
}  # fmt: skip
"""Choices of each enumerated parameter."""


def traits(seed: int, given: Mapping[str, Any], vary: Mapping[Group, int] | None = None) -> Traits:
    """Return all parameters: those given, and random values from the seed for the others.

    Each parameter has a random stream of its own, so that setting one does not change the others.

    Args:
        seed: Seed of all parameters that are not given.
        given: Values by name; None means not given.
        vary: Other seeds for some groups.

    Raises:
        SettingsError: A name is unknown, or two given values contradict each other.
    """
    known = {f.name for group in GROUPS.values() for f in fields(group)}
    for name, value in given.items():
        if name not in known:
            raise SettingsError(
                f"a character has no {name!r}", "known: " + ", ".join(sorted(known)), field=name
            )
        if value is not None and name in CHOICES and value not in CHOICES[name]:
            raise SettingsError(
                f"{name} = {value!r} is not a choice",
                "one of: " + ", ".join(CHOICES[name]),
                field=name,
            )
    _contradictions(given)
    vary = vary or {}
    seeds = {group: f"{vary.get(group, seed)}/{group}" for group in GROUPS}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    fixed = frozenset(values)
    # Who somebody is may depend on the style of the seed itself, not on another one that is given
    # or varied: it is the same person, drawn by another artist.
    own: dict[Group, str] = {**seeds, "style": f"{seed}/style"}
    values["own_colors"] = f"{seeds['identity']}/colors"
    values["own_style"] = _value("style", own["style"], {}, frozenset())
    made = {group: _group(group, own[group], values, fixed) for group in GROUPS}
    if "style" in vary:
        made["style"] = _group("style", seeds["style"], values, fixed)
    return Traits(seeds=seeds, **made)


def _value(name: str, seed: str, known: Mapping[str, Any], fixed: frozenset[str]) -> Any:
    return rolled(name, random.Random(f"{seed}/{name}"), known, CHOICES.get(name, ()), fixed)


def _group(group: Group, seed: str, values: dict[str, Any], fixed: frozenset[str]) -> Any:
    """Roll what is not fixed of one group and add it to the values."""
    names = [field.name for field in fields(GROUPS[group])]
    for name in names:
        if name not in fixed:
            values[name] = _value(name, seed, values, fixed)
    return GROUPS[group](**{name: values[name] for name in names})


def _contradictions(given: Mapping[str, Any]) -> None:
    def clash(first: str, second: str, why: str) -> None:
        raise SettingsError(
            f"{first} = {given[first]!r} and {second} = {given[second]!r}: {why}",
            f"leave out {first} or {second}",
            field=second,
        )

    if given.get("age") == "child" and given.get("beard") not in (None, "none"):
        clash("age", "beard", "a child has no beard")
    low, high = FEMININITY.get(str(given.get("presentation")), (0.0, 1.0))
    femininity = given.get("femininity")
    if femininity is not None and not low <= femininity <= high:
        clash("presentation", "femininity", f"it would have to be {low:g} to {high:g}")
    if given.get("hair_back") == "bald":
        for name in ("hair_front", "hair_side", "ahoge", "ornament"):
            if given.get(name) not in (None, "none"):
                clash("hair_back", name, "there is no hair to wear")
