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
from nijigen.generate._character.styles.style import StyleName
from nijigen.generate._character.traits.parameters import (
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
    Presentation,
    Pupil,
    Rendering,
    Shading,
    traits,
)


@operation(alpha="own", version=8)
def character(
    *,
    seed: Annotated[int, Setting(ge=0, le=2**31 - 1)] = 7,
    vary: Group | None = None,
    vary_seed: Annotated[int, Setting(ge=0, le=2**31 - 1)] = 1,
    width: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    height: Annotated[int, Setting(ge=16, le=4096, unit="px")] = 512,
    style: Annotated[StyleName | None, Setting(section="style")] = None,
    style_second: Annotated[
        StyleName | Literal["none"] | None, Setting(section="style", advanced=True)
    ] = None,
    style_mix: Annotated[
        float | None, Setting(ge=0, le=1, step=0.05, section="style", advanced=True)
    ] = None,
    rendering: Annotated[Rendering, Setting(section="style")] = "color",
    age: Annotated[Age | None, Setting(section="face")] = None,
    presentation: Annotated[Presentation | None, Setting(section="face")] = None,
    femininity: Annotated[float | None, Setting(ge=0, le=1, step=0.05, section="face")] = None,
    build: Annotated[float | None, Setting(ge=0, le=1, step=0.05, section="face")] = None,
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
    brow_color: Annotated[Color | None, Setting(section="eyes")] = None,
    nose: Annotated[NoseShape | None, Setting(section="face")] = None,
    lip_color: Annotated[Color | None, Setting(section="face")] = None,
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
    glasses_color: Annotated[Color | None, Setting(section="accessories")] = None,
    headwear: Annotated[Headwear | None, Setting(section="accessories")] = None,
    ornament: Annotated[Ornament | None, Setting(section="accessories")] = None,
    jewelry: Annotated[Jewelry | None, Setting(section="accessories")] = None,
    jewelry_color: Annotated[Color | None, Setting(section="accessories")] = None,
    accessory_color: Annotated[Color | None, Setting(section="accessories")] = None,
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
    expression_strength: Annotated[
        float | None, Setting(ge=0, le=1.5, unit="×", step=0.1, section="expression")
    ] = None,
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

    Parameters that are not given are drawn at random from the seed, each with a random stream of
    its own: setting one does not change the others, except those that depend on it. The same
    parameters give the same bytes on every machine.

    A single character rendered in color, as lines or flat can also be saved as SVG, with named
    groups of paths, and as PSD or ORA with layers for each part; other pictures are saved to PSD
    and ORA as a single layer, and not to SVG.

    Args:
        seed: Seed of all parameters that are not given.
        vary: Draw this group from ``vary_seed`` instead: another pose of the same person, say.
        vary_seed: Seed of the group to vary.
        width: Width of the picture.
        height: Height of the picture.
        style: The school of drawing: proportions, eyes, lines and palette.
        style_second: A second style, of which something is mixed in.
        style_mix: Share of the second style.
        rendering: Finished color; black lines only; flat colors only; a rough pencil sketch; ink
            and screentone; or grayscale.
        age: From child to elderly.
        presentation: Whether the character looks like a woman or girl, a man or boy, or between.
        femininity: The same as a number: 0 is masculine, 1 feminine: jaw, neck, shoulders, lashes.
        build: 0 is slim, 1 broad: neck, shoulders, cheeks.
        face: Shape of the face.
        skin: Color of the skin.
        eyes: Shape of the eyes.
        eye_size: Size of the eyes.
        eye_spacing: Distance of the eyes.
        eye_color: Color of the iris.
        eye_color_left: Color of the iris on the viewer's left, if different.
        pupil: Shape of the pupil.
        brows: Shape of the brows.
        brow_color: Color of the brows before ink darkens it; that of the hair if not given.
        nose: How the nose is drawn.
        lip_color: Color of the lips; the same as ``skin`` leaves them uncolored.
        ears: Of a human, an elf or an animal.
        hair_front: The bangs.
        hair_side: The locks beside the face.
        hair_back: Hair behind the head, loose or tied.
        hair_volume: Size of the hair relative to the skull.
        hair_color: Color of the hair.
        hair_second: Second color of dyed hair.
        hair_coloring: Where the second color is.
        ahoge: The strand that stands up from the crown.
        beard: Beard or moustache.
        marking: Freckles, a scar or similar.
        glasses: Glasses or an eyepatch.
        glasses_color: Color of the frame.
        headwear: Hat or other headwear.
        ornament: Hair ornament.
        jewelry: Jewelry on ears and neck.
        jewelry_color: Color of the metal.
        accessory_color: Color of hats, hair ornaments, hair ties and scarves.
        outfit: The clothes.
        outfit_color: Main color of the clothes.
        outfit_second: Second color of the clothes.
        yaw: Turn of the head; positive is to the viewer's right.
        pitch: Nod of the head; positive looks up.
        roll: Tilt of the head; positive is clockwise.
        gaze_x: Where the eyes look, -1 left to 1 right.
        gaze_y: Where the eyes look, -1 up to 1 down.
        sway: How hair swings, -1 left to 1 right.
        expression: The mood; controls mouth, eyes, brows, blush and tears.
        expression_strength: How strong the expression is; 0 is a calm face.
        mouth: Shape of the mouth, for a mood or a sound.
        open_left: How open the eye on the viewer's left is; 0 is closed.
        open_right: How open the eye on the viewer's right is.
        brow_raise: How high the brows are.
        brow_frown: 1 is angry, -1 is sad.
        blush: Strength of the blush on the cheeks.
        tears: Amount of tears.
        maturity: 0 is chibi, 1 has adult proportions.
        line_weight: Thickness of the lines.
        line_taper: How much the lines taper at their ends.
        inking: Color of the lines; ``colored`` derives it from the adjacent areas.
        shading: Cel shading, soft, or none.
        highlights: Highlights on the hair.
        framing: How much of the figure is visible.
        light: Direction of the light, -1 left to 1 right.
        background: The background; ``none`` is transparent.
        background_color: Main color of the background.
        show: One drawing; a contact sheet; or an animation of a turning or a talking head, which
            overrides ``yaw``, ``sway`` and ``mouth``.
        count: Number of characters on the sheet, with consecutive seeds; with ``vary``, the same
            character with consecutive ``vary_seed``s.
        columns: Number of characters in a row.
        frames: Number of frames of the turntable.
        text: The spoken text: vowels move the mouth, in Latin letters or kana.

    Raises:
        SettingsError: Two settings contradict each other, the text has no vowels, or a sheet or an
            animation would have more than 64 million pixels.

    Example:
        >>> from nijigen import get
        >>> girl = get("generate.character")(seed=7, hair_color="#caa0ff", width=64, height=64)
        >>> girl.size
        (64, 64)
    """
    settings = dict(locals())
    given = {
        field.name: settings[field.name] for group in GROUPS.values() for field in fields(group)
    }
    first = traits(seed, given, {vary: vary_seed} if vary else None)
    run.progress(0)
    from nijigen.generate._character.drawing.export import drawing
    from nijigen.generate._character.showing.motion import script_of, talking, turntable
    from nijigen.generate._character.showing.sheet import check_room, contact_sheet

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
