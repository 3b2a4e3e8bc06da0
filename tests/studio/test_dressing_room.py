"""The dressing-room: parts chosen on the drawing, fixed and rolled, undo, links, exports."""

from __future__ import annotations

import base64
import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nijigen import get
from nijigen.generate import sample
from studio.room import READ, ROOM, address, drawn, enter, point, settle
from studio.steps import PATIENCE, move, until

VERSION = get("generate.character").version
NODE = Path(__file__).parents[2] / ".venv" / "node" / "node_modules"


def test_home_leads_to_the_room(page: Any) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Dress up a character")).click()
    page.get_by_role("heading", name="Dressing room").wait_for()
    settle(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="All settings as a form").click()
    page.get_by_role("spinbutton", name="Seed", exact=True).wait_for()
    page.get_by_role("link", name="Open the dressing room").click()
    page.get_by_role("tab", name="Hair").wait_for()


def test_a_part_is_chosen_on_the_drawing(page: Any) -> None:
    enter(page, "seed=7&glasses=square")
    for setting, tab, label in (
        ("outfit", "Clothes", "Outfit"),
        ("eyes", "Eyes", "Eye shape"),
        ("hair_front", "Hair", "Bangs"),
        ("glasses", "Accessories", "Glasses"),
        ("background", "Scene", "Background"),
    ):
        page.mouse.move(*point(page, setting))
        page.locator(".told").get_by_text(re.compile(f"^{label}")).wait_for()
        page.mouse.click(*point(page, setting))
        page.get_by_role("tab", name=tab, selected=True).wait_for()
        page.get_by_role("radiogroup", name=label).wait_for()


def test_the_map_agrees_with_the_truth(page: Any) -> None:
    """What lies under the pointer is what the generator says lies there."""
    enter(page, "seed=7")
    truth = sample(7, size=256)
    named = {"hair_front": "hair", "outfit": "cloth", "background": "background", "face": "face"}
    for setting, region in named.items():
        mask = truth.mask(region)
        rows, columns = np.nonzero(mask)
        found = [
            page.evaluate(
                f"([x, y]) => {ROOM}.portrait.map.at(x, y)",
                [(columns[at] + 0.5) / 256, (rows[at] + 0.5) / 256],
            )
            for at in range(0, len(rows), max(1, len(rows) // 40))
        ]
        own = [name for name in found if name == setting or (region == "hair" and "hair" in name)]
        assert len(own) >= 0.85 * len(found), (setting, found)


def test_every_group_of_the_drawing_is_known(page: Any) -> None:
    enter(page)
    read = """async (svg) => (await (await import('/static/js/screens/dressing-room/map.js'))
      .mapOf(new Blob([svg]))).unknown"""
    for seed in range(12):
        drawing = get("generate.character")(seed=seed, width=64, height=64)
        assert page.evaluate(read, drawing.svg()) == []


def test_fix_roll_undo_and_reload(page: Any) -> None:
    enter(page)
    page.get_by_role("tab", name="Hair").click()
    first = drawn(page)
    fix = page.get_by_role("button", name="Lock Bangs", exact=True)
    fix.click()
    until(page, lambda: "hair_front=" in address(page))
    assert "hair_front=princess" not in address(page)
    assert fix.get_attribute("aria-pressed") == "true"
    assert drawn(page) == first
    page.get_by_role("radio", name="Princess").check(force=True)
    until(page, lambda: "hair_front=princess" in address(page))
    second = drawn(page)
    assert second != first
    page.get_by_role("button", name="Roll the rest").click()
    until(page, lambda: "seed=7&" not in address(page))
    third = drawn(page)
    assert third not in (first, second)
    assert "hair_front=princess" in address(page)
    place = address(page)
    page.get_by_role("button", name="Roll Side hair", exact=True).click()
    until(page, lambda: "hair_side=" in address(page))
    page.reload()
    settle(page)
    for _ in range(2):
        page.keyboard.press("Control+z")
    until(page, lambda: address(page) == "#/room/seed=7&hair_front=princess")
    assert drawn(page) == second
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    until(page, lambda: address(page) == "#/room/seed=7")
    assert drawn(page) == first
    assert page.get_by_role("button", name="Undo").is_disabled()
    for _ in range(3):
        page.keyboard.press("Control+Shift+z")
    until(page, lambda: address(page) == place)
    assert drawn(page) == third
    page.get_by_role("button", name="Unlock all").click()
    until(page, lambda: "hair" not in address(page))


def test_a_section_is_rolled_and_released(page: Any) -> None:
    enter(page)
    before = page.evaluate(f"{ROOM}.values")
    page.get_by_role("button", name="Another pose").click()
    until(page, lambda: "yaw=" in address(page))
    settle(page)
    after = page.evaluate(f"{ROOM}.values")
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {"yaw", "pitch", "roll", "gaze_x", "gaze_y", "sway"}
    assert len(moved) >= 4
    page.get_by_role("tab", name="Pose").click()
    page.get_by_role("button", name="Unlock Pose").click()
    until(page, lambda: address(page) == "#/room/seed=7")


def test_a_drag_is_one_step_back(page: Any) -> None:
    enter(page)
    page.get_by_role("tab", name="Pose").click()
    slider = page.get_by_role("slider", name="Turn")
    area = slider.bounding_box()
    middle = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + area["width"] * 0.5, middle)
    # However long the machine takes for it, this is one gesture: the clock stands still.
    now = page.evaluate("Date.now()")
    page.clock.set_fixed_time(now)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.9, middle, steps=8)
    page.mouse.up()
    page.clock.set_fixed_time(now + 60_000)
    until(page, lambda: re.search(r"yaw=[23]\d$", address(page)) is not None)
    # The address is not written twice at one time.
    page.clock.set_fixed_time(now + 120_000)
    page.keyboard.press("Control+z")
    until(page, lambda: address(page) == "#/room/seed=7")


