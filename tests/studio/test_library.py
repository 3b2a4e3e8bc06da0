"""The library: looked through, searched with a picture, opened in the other screens."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))

from collection import scene, write

from nijigen.library import Library
from nijigen.library.store.catalog import Content, Entry, Place
from nijigen.library.store.stamp import Stamp
from studio.steps import drop, until
from studio.test_screens import axe_source

REAL, ROWS = 6, 3000
"""Pictures with files, and those of which there are only rows and thumbnails."""


@pytest.fixture(scope="module")
def folder(data: Path, server: str) -> Path:
    """The library's folder in the home of the studio."""
    return data / "home" / "library"


@pytest.fixture(scope="module")
def drawings(folder: Path, data: Path) -> list[Path]:
    """Drawings in the library."""
    paths = write(data / "drawings", REAL)
    with Library(folder, writing=True) as library:
        library.add([data / "drawings"])
    return paths


@pytest.fixture(scope="module")
def many(folder: Path, drawings: list[Path]) -> int:
    """So many pictures are in the library; most have no file."""
    with Library(folder, writing=True) as library:
        catalog, thumbnails = library._catalog, library._thumbnails
        first = catalog.next_content()
        numbers = range(first, first + ROWS)
        contents = [
            Content(n, f"{n:064x}", 1000, "png", 300 + 40 * (n % 9), 400, False) for n in numbers
        ]
        for number in numbers:
            path = thumbnails.path(number)
            path.parent.mkdir(exist_ok=True)
            os.link(thumbnails.path(1), path)
        stamp, mount = Stamp(1000, 0), Path("/")
        places = [Place(Path(f"/gone/{n}.png"), n, stamp, mount, "gone") for n in numbers]
        catalog.add(contents, [(Entry(one.number, one), ()) for one in contents], places)
        return len(library)


def enter(page: Any) -> Any:
    """Open the library, and return the list of its pictures."""
    page.goto("/#/library")
    page.locator(".cell img[src]").first.wait_for()
    return page.get_by_role("listbox", name="Library")


def active(page: Any) -> str:
    """Return the name of the picture that keys act on."""
    found = page.evaluate(
        """() => document.getElementById(document.activeElement
          .getAttribute('aria-activedescendant'))?.getAttribute('aria-label') ?? ''"""
    )
    return str(found)


def test_an_empty_library_says_how_to_fill_it(page: Any, folder: Path) -> None:
    page.goto("/#/library")
    page.get_by_text("There are no pictures in your library yet.").wait_for()
    assert page.get_by_text("nijigen library add Pictures/").is_visible()
    page.get_by_role("link", name="Add to the library").click()
    page.get_by_role("button", name="What will happen").wait_for()


def test_elements_do_not_grow_with_the_pictures(page: Any, many: int) -> None:
    wall = enter(page)
    count = "document.querySelectorAll('nj-wall *').length"
    page.get_by_text(f"{many:,} pictures").wait_for()
    first = page.locator(".cell:not([hidden])").first
    assert first.get_attribute("aria-setsize") == str(many)
    wall.focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("End")
    until(page, lambda: page.locator(f".cell[aria-posinset='{many}']").count() == 1)
    elements = []
    for _ in range(2):
        for key in ("Home", "PageDown", "PageDown", "End", "PageUp", "Home"):
            page.keyboard.press(key)
            page.wait_for_timeout(50)
        elements.append(page.evaluate(count))
    assert elements[0] == elements[1] < 500
    until(page, lambda: page.locator(".cell[aria-posinset='1'] img[src]").count() == 1)


def test_keys_move_choose_and_open(page: Any, many: int) -> None:
    wall = enter(page)
    wall.focus()
    until(page, lambda: active(page) != "")
    before = active(page)
    page.keyboard.press("ArrowRight")
    until(page, lambda: active(page) not in ("", before))
    second = active(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    until(page, lambda: active(page) == second)
    page.keyboard.press("Space")
    page.get_by_text("1 selected").wait_for()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_text("3 selected").wait_for()
    assert page.locator(".cell[aria-selected=true]").count() == 3
    page.keyboard.press("Control+a")
    page.get_by_text(f"{many:,} selected").wait_for()
    assert page.get_by_role("button", name="Open in the workbench").is_disabled()
    page.keyboard.press("Escape")
    page.get_by_text(f"{many:,} pictures").wait_for()
    at = active(page)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=at)
    dialog.wait_for()
    page.keyboard.press("ArrowRight")
    until(page, lambda: page.get_by_role("dialog", name=at).count() == 0)
    page.keyboard.press("Escape")
    until(page, lambda: active(page) not in ("", at))


def test_pictures_go_to_the_workbench_in_one_action(page: Any, many: int) -> None:
    wall = enter(page)
    wall.focus()
    page.keyboard.press("End")
    page.locator(f".cell[aria-posinset='{many}'] img[src]").wait_for()
    for back in range(3):
        page.locator(f".cell[aria-posinset='{many - back}']").click(modifiers=["Control"])
    page.get_by_text("3 selected").wait_for()
    page.get_by_role("button", name="Open in the workbench").click()
    page.locator(".frame-pick").nth(2).wait_for()
    names = page.locator(".frame-pick").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert set(names) == {"scene 0.png", "scene 1.png", "scene 2.png"}
    # Back in the library, it is as it was left.
    page.goto("/#/library")
    page.get_by_text("3 selected").wait_for()
    page.locator(f".cell[aria-posinset='{many}']").wait_for()


