"""The coloring desk: hints by hand, regions, gaps, colors and light, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from nijigen import Picture, get
from studio.desk_steps import (
    GAP,
    INNER,
    LEFT,
    RIGHT,
    SHEET,
    SIZE,
    at,
    click,
    draw,
    drawn,
    enter,
    fill,
    ink,
    regions,
    seen,
    settle,
    state,
    take,
)
from studio.steps import drop, until

COLORS = "import('/static/js/screens/desk/work.js').then(({ work }) => work.colors)"
PARTS = """import('/static/js/screens/desk/work.js').then(async ({ tableOf }) => {
  const { desk } = await import('/static/js/screens/desk/state.js');
  return Object.fromEntries(tableOf(desk.hints).map(({ part, color }) => [part, color]));
})"""

HAIR = """import('/static/js/screens/desk/work.js').then(({ work }) => {
  const sure = work.variants[0].points.filter(({ part, color }) => part === 'hair' && color);
  const size = ({ x, y }) => work.map.areas[work.map.at(x, y)];
  const { x, y } = sure.sort((one, other) => size(other) - size(one))[0];
  return [x, y];
})"""
"""A place in the largest region of hair."""


def colors(page: Any) -> list[str | None]:
    return page.evaluate(COLORS)


def parts(page: Any) -> dict[str, str]:
    """The colors of the parts that are proposed now."""
    return page.evaluate(PARTS)


def test_undo_goes_back_without_end_and_past_a_reload(page: Any, scan: Path) -> None:
    enter(page, scan)
    for number in range(30):
        fill(page, f"#{number * 8:02x}4080", LEFT if number % 2 else RIGHT)
    page.get_by_role("tab", name="Layers").click()
    page.get_by_role("slider", name="Opacity of Flats").fill("50")
    page.reload()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    assert len(state(page, "hints")["points"]) == 2
    assert state(page, "now.layers") == {"flat": {"visible": True, "opacity": 0.5}}
    for _ in range(31):
        page.keyboard.press("Control+z")
    until(page, lambda: state(page, "hints")["points"] == [])
    assert page.get_by_role("button", name="Undo").is_disabled()
    for _ in range(30):
        page.keyboard.press("Control+Shift+z")
    until(page, lambda: seen(page, LEFT) == "#e84080")
    page.get_by_role("button", name="Redo").click()
    until(page, lambda: "flat" in state(page, "now.layers"))


def test_a_point_is_moved_in_one_step(page: Any, scan: Path) -> None:
    enter(page, scan)
    take(page, "Point hint")
    ink(page, "#20a060")
    click(page, LEFT)
    until(page, lambda: seen(page, LEFT) == "#20a060")
    draw(page, LEFT, (250, 200), RIGHT)
    until(page, lambda: seen(page, RIGHT) == "#20a060")
    (point,) = state(page, "hints")["points"]
    assert abs(point["x"] - RIGHT[0]) < 2
    page.keyboard.press("Control+z")
    (point,) = state(page, "hints")["points"]
    assert abs(point["x"] - LEFT[0]) < 2
    take(page, "Remove hints")
    click(page, LEFT)
    assert state(page, "hints")["points"] == []


def test_hints_of_two_colors_share_a_region(page: Any, scan: Path) -> None:
    enter(page, scan)
    take(page, "Point hint")
    for color, place in (("#f04040", (80, 120)), ("#4040f0", (260, 400))):
        ink(page, color)
        click(page, place)
    until(page, lambda: (seen(page, (80, 120)), seen(page, (260, 400))) == ("#f04040", "#4040f0"))
    # Filling says it anew for the whole region.
    take(page, "Fill")
    fill(page, "#00a0a0", LEFT)
    assert len(state(page, "hints")["points"]) == 1
    until(page, lambda: seen(page, (80, 120)) == seen(page, (260, 400)) == "#00a0a0")
    take(page, "Area hint")
    ink(page, "#806000")
    draw(page, (405, 265), (555, 265), (555, 415), (405, 415), (405, 270))
    until(page, lambda: seen(page, INNER) == "#806000")
    assert len(state(page, "hints")["areas"]) == 1


def test_regions_are_merged_and_split(page: Any, scan: Path) -> None:
    enter(page, scan)
    before = regions(page)
    take(page, "Merge regions")
    click(page, LEFT)
    click(page, RIGHT)
    page.get_by_role("button", name="Merge 2").click()
    until(page, lambda: regions(page) == before - 1)
    take(page, "Fill")
    fill(page, "#aa7744", LEFT)
    until(page, lambda: seen(page, RIGHT) == "#aa7744")
    take(page, "Split a region")
    draw(page, (440, 340), (540, 340))
    # The disc falls in two where the line runs from rim to rim.
    draw(page, (410, 330), (550, 350))
    until(page, lambda: regions(page) >= before)
    page.get_by_role("tab", name="Regions").click()
    page.get_by_role("button", name="Reset Merged").click()
    page.get_by_role("button", name="Reset Split").click()
    until(page, lambda: regions(page) == before)


def test_a_gap_is_opened_and_closed(page: Any, tmp_path: Path) -> None:
    enter(page, drawn(tmp_path / "broken.png", gap=True))
    before = regions(page)
    take(page, "Gaps")
    page.get_by_text(re.compile("^Gaps closed: [1-9]")).first.wait_for()
    click(page, GAP)
    until(page, lambda: regions(page) == before - 1)
    page.keyboard.press("Control+z")
    until(page, lambda: regions(page) == before)
    page.keyboard.press("Control+Shift+z")
    until(page, lambda: regions(page) == before - 1)
    assert len(state(page, "hints")["open"]) == 1
    # Away from where the closing was: what was opened there stays open.
    draw(page, (42, 300), (322, 300))
    until(page, lambda: regions(page) >= before)
    assert len(state(page, "hints")["close"]) == 1
    page.get_by_role("button", name=re.compile("^Undo gap edits")).click()
    until(page, lambda: regions(page) == before)


def test_colors_are_picked_typed_and_taken_from_palettes(page: Any, scan: Path) -> None:
    enter(page, scan)
    fill(page, "#3a7bd5", RIGHT)
    page.get_by_role("listbox", name="Skin").get_by_role("option").nth(2).click()
    entry = page.get_by_role("textbox", name="Color as HEX")
    assert entry.input_value() == "#fbd3ba"
    take(page, "Pick a color")
    click(page, RIGHT)
    until(page, lambda: entry.input_value() == "#3a7bd5")
    hue = page.get_by_role("slider", name="Hue")
    hue.focus()
    page.keyboard.press("Shift+ArrowRight")
    until(page, lambda: entry.input_value() != "#3a7bd5")
    page.get_by_role("listbox", name="Recent colors").get_by_role("option").first.click()
    assert entry.input_value() == "#3a7bd5"
    choice = page.get_by_role("combobox", name="Palette")
    choice.select_option("chinese")
    named = page.get_by_role("listbox", name="Traditional Chinese").get_by_role("option")
    assert named.count() == 526
    assert named.first.get_attribute("aria-label") == "Cream · 乳白 rubai #f9f4dc"
    entry.fill("abc")
    entry.press("Tab")
    assert entry.input_value() == "#aabbcc"
    entry.fill("no color")
    entry.press("Tab")
    assert entry.input_value() == "#aabbcc"
    choice.select_option(label="scan.png")
    page.get_by_role("listbox", name="scan.png").wait_for()
    page.get_by_role("button", name="Color the rest from this palette").click()
    assert state(page, "settings")["rule"] == "palette"


def test_the_light_is_dragged(page: Any, scan: Path) -> None:
    enter(page, scan)
    # Without a face nothing is proposed that light could fall on.
    fill(page, "#ffd24a", LEFT)
    settle(page)
    page.get_by_role("tab", name="Shading").click()
    page.get_by_role("button", name="Drag the light").click()
    before = page.evaluate(f"{SHEET}.toDataURL()")
    # Every place on the way would be painted.
    page.mouse.move(*at(page, (160, 10)))
    page.mouse.down()
    page.mouse.move(*at(page, (600, 300)))
    page.mouse.up()
    said = state(page, "settings")
    assert len(said) == 2
    assert all(isinstance(value, int | float) for value in said.values())
    until(page, lambda: page.evaluate(f"{SHEET}.toDataURL()") != before)
    page.keyboard.press("Control+z")
    assert state(page, "settings") == {}


def test_everything_goes_by_keyboard(page: Any, scan: Path) -> None:
    enter(page, scan)
    ink(page, "#20a060")
    take(page, "Fill")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("button", name="Point hint", pressed=True).count() == 1
    page.get_by_role("application", name="Drawing: scan.png").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    until(page, lambda: len(state(page, "hints")["points"]) == 1)
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, lambda: len(state(page, "hints")["strokes"]) == 1)
    page.keyboard.press("]")
    assert page.get_by_role("slider", name="Width").input_value() != "12"


def test_no_drawing_at_hand(page: Any) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Color a line drawing")).click()
    page.get_by_role("button", name="Draw one for me").click()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    assert re.search(r"#/desk/[0-9a-f]{64}$", page.url)
    assert regions(page) > 20


def test_a_drawing_opens_with_a_proposal(page: Any, tmp_path: Path) -> None:
    """In four variants; a part takes the current color, and what is accepted stays."""
    path = tmp_path / "girl.png"
    get("generate.character")(seed=12, rendering="lines", width=384, height=384).save(path)
    enter(page, path)
    page.get_by_role("button", name="Variant 4").wait_for()
    proposed = colors(page)
    assert len(set(proposed)) > 5
    skin = proposed.index(parts(page)["skin"])
    page.get_by_role("button", name="Variant 2").click()
    until(page, lambda: parts(page)["hair"] in colors(page))
    settle(page)
    chosen = colors(page)
    assert chosen != proposed
    # A hint of one's own wins, and what it does not concern stays.
    page.get_by_role("button", name="Hair", exact=True).click()
    until(page, lambda: parts(page)["hair"] == "#e58a6f" and "#e58a6f" in colors(page))
    settle(page)
    part = state(page, "hints.parts.find(({ part }) => part === 'skin').color")
    assert colors(page)[skin] == part
    # What is accepted stays whatever is proposed.
    page.locator(".desk-proposing").get_by_role("button", name="Accept all").click()
    settle(page)
    accepted = colors(page)
    assert len(state(page, "hints.points")) > 10
    page.get_by_role("button", name="Variant 4").click()
    settle(page)
    assert colors(page) == accepted
    page.get_by_role("button", name="Remove", exact=True).click()
    until(page, lambda: set(colors(page)) == {None})
    page.get_by_role("button", name="Propose colors").click()
    until(page, lambda: parts(page)["hair"] in colors(page))


def test_a_proposal_is_kept_or_dropped_by_region(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "girl.png"
    get("generate.character")(seed=12, rendering="lines", width=384, height=384).save(path)
    enter(page, path)
    page.get_by_role("button", name="Variant 4").wait_for()
    settle(page)
    before = colors(page)
    hair = tuple(page.evaluate(HAIR))
    place = (hair[0] * SIZE[0] / 384, hair[1] * SIZE[0] / 384)
    proposed = seen(page, hair)
    assert before.count(proposed) > 1
    take(page, "Keep or drop")
    click(page, place)
    settle(page)
    (kept,) = state(page, "hints.points")
    assert kept["color"] == proposed
    assert colors(page) == before
    click(page, place)
    settle(page)
    assert seen(page, hair) == ""
    # Other hair keeps its color.
    assert colors(page).count(proposed) == before.count(proposed) - 1
    click(page, place)
    until(page, lambda: colors(page) == before)
    assert state(page, "hints.points") == []


@pytest.mark.slow
def test_a_proposal_takes_the_colors_of_a_reference(page: Any, tmp_path: Path) -> None:
    """Picked, kept past a reload, removed; a dropped one without a face is said not to be used."""
    draw_character = get("generate.character")
    path, shown, empty = (tmp_path / name for name in ("girl.png", "shown.png", "empty.png"))
    draw_character(seed=12, rendering="lines", width=384, height=384).save(path)
    draw_character(seed=3, width=384, height=384).save(shown)
    drawn(empty)
    made = get("color.propose")(Picture.open(path), [Picture.open(shown)])
    hair = next(one.color for one in made.parts if one.part == "hair")
    enter(page, path)
    page.get_by_role("button", name="Variant 4").wait_for()
    before = parts(page)
    assert before["hair"] != hair
    reference = page.get_by_role("group", name="Reference")
    with page.expect_file_chooser() as choosing:
        reference.get_by_role("button").click()
    choosing.value.set_files(str(shown))
    until(page, lambda: parts(page)["hair"] == hair and hair in colors(page))
    page.reload()
    reference.get_by_role("button", name="shown.png", exact=True).wait_for()
    until(page, lambda: parts(page)["hair"] == hair)
    drop(page, empty, ".desk-reference")
    page.get_by_text("no face was found in a reference").wait_for()
    reference.get_by_role("button", name="Remove empty.png").click()
    until(page, lambda: parts(page) == before)