def test_no_older_drawing_comes_over_a_newer_one(page: Any) -> None:
    """The first request is held back until the others are answered."""
    held: list[Any] = []

    def slow(route: Any) -> None:
        if (
            "png" in route.request.url
            and not held
            and b"blunt" in (route.request.post_data_buffer or b"")
        ):
            held.append(route)
        else:
            route.continue_()

    enter(page)
    page.get_by_role("tab", name="Clothes").click()
    page.route(re.compile("generate.character"), slow)
    page.evaluate(f"{ROOM}.set('hair_front', 'blunt')")
    until(page, lambda: len(held) == 1)
    page.evaluate(f"{ROOM}.set('hair_front', 'spiky')")
    newest = drawn(page)
    held[0].continue_()
    page.wait_for_timeout(1000)
    assert drawn(page) == newest


def test_a_link_gives_the_same_pixels_to_another_visitor(page: Any, browser: Any) -> None:
    enter(page, "seed=41&hair_color=%23caa0ff&yaw=-12&expression=joy&nonsense=1&outfit=bikini")
    first = drawn(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    kept = "seed=41&hair_color=%23caa0ff&yaw=-12&expression=joy"
    assert link.endswith(f"#/room/{kept}&version={VERSION}")
    other = browser.new_context(viewport={"width": 1440, "height": 900})
    other.add_cookies(page.context.cookies())
    fresh = other.new_page()
    fresh.set_default_timeout(PATIENCE * 1000)
    fresh.goto(link)
    assert drawn(fresh) == first
    other.close()


def test_a_character_is_saved_to_a_file_and_opened(page: Any, tmp_path: Path) -> None:
    enter(page, "seed=9&hair_front=blunt&hair_color=%23caa0ff&yaw=-12.5&style=nineties")
    first = drawn(page)
    page.get_by_role("button", name="More").click()
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="Save character").click()
    assert waiting.value.suggested_filename == "character-9.toml"
    path = tmp_path / "mine.toml"
    waiting.value.save_as(path)
    # The command line reads the same file.
    table = tomllib.loads(path.read_text("utf-8"))["generate"]["character"]
    assert table == {"seed": 9, "hair_front": "blunt", "hair_color": "#caa0ff", "yaw": -12.5,
                     "style": "nineties"}  # fmt: skip
    path.write_text(path.read_text("utf-8").replace(f"version = {VERSION}", "version = 4"), "utf-8")
    page.get_by_role("button", name="Roll the rest").click()
    until(page, lambda: "seed=9&" not in address(page))
    page.get_by_role("button", name="More").click()
    with page.expect_file_chooser() as choosing:
        page.get_by_role("menuitem", name="Open character").click()
    choosing.value.set_files(path)
    page.get_by_role("log").get_by_text(re.compile("Made by version 4")).wait_for()
    until(page, lambda: "seed=9&" in address(page))
    assert drawn(page) == first


