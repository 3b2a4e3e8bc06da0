"""Proposals: parts of regions, colors for them, and what hints decide."""

from __future__ import annotations

import numpy as np
import pytest

from nijigen.color._document.layers import Sheet
from nijigen.color._flats.hints import ColorHints
from nijigen.color._palettes.people import looks
from nijigen.color._parts.names import PARTS
from nijigen.color._parts.proposing import UNNAMED
from nijigen.color._parts.reference import _middle, reference_colors
from nijigen.color._parts.seeing import PartMap, halved
from nijigen.color._parts.voting import SURE, voted
from nijigen.color._regions.regions import regions_of
from nijigen.color.paint import paint
from nijigen.color.propose import Variants, propose
from nijigen.color.regions import regions
from nijigen.core.artwork import Group
from nijigen.core.colors import rgb, written
from nijigen.core.errors import SettingsError
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.generate import sample
from nijigen.imaging.color_spaces import delta_e2000, lab, lch, oklab
from nijigen.imaging.line_art.ink import line_art


@pytest.fixture(scope="module")
def bust() -> Picture:
    drawn = sample(8_000_003, size=256, given={"background": "none"})
    return Picture((255 - drawn.lines)[:, :, None])


def hints_of(found: ColorHints | Variants) -> ColorHints:
    assert isinstance(found, ColorHints)
    return found


def test_face_and_hair_have_their_parts(bust: Picture) -> None:
    drawn = sample(8_000_003, size=256, given={"background": "none"})
    points = hints_of(propose(bust)).points
    largest = {}
    for point in points:
        largest.setdefault(point.part, point)
    for part in ("skin", "hair", "top"):
        assert part in largest
    hair = [point for point in points if point.part == "hair"]
    right = [drawn.mask("hair")[int(point.y), int(point.x)] for point in hair]
    assert np.mean(right) > 0.5
    assert len({point.color for point in hair if point.color}) == 1


def test_a_proposal_is_what_paint_paints(bust: Picture) -> None:
    proposal = hints_of(propose(bust, seed=5))
    flat = paint(bust, seed=5, shading=False, gradient=0).flatten().pixels
    again = paint(bust, hints=proposal.to_json(), shading=False, gradient=0).flatten().pixels
    assert (flat == again).all(axis=2).mean() > 0.99


def test_hints_are_obeyed_and_go_to_their_part(bust: Picture) -> None:
    hair = next(p for p in hints_of(propose(bust)).points if p.part == "hair" and p.color)
    hint = {"points": [{"x": hair.x, "y": hair.y, "color": "#123456"}]}
    made = hints_of(propose(bust, hints=ColorHints.from_json(hint).to_json()))
    assert made.points[-1].color == "#123456"
    colors = {point.color for point in made.points if point.part == "hair" and point.color}
    assert colors == {"#123456"}
    # A region that is left empty leaves the others as they are.
    empty = {"points": [{"x": hair.x, "y": hair.y, "color": None}]}
    made = hints_of(propose(bust, hints=ColorHints.from_json(empty).to_json()))
    assert made.points[-1].color is None
    assert hair.color in {point.color for point in made.points if point.part == "hair"}


def test_variants_have_one_part_table(bust: Picture) -> None:
    found = propose(bust, variants=3)
    assert isinstance(found, Variants)
    parts = [[point.part for point in one.points] for one in found.variants]
    assert parts[0] == parts[1] == parts[2]
    colors = [tuple(point.color for point in one.points) for one in found.variants]
    assert len(set(colors)) == 3


def test_without_a_face_nothing_is_claimed() -> None:
    page = np.full((80, 80), 255, np.uint8)
    page[20:60, (20, 59)] = page[(20, 59), 20:60] = 0
    run = Run()
    points = hints_of(propose(Picture(page), run=run)).points
    assert [point.part for point in points] == ["background", None]
    assert any("no face" in note.text for note in run.notes)


def test_palette_is_a_lock(bust: Picture) -> None:
    lock = ("#aa0000", "#00aa00", "#0000aa")
    colors = {point.color for point in hints_of(propose(bust, palette=lock)).points}
    assert colors - {None} <= set(lock)


def test_small_regions_follow_their_neighbors() -> None:
    page = np.full((120, 120), 255, np.uint8)
    page[20:100, (20, 99)] = page[(20, 99), 20:100] = 0
    page[50:57, (50, 56)] = page[(50, 56), 50:57] = 0
    regions = regions_of(line_art(Picture(page)), smallest=4)
    chances = np.full((len(PARTS), 120, 120), 0.001, np.float32)
    chances[PARTS.index("top")] = 0.9
    chances[:, 52:58, 52:58] = 0.001
    chances[PARTS.index("top"), 52:58, 52:58] = 0.4
    chances[PARTS.index("accessory"), 52:58, 52:58] = 0.6
    found = voted(regions, PartMap(chances, 1.0, ((30.0, 30.0, 60.0, 60.0),)))
    assert PARTS[found.part[regions.at(53, 53)]] == "top"
    assert PARTS[found.part[regions.at(2, 2)]] == "background"


