"""Character: draw an anime character from parameters, as vector art."""

from dataclasses import fields
from functools import partial
from typing import Annotated, Literal

from nijigen.core.animation import Animation
from nijigen.core.drawing import Drawing
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Color
from nijigen.generate._character.parameters import (
    GROUPS,
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


@operation(alpha="own", version=4)
def character(
    *,
    seed: Annotated[int, Setting(ge=0, le=2**31 - 1)] = 7,
    vary: Group | None = None,
    vary_seed: Annotated[int, Setting(ge=0, le=2**31 - 1)] = 1,
    width: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    height: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    rendering: Annotated[Rendering, Setting(section="style")] = "color",
    age: Annotated[Age | None, Setting(section="face")] = None,
    femininity: Annotated[float | None, Setting(ge=0, le=1, step=0.05, section="face")] = None,
    face: Annotated[FaceShape | None, Setting(section="face")] = None,
    skin: Annotated[Color | None, Setting(section="face")] = None,
    eyes: Annotated[EyeShape | None, Setting(section="eyes")] = None,
    eye_size: Annotated[
        float | None, Setting(ge=0.8, le=1.25, unit="×", step=0.05, section="eyes")
    ] = None,
    eye_spacing: Annotated[
        float | None, Setting(ge=0.92, le=1.08, unit="×", step=0.02, section="eyes")
    ] = None,
    eye_color: Annotated[Color | None, Setting(section="eyes")] = None,
    eye_color_left: Annotated[Color | None, Setting(section="eyes")] = None,
    pupil: Annotated[Pupil | None, Setting(section="eyes")] = None,
    brows: Annotated[BrowShape | None, Setting(section="eyes")] = None,
    nose: Annotated[NoseShape | None, Setting(section="face")] = None,
    ears: Annotated[EarShape | None, Setting(section="face")] = None,
    hair_front: Annotated[HairFront | None, Setting(section="hair")] = None,
    hair_side: Annotated[HairSide | None, Setting(section="hair")] = None,
    hair_back: Annotated[HairBack | None, Setting(section="hair")] = None,
    hair_volume: Annotated[
        float | None, Setting(ge=0.85, le=1.3, unit="×", step=0.05, section="hair")
    ] = None,
    hair_color: Annotated[Color | None, Setting(section="hair")] = None,
    hair_second: Annotated[Color | None, Setting(section="hair")] = None,
    hair_coloring: Annotated[HairColoring | None, Setting(section="hair")] = None,
    ahoge: Annotated[Ahoge | None, Setting(section="hair")] = None,
    beard: Annotated[Beard | None, Setting(section="face")] = None,
    marking: Annotated[Marking | None, Setting(section="face")] = None,
    glasses: Annotated[Glasses | None, Setting(section="accessories")] = None,
    headwear: Annotated[Headwear | None, Setting(section="accessories")] = None,
    ornament: Annotated[Ornament | None, Setting(section="accessories")] = None,
    jewelry: Annotated[Jewelry | None, Setting(section="accessories")] = None,
    outfit: Annotated[Outfit | None, Setting(section="clothes")] = None,
    outfit_color: Annotated[Color | None, Setting(section="clothes")] = None,
    outfit_second: Annotated[Color | None, Setting(section="clothes")] = None,
    yaw: Annotated[float | None, Setting(ge=-35, le=35, unit="°", step=1, section="pose")] = None,
    pitch: Annotated[float | None, Setting(ge=-20, le=20, unit="°", step=1, section="pose")] = None,
    roll: Annotated[float | None, Setting(ge=-25, le=25, unit="°", step=1, section="pose")] = None,
    gaze_x: Annotated[float | None, Setting(ge=-1, le=1, step=0.1, section="pose")] = None,
    gaze_y: Annotated[float | None, Setting(ge=-1, le=1, step=0.1, section="pose")] = None,
    sway: Annotated[float | None, Setting(ge=-1, le=1, step=0.1, section="pose")] = None,
    expression: Annotated[Emotion | None, Setting(section="expression")] = None,
    mouth: Annotated[Mouth | None, Setting(section="expression")] = None,
    open_left: Annotated[
        float | None, Setting(ge=0, le=1.2, step=0.05, advanced=True, section="expression")
    ] = None,
    open_right: Annotated[
        float | None, Setting(ge=0, le=1.2, step=0.05, advanced=True, section="expression")
    ] = None,
    brow_raise: Annotated[
        float | None, Setting(ge=-1, le=1, step=0.1, advanced=True, section="expression")
    ] = None,
    brow_frown: Annotated[
        float | None, Setting(ge=-1, le=1, step=0.1, advanced=True, section="expression")
    ] = None,
    blush: Annotated[float | None, Setting(ge=0, le=1, step=0.1, section="expression")] = None,
    tears: Annotated[float | None, Setting(ge=0, le=1, step=0.1, section="expression")] = None,
    maturity: Annotated[float | None, Setting(ge=0, le=1, step=0.05, section="style")] = None,
    line_weight: Annotated[
        float | None, Setting(ge=0.5, le=2, unit="×", step=0.1, section="style")
    ] = None,
    line_taper: Annotated[
        float | None, Setting(ge=0, le=1, step=0.1, advanced=True, section="style")
    ] = None,
    inking: Annotated[Inking | None, Setting(section="style")] = None,
    shading: Annotated[Shading | None, Setting(section="style")] = None,
    highlights: Annotated[Highlights | None, Setting(section="style")] = None,
    framing: Annotated[Framing | None, Setting(section="scene")] = None,
    light: Annotated[float | None, Setting(ge=-1, le=1, step=0.1, section="scene")] = None,
    background: Annotated[Background | None, Setting(section="scene")] = None,
    background_color: Annotated[Color | None, Setting(section="scene")] = None,
    show: Literal["one", "sheet", "turntable", "talking"] = "one",
    count: Annotated[int, Setting(ge=1, le=400, shown_when={"show": "sheet"})] = 20,
    columns: Annotated[int, Setting(ge=1, le=40, shown_when={"show": "sheet"})] = 5,
    frames: Annotated[int, Setting(ge=4, le=120, shown_when={"show": "turntable"})] = 24,
    text: Annotated[str, Setting(max_length=300, shown_when={"show": "talking"})] = "Konnichiwa",
    run: Run = SILENT,
) -> Drawing | Picture | Animation:
    """Draw an anime character from parameters.

    Whatever is not given is rolled from the seed, each parameter from a seed of its own: giving
    one changes nothing else but what follows from it. The same parameters make the same bytes
    on every machine.

    One character in color, lines or flat also goes to SVG, as named groups of paths, and to PSD
    and ORA, with layers for each part; whatever else there is goes there as one layer, or not.

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
        show: One drawing; a sheet of many; or an animation of a head that turns, or that talks,
            whatever ``yaw``, ``sway`` or ``mouth`` are given.
        count: How many are on the sheet: those of the seeds that follow; with ``vary``, the same
            character with the ``vary_seed``s that follow.
        columns: How many are in a row.
        frames: How many pictures the turn has.
        text: What is said: vowels move the mouth, in Latin letters or kana.

    Raises:
        SettingsError: Two settings contradict each other, the text has nothing to say, or a
            sheet or an animation would have more than 64 million pixels.

    Example:
        >>> from nijigen import get
        >>> girl = get("generate.character")(seed=7, hair_color="#caa0ff", width=64, height=64)
        >>> girl.size
        (64, 64)
    """
    told = dict(locals())
    given = {field.name: told[field.name] for group in GROUPS.values() for field in fields(group)}
    first = traits(seed, given, {vary: vary_seed} if vary else None)
    run.progress(0)
    from nijigen.generate._character.export import drawing
    from nijigen.generate._character.motion import script_of, talking, turntable
    from nijigen.generate._character.sheet import check_room, contact_sheet

    draw = partial(drawing, width=width, height=height, rendering=rendering)
    if show == "sheet":
        check_room(count, width, height)
        people = [
            traits(seed, given, {vary: vary_seed + n}) if vary else traits(seed + n, given)
            for n in range(count)
        ]
        return contact_sheet(people, draw, columns, run)
    if show == "turntable":
        check_room(frames, width, height)
        return turntable(first, frames, draw, run)
    if show == "talking":
        script = script_of(text)
        check_room(len(script), width, height)
        return talking(first, script, draw, run)
    picture = draw(first)
    run.progress(1)
    return picture
