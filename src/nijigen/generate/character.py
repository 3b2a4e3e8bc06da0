"""Character: draw an anime character from parameters, as vector art."""

from typing import Annotated

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Color
from nijigen.generate._character.parameters import (
    Age,
    Ahoge,
    Background,
    Beard,
    BrowShape,
    EarShape,
    Emotion,
    EyeShape,
    FaceShape,
    Framing,
    Glasses,
    Group,
    HairBack,
    HairColoring,
    HairFront,
    HairSide,
    Headwear,
    Highlights,
    Inking,
    Jewelry,
    Marking,
    Mouth,
    NoseShape,
    Ornament,
    Outfit,
    Pupil,
    Rendering,
    Shading,
    traits,
)


@operation(alpha="own", version=1)
def character(
    *,
    seed: Annotated[int, Setting(ge=0, le=2**31 - 1)] = 7,
    vary: Group | None = None,
    vary_seed: Annotated[int, Setting(ge=0, le=2**31 - 1)] = 1,
    width: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    height: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    rendering: Rendering = "color",
    age: Age | None = None,
    femininity: Annotated[float | None, Setting(ge=0, le=1, step=0.05)] = None,
    face: FaceShape | None = None,
    skin: Color | None = None,
    eyes: EyeShape | None = None,
    eye_size: Annotated[float | None, Setting(ge=0.8, le=1.25, unit="×", step=0.05)] = None,
    eye_spacing: Annotated[float | None, Setting(ge=0.92, le=1.08, unit="×", step=0.02)] = None,
    eye_color: Color | None = None,
    eye_color_left: Color | None = None,
    pupil: Pupil | None = None,
    brows: BrowShape | None = None,
    nose: NoseShape | None = None,
    ears: EarShape | None = None,
    hair_front: HairFront | None = None,
    hair_side: HairSide | None = None,
    hair_back: HairBack | None = None,
    hair_volume: Annotated[float | None, Setting(ge=0.85, le=1.3, unit="×", step=0.05)] = None,
    hair_color: Color | None = None,
    hair_second: Color | None = None,
    hair_coloring: HairColoring | None = None,
    ahoge: Ahoge | None = None,
    beard: Beard | None = None,
    marking: Marking | None = None,
    glasses: Glasses | None = None,
    headwear: Headwear | None = None,
    ornament: Ornament | None = None,
    jewelry: Jewelry | None = None,
    outfit: Outfit | None = None,
    outfit_color: Color | None = None,
    outfit_second: Color | None = None,
    yaw: Annotated[float | None, Setting(ge=-35, le=35, unit="°", step=1)] = None,
    pitch: Annotated[float | None, Setting(ge=-20, le=20, unit="°", step=1)] = None,
    roll: Annotated[float | None, Setting(ge=-25, le=25, unit="°", step=1)] = None,
    gaze_x: Annotated[float | None, Setting(ge=-1, le=1, step=0.1)] = None,
    gaze_y: Annotated[float | None, Setting(ge=-1, le=1, step=0.1)] = None,
    sway: Annotated[float | None, Setting(ge=-1, le=1, step=0.1)] = None,
    expression: Emotion | None = None,
    mouth: Mouth | None = None,
    open_left: Annotated[float | None, Setting(ge=0, le=1.2, step=0.05, advanced=True)] = None,
    open_right: Annotated[float | None, Setting(ge=0, le=1.2, step=0.05, advanced=True)] = None,
    brow_raise: Annotated[float | None, Setting(ge=-1, le=1, step=0.1, advanced=True)] = None,
    brow_frown: Annotated[float | None, Setting(ge=-1, le=1, step=0.1, advanced=True)] = None,
    blush: Annotated[float | None, Setting(ge=0, le=1, step=0.1)] = None,
    tears: Annotated[float | None, Setting(ge=0, le=1, step=0.1)] = None,
    maturity: Annotated[float | None, Setting(ge=0, le=1, step=0.05)] = None,
    line_weight: Annotated[float | None, Setting(ge=0.5, le=2, unit="×", step=0.1)] = None,
    line_taper: Annotated[float | None, Setting(ge=0, le=1, step=0.1, advanced=True)] = None,
    inking: Inking | None = None,
    shading: Shading | None = None,
    highlights: Highlights | None = None,
    framing: Framing | None = None,
    light: Annotated[float | None, Setting(ge=-1, le=1, step=0.1)] = None,
    background: Background | None = None,
    background_color: Color | None = None,
    run: Run = SILENT,
) -> Picture:
    """Draw an anime character from parameters.

    Whatever is not given is rolled from the seed, each parameter from a seed of its own: giving
    one changes nothing else but what follows from it. The same parameters make the same bytes
    on every machine.

    Args:
        seed: Rolls all that is not given.
        vary: Roll this group anew from ``vary_seed``: another pose of the same person, say.
        vary_seed: Seed of the group to vary.
        width: Width of the picture.
        height: Height of the picture.
        rendering: Finished color; black lines alone; flat colors alone; a rough pencil sketch of
            the same strokes; ink and screentone; or shades of gray.
        age: From child to elderly.
        femininity: 0 is masculine, 1 feminine: jaw, neck, shoulders, lashes.
        face: Shape of the face.
        skin: Color of the skin.
        eyes: Shape of the eyes.
        eye_size: Size of the eyes.
        eye_spacing: Distance of the eyes.
        eye_color: Color of the iris.
        eye_color_left: Color of the iris on the viewer's left, where it is another.
        pupil: Shape of the pupil.
        brows: Shape of the brows.
        nose: How the nose is drawn.
        ears: Of a human, an elf or an animal.
        hair_front: The bangs.
        hair_side: The locks beside the face.
        hair_back: What falls, or is tied, behind.
        hair_volume: Size of the hair against the skull.
        hair_color: Color of the hair.
        hair_second: The other color of dyed hair.
        hair_coloring: Where the second color goes.
        ahoge: The hair that stands up from the crown.
        beard: Beard or moustache.
        marking: Freckles, a scar and the like.
        glasses: What is worn before the eyes.
        headwear: What is worn on the head.
        ornament: What is worn in the hair.
        jewelry: What is worn at ears and neck.
        outfit: The clothes.
        outfit_color: Main color of the clothes.
        outfit_second: Second color, of accessories too.
        yaw: Turn of the head; positive is to the viewer's right.
        pitch: Nod of the head; positive looks up.
        roll: Tilt of the head; positive is clockwise.
        gaze_x: Where the eyes look, -1 left to 1 right.
        gaze_y: Where the eyes look, -1 up to 1 down.
        sway: How hair swings, -1 left to 1 right.
        expression: The mood; it rolls mouth, eyes, brows, blush and tears.
        mouth: The mouth: a mood or a sound.
        open_left: How open the eye on the viewer's left is; 0 is closed.
        open_right: How open the eye on the viewer's right is.
        brow_raise: How high the brows are.
        brow_frown: 1 is angry, -1 is sorrowful.
        blush: Color in the cheeks.
        tears: How much is wept.
        maturity: 0 is chibi, 1 has the proportions of a grown-up.
        line_weight: Thickness of the lines.
        line_taper: How much the lines taper at their ends.
        inking: Color of the lines; ``colored`` takes it from what they bound.
        shading: Hard-edged as in animation, soft, or none.
        highlights: Shine on the hair.
        framing: How much of the figure is seen.
        light: Where light comes from, -1 left to 1 right.
        background: What is behind; ``none`` is transparent.
        background_color: Main color of the background.

    Raises:
        SettingsError: Two settings contradict each other.

    Example:
        >>> from nijigen import get
        >>> girl = get("generate.character")(seed=7, hair_color="#caa0ff", width=64, height=64)
        >>> girl.size
        (64, 64)
    """
    given = dict(locals())
    for name in ("seed", "vary", "vary_seed", "width", "height", "rendering", "run"):
        del given[name]
    person = traits(seed, given, {vary: vary_seed} if vary else None)
    run.progress(0.1)
    from nijigen.generate._character.draw import drawn

    picture = Picture(drawn(person, width, height, rendering))
    run.progress(1)
    return picture