def test_it_is_copied_as_command_and_python(page: Any) -> None:
    enter(page, "seed=9&hair_front=blunt")
    for entry, words in (
        ("Copy as command line", ["nijigen generate character", "--hair-front blunt"]),
        ("Copy as Python", ["result.save", "seed=9", "hair_front="]),
    ):
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name=entry).click()
        page.get_by_text(re.compile(f"^Copied: .*{words[0]}")).wait_for()
        text = page.evaluate("navigator.clipboard.readText()")
        assert all(word in text for word in words), text


def test_what_cannot_be_had_is_off_and_an_error_is_reported(page: Any) -> None:
    enter(page, "seed=7&hair_back=bald")
    page.get_by_role("tab", name="Hair").click()
    bangs = page.get_by_role("button", name=re.compile("^Bangs"))
    if bangs.get_attribute("aria-expanded") == "false":
        bangs.click()
    blunt = page.get_by_role("radio", name="Blunt")
    until(page, blunt.is_disabled)
    page.goto("/#/room/seed=7&hair_back=bald&hair_front=blunt")
    toast = page.get_by_role("log").get_by_text(re.compile("there is no hair to wear"))
    toast.wait_for()
    page.get_by_role("log").get_by_text(re.compile("leave out", re.IGNORECASE)).wait_for()
    page.keyboard.press("Control+z")
    settle(page)


def test_everything_goes_by_keyboard(page: Any) -> None:
    enter(page)
    page.get_by_role("tab", selected=True).focus()
    while page.get_by_role("tab", selected=True).inner_text().strip() != "Clothes":
        move(page, "ArrowDown")
    move(page, "Tab")
    for _ in range(4):
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Lock Outfit":
            break
        move(page, "Tab")
    page.keyboard.press("Enter")
    until(page, lambda: "outfit=" in address(page))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    fixed = address(page)
    page.keyboard.press("ArrowRight")
    until(page, lambda: address(page) != fixed)
    page.keyboard.press("Control+z")
    until(page, lambda: address(page) == fixed)


def test_thumbnails_are_drawn_of_this_character(page: Any) -> None:
    enter(page, "seed=7&hair_color=%23ff2020")
    page.get_by_role("tab", name="Hair").click()
    pictures = page.get_by_role("radiogroup", name="Bangs").locator("img")
    until(page, lambda: pictures.count() >= 8)
    picture = Image.open(io.BytesIO(base64.b64decode(pictures.first.evaluate(READ))))
    assert picture.size == (128, 128)
    red, green, blue, alpha = np.asarray(picture.convert("RGBA")).reshape(-1, 4).T.astype(int)
    assert ((red > 150) & (green < 90) & (blue < 90) & (alpha > 200)).mean() > 0.1


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_in_the_room_and_its_export(page: Any, look: str) -> None:
    axe = NODE / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not here; `make test` brings it where there is npm")
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    enter(page)
    page.evaluate(axe.read_text(encoding="utf-8"))
    for section in ("Hair", "Eyes", "Expression"):
        page.get_by_role("tab", name=section).click()
        check(page)
    page.get_by_role("button", name="Export").click()
    check(page)


def check(page: Any) -> None:
    serious = [
        f"{found['id']}: {json.dumps([node['html'][:160] for node in found['nodes'][:3]])}"
        for found in page.evaluate("axe.run()")["violations"]
        if found["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_no_english_is_left_in_the_room(page: Any, code: str) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Language").select_option(code)
    until(page, lambda: page.evaluate("document.documentElement.lang").startswith(code))
    enter(page)
    for tab in page.get_by_role("tab").all():
        tab.click()
        panel = page.locator(".room-panel").inner_text()
        assert not re.findall(r"[A-Za-z]{3,}", panel), tab.inner_text()


def test_on_a_phone_the_picture_stays_above(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page)
    page.get_by_role("tab", name="Expression").click()
    page.mouse.move(200, 780)
    page.mouse.wheel(0, 600)
    until(page, lambda: page.evaluate("scrollY") > 100)
    box = page.locator(".portrait").bounding_box()
    assert 50 <= box["y"] <= 160
    assert box["width"] >= 250
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