def test_moods_differ_in_chroma_and_skin_stays() -> None:
    chroma = {}
    for mood in ("soft", "clear", "vivid"):
        some = looks(6, 3, mood)
        tops = np.array([rgb(look["top"]) for look in some], np.uint8)
        chroma[mood] = float(lch(oklab(tops))[:, 1].mean())
        skins = lch(oklab(np.array([rgb(look["skin"]) for look in some], np.uint8)))
        assert skins[:, 0].min() > 0.8
        assert skins[:, 1].max() < 0.06
    assert chroma["soft"] < chroma["clear"] < chroma["vivid"]


def test_thin_lines_survive_halving() -> None:
    ink = np.zeros((64, 64), np.uint8)
    ink[:, 31] = 255
    assert halved(halved(ink)).max() >= 128


def test_a_part_table_gives_the_colors_of_its_parts(bust: Picture) -> None:
    """A chosen variant is its table: hints elsewhere change nothing of it."""
    made = propose(bust, variants=2)
    assert isinstance(made, Variants)
    second = made.variants[1]
    table = {one.part: one.color for one in second.parts}
    assert set(table) == set(PARTS) - {"background"}
    again = hints_of(propose(bust, hints=ColorHints(parts=second.parts).to_json()))
    assert [point.color for point in again.points] == [point.color for point in second.points]
    hair = next(point for point in second.points if point.part == "hair" and point.color)
    own = ColorHints(points=(hair.model_copy(update={"color": "#123456"}),), parts=second.parts)
    hinted = hints_of(propose(bust, hints=own.to_json()))
    assert hinted.points[-1].color == "#123456"
    assert {one.part: one.color for one in hinted.parts} == table
    for point in hinted.points[:-1]:
        assert point.color in (None, table.get(point.part or ""))
    with pytest.raises(SettingsError, match="there is no part 'hiar'"):
        propose(bust, hints='{"parts": [{"part": "hiar", "color": "red"}]}')


def test_regions_say_their_parts_and_which_are_doubtful(bust: Picture) -> None:
    found = regions(bust, rule="propose", detail="colors")
    assert isinstance(found, dict)
    assert len(found["parts"]) == len(found["confidence"]) == found["count"]
    doubtful = found["doubtful"]
    assert all(found["confidence"][number] < SURE for number in doubtful)
    point = hints_of(propose(bust)).points[0]
    assert found["parts"][0] == point.part


def test_a_reference_gives_its_colors_to_the_same_parts(bust: Picture) -> None:
    shown = sample(8_000_003, size=256, given={"background": "none"}, vary={"pose": 4})
    made = hints_of(propose(bust, [Picture(shown.rgb)]))
    for part in ("hair", "skin"):
        wanted = np.median(shown.flat[shown.mask("face" if part == "skin" else part)], axis=0)
        found = next(point.color for point in made.points if point.part == part and point.color)
        off = delta_e2000(lab(wanted[None].astype(np.uint8)), lab(np.array([rgb(found)], np.uint8)))
        assert off[0] < 10, part


def test_of_several_references_the_middle_one_counts() -> None:
    assert _middle(["#404040", "#a03020", "#484848"]) != "#a03020"


def test_a_reference_without_a_face_is_noted(bust: Picture) -> None:
    run = Run()
    page = Picture(np.full((64, 64, 3), (200, 30, 30), np.uint8))
    assert reference_colors([page], run) == {}
    assert "no face" in run.notes[0].text


def test_flats_in_a_group_for_each_part(bust: Picture) -> None:
    made, plain = (
        paint(bust, layers=layers, shading=False, gradient=0) for layers in ("per-part", "one")
    )
    group = next(node for node in made.layers if node.name == "flat")
    assert isinstance(group, Group)
    names = [part.name for part in group.layers]
    assert {"hair", "skin", "top"} <= set(names)
    assert names == sorted(names, key=[*PARTS, "other"].index)
    sheet = Sheet.of(made)
    assert (sheet.flat == Sheet.of(plain).flat).all()


def test_without_a_face_a_hint_colors_what_lines_do_not_close() -> None:
    """One fill does not paint the whole figure: the rest keeps its pale color."""
    page = np.full((90, 120), 255, np.uint8)
    page[20:70, (10, 40, 70, 110)] = page[(20, 69), 10:111] = 0
    page[30:60, 70] = 255
    hint = '{"points": [{"x": 50, "y": 45, "color": "#d02040"}]}'
    flat = paint(Picture(page), hints=hint, gap=0, shading=False, gradient=0)
    pixels = flat.flatten().rgb().pixels
    assert written(*pixels[45, 60].tolist()) == written(*pixels[45, 90].tolist()) == "#d02040"
    assert written(*pixels[45, 25].tolist()) == UNNAMED


def test_regions_of_one_color_agree_on_their_part(bust: Picture) -> None:
    """A strand that was given the color of skin takes no other hair with it."""
    found = hints_of(propose(bust))
    face = next(point for point in found.points if point.part == "skin" and point.color)
    hair = [point for point in found.points if point.part == "hair" and point.color]
    skin = "#fde0d0"
    given = [one.model_copy(update={"color": skin}) for one in (face, hair[-1])]
    made = hints_of(propose(bust, hints=ColorHints(points=tuple(given)).to_json()))
    kept = [point.color for point in made.points[: -len(given)] if point.part == "hair"]
    assert kept
    assert skin not in kept