@pytest.mark.parametrize("action", ["Color at the desk", "Edit strokes"])
def test_a_picture_goes_to_a_screen_in_one_action(page: Any, many: int, action: str) -> None:
    wall = enter(page)
    wall.focus()
    page.keyboard.press("End")
    last = page.locator(f".cell[aria-posinset='{many}']")
    last.locator("img[src]").wait_for()
    last.click()
    dialog = page.get_by_role("dialog", name="scene 0.png")
    dialog.get_by_text("420×300").wait_for()
    image = dialog.get_by_role("img", name="scene 0.png")
    until(page, lambda: image.evaluate("one => one.naturalWidth") == 420)
    dialog.get_by_role("button", name=action).click()
    page.locator(".desk-stage[aria-busy=false]").wait_for()


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    """The right half of a drawing of the library, mirrored, on a larger sheet."""
    path = tmp_path / "shot.png"
    half = scene(4).pil().crop((190, 30, 420, 300)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    half.resize((460, 540), Image.Resampling.LANCZOS).save(path)
    return path


def test_a_dropped_picture_is_found_and_outlined_on_both(
    page: Any, drawings: list[Path], shot: Path
) -> None:
    enter(page)
    drop(page, shot)
    page.get_by_text("1 found").wait_for()
    answers = page.get_by_role("region", name="1 found")
    for word in ("mirrored", "yours is a part of it"):
        answers.get_by_text(word, exact=True).wait_for()
    answers.get_by_text(re.compile("the same drawing")).first.wait_for()
    for name, size, box in (
        ("shot.png", (460, 540), (0, 0, 460, 540)),
        ("scene 4.png", (420, 300), (190, 30, 420, 300)),
    ):
        picture = answers.get_by_role("img", name=name)
        until(page, lambda one=picture: one.evaluate("one => one.naturalWidth") > 0)
        outline = picture.locator("xpath=following-sibling::*[name()='svg']")
        assert outline.get_attribute("viewBox") == f"0 0 {size[0]} {size[1]}"
        drawn = outline.locator(".line").get_attribute("d")
        found = tuple(map(int, re.findall(r"\d+", drawn)))[:4]
        assert all(abs(a - b) <= 12 for a, b in zip(found, box, strict=True)), found
        # The outline lies exactly on the picture.
        assert outline.bounding_box() == pytest.approx(picture.bounding_box(), abs=1)
    page.get_by_role("link", name="All pictures").click()
    page.get_by_role("region", name="1 found").wait_for(state="detached")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_part(
    page: Any, drawings: list[Path], shot: Path, look: str
) -> None:
    source = axe_source()
    page.emulate_media(color_scheme=look, reduced_motion="reduce")

    def check() -> None:
        page.evaluate(source)
        found = page.evaluate("axe.run()")["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        assert [json.dumps([v["id"], [n["html"] for n in v["nodes"]]]) for v in serious] == []

    wall = enter(page)
    wall.focus()
    page.keyboard.press("Space")
    page.get_by_text("1 selected").wait_for()
    check()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    check()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear the selection").click()
    page.locator(".library-pick").set_input_files(str(shot))
    page.get_by_text("1 found").wait_for()
    check()


def test_a_query_is_completed_and_in_the_address(page: Any, many: int) -> None:
    enter(page)
    field = page.get_by_role("combobox", name="Search the library")
    field.press_sequentially("wid")
    page.get_by_role("option", name="width:").wait_for()
    field.press("Tab")
    field.press_sequentially("420 height:300")
    field.press("Enter")
    page.get_by_text(f"{REAL} pictures").wait_for()
    until(page, lambda: page.locator(".cell:not([hidden])").count() == REAL)
    page.reload()
    page.get_by_text(f"{REAL} pictures").wait_for()
    assert field.input_value() == "width:420 height:300"
    field.fill("width:wide")
    field.press("Enter")
    page.get_by_text("is not a whole number").wait_for()
    field.fill("width:1")
    field.press("Enter")
    page.get_by_text("Nothing matches this search.").wait_for()
    page.get_by_role("button", name="Clear the search").click()
    page.get_by_text(f"{many:,} pictures").wait_for()


def test_a_search_is_saved_used_and_deleted(page: Any, many: int) -> None:
    page.goto("/#/library/q/width%3A420%20height%3A300")
    page.get_by_text(f"{REAL} pictures").wait_for()
    menu = page.get_by_role("button", name="Saved searches")
    menu.click()
    page.get_by_role("menuitem", name="Save this search").click()
    page.get_by_role("textbox", name="Name").fill("scenes")
    page.get_by_role("button", name="Save", exact=True).click()
    agree = page.get_by_role("dialog").get_by_role("button", name="Do it")
    agree.click()
    page.get_by_text("Saved as scenes").wait_for()
    page.goto("/#/library")
    page.get_by_text(f"{many:,} pictures").wait_for()
    menu.click()
    page.get_by_role("menuitem", name="scenes", exact=True).click()
    page.get_by_text(f"{REAL} pictures").wait_for()
    menu.click()
    page.get_by_role("menuitem", name="Delete the search scenes").click()
    agree.click()
    page.get_by_text("Deleted: scenes").wait_for()


def test_thumbnails_are_fetched_once(page: Any, many: int) -> None:
    wall = enter(page)
    wall.focus()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("End")
    page.locator(f".cell[aria-posinset='{many}'] img[src]").wait_for()
    page.keyboard.press("Home")
    page.locator(".cell[aria-posinset='1'] img[src]").wait_for()
    page.wait_for_load_state("networkidle")
    names = page.evaluate(
        """() => performance.getEntriesByType('resource').filter(({ name, transferSize }) =>
          name.endsWith('/thumbnail') && transferSize > 0).map(({ name }) => name)"""
    )
    assert names
    assert len(names) == len(set(names))
