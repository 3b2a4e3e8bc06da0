"""Results that are no pictures: shown as what they are, and never in the way of what follows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nijigen import get
from studio.steps import bench, run, until

CLIPBOARD = "navigator.clipboard.readText()"


@pytest.fixture
def girl(tmp_path: Path) -> Path:
    path = tmp_path / "girl.png"
    get("generate.character")(seed=5, width=512, height=512).save(path)
    return path


def pane(page: Any) -> Any:
    return page.get_by_role("group", name="Result", exact=True)


def stage_height(page: Any) -> float:
    height: float = page.locator(".bench-stage").bounding_box()["height"]
    return height


def test_a_palette_is_swatches_that_copy_their_color(page: Any, girl: Path) -> None:
    bench(page, "color.palette", [girl])
    run(page)
    swatches = pane(page).get_by_role("list", name="Palette").get_by_role("button")
    assert swatches.count() == 12
    swatches.nth(2).click()
    page.get_by_role("log").get_by_text("Copied: #").wait_for()
    color = page.evaluate(CLIPBOARD)
    assert color in swatches.nth(2).inner_text()
    pane(page).get_by_role("button", name="Copy all").click()
    until(page, lambda: len(page.evaluate(CLIPBOARD).split()) == 12)
    assert all(re.fullmatch("#[0-9a-f]{6}", one) for one in page.evaluate(CLIPBOARD).split())
    # At the desk they are a palette of their own.
    pane(page).get_by_role("button", name="Use at the coloring desk").click()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    chosen = "JSON.parse(localStorage.getItem('nijigen.desk.palettes'))[0]"
    assert page.evaluate(chosen)["colors"][2]["hex"] == color


@pytest.mark.parametrize(("code", "white"), [("en", "White"), ("ja", "白"), ("zh", "白色")])
def test_colors_have_names_in_the_language(page: Any, code: str, white: str) -> None:
    page.goto("/")
    named = """async () => {
      const { speak } = await import('/static/js/i18n.js');
      const { colorName } = await import('/static/js/elements/data/color-name.js');
      await speak(CODE);
      return ['#ffffff', '#5b3a21', '#ffb6c8', '#1d2664'].map(colorName);
    }""".replace("CODE", json.dumps(code))
    first, *others = page.evaluate(named)
    assert first == white
    assert len(set(others)) == 3
    assert all(name.isascii() == (code == "en") for name in others)


def test_faces_are_a_table_and_lie_on_the_picture(page: Any, girl: Path) -> None:
    page.goto("/#/bench/faces.attributes")
    page.get_by_role("switch", name="Live preview").uncheck()
    bench(page, "faces.attributes", [girl])
    assert page.locator(".marks-over .face-box, .marks-over rect").count() == 0
    run(page)
    table = pane(page).get_by_role("table")
    assert table.get_by_role("row").count() == 2
    assert "Hair color" in table.inner_text()
    page.get_by_text("Faces: 1").wait_for()
    until(page, lambda: page.locator(".marks-over rect").count() > 0)


def test_json_is_folded_and_copied(page: Any, girl: Path) -> None:
    bench(page, "color.regions", [girl])
    run(page)
    tree = pane(page).locator("nj-tree").first
    assert tree.locator("li").count() == 0
    tree.get_by_text("JSON").click()
    tree.get_by_text("regions", exact=True).click()
    # Only what is open is rendered, and of that a hundred entries.
    until(page, lambda: tree.locator("li").count() > 4)
    assert tree.locator("li").count() < 120
    pane(page).get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("log").get_by_text("Copied").wait_for()
    assert len(json.loads(page.evaluate(CLIPBOARD))["regions"]) > 4


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_data_leaves_the_picture_its_room(page: Any, girl: Path, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    bench(page, "color.regions", [girl])
    before = stage_height(page)
    run(page)
    pane(page).get_by_text("JSON", exact=True).click()
    assert stage_height(page) > before / 2
    # The next operation has all of it again, and the data is there when one comes back.
    page.goto("/#/bench/effects.halftone")
    page.get_by_role("slider", name="Cell").wait_for()
    assert pane(page).count() == 0
    assert stage_height(page) == pytest.approx(before, abs=2)
    page.goto("/#/bench/color.regions")
    pane(page).wait_for()


def test_both_sides_of_a_comparison_are_smooth(page: Any, files: list[Path]) -> None:
    bench(page, "upscale.anime4k", [files[0]])
    factor = page.get_by_role("spinbutton", name="Factor")
    factor.fill("4")
    factor.press("Tab")
    run(page)
    sheet = page.locator(".before img")
    page.get_by_role("button", name="200 %").click()
    assert sheet.evaluate("node => getComputedStyle(node).imageRendering") == "auto"
    page.get_by_role("button", name="Show pixels as squares").click()
    for side in ("before", "after"):
        rendering = "node => getComputedStyle(node).imageRendering"
        assert page.locator(f".{side} img").evaluate(rendering) == "pixelated"
