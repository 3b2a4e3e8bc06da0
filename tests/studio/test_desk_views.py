"""The coloring desk as it is looked at: zoom, languages, axe, phones, how soon, how heavy."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nijigen import get
from studio.desk_steps import (
    LEFT,
    SHEET,
    at,
    enter,
    fill,
    ink,
    seen,
    settle,
    state,
)
from studio.steps import until
from studio.test_screens import axe_source

TIMES = "performance.getEntriesByName('nijigen.hint').map(({ duration }) => duration)"


def test_zoom_and_pan_by_wheel_space_and_pinch(page: Any, scan: Path) -> None:
    enter(page, scan)

    def place() -> dict[str, float]:
        return page.evaluate(f"{SHEET}.getBoundingClientRect().toJSON()")

    first = place()
    page.mouse.move(*at(page, LEFT))
    page.mouse.wheel(0, -300)
    until(page, lambda: place()["width"] > first["width"] * 1.3)
    near = place()
    page.keyboard.down("Space")
    page.mouse.down()
    page.mouse.move(*[value + 60 for value in at(page, LEFT)], steps=4)
    page.mouse.up()
    page.keyboard.up("Space")
    until(page, lambda: abs(place()["x"] - near["x"] - 60) < 2)
    assert state(page, "hints")["points"] == []
    page.get_by_role("button", name="Fit to window").click()
    until(page, lambda: abs(place()["width"] - first["width"]) < 1)
    client = page.context.new_cdp_session(page)
    x, y = at(page, (320, 240))
    for step in range(6):
        fingers = [{"x": x - 40 - step * 12, "y": y}, {"x": x + 40 + step * 12, "y": y}]
        kind = "touchMove" if step else "touchStart"
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(page, lambda: place()["width"] > first["width"] * 1.5)
    # The first finger set a hint, which the second took back.
    assert state(page, "hints")["points"] == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_on_the_desk(page: Any, scan: Path, look: str) -> None:
    source = axe_source()
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    enter(page, scan)
    fill(page, "#ffd24a", LEFT)
    page.evaluate(source)

    def check() -> None:
        serious = [
            f"{found['id']}: {json.dumps([node['html'][:160] for node in found['nodes'][:3]])}"
            for found in page.evaluate("axe.run()")["violations"]
            if found["impact"] in ("serious", "critical")
        ]
        assert serious == []

    for tab in ("Proposal", "Layers", "Shading", "Regions"):
        page.get_by_role("tab", name=tab).click()
        check()
    page.get_by_role("button", name="Export").click()
    check()


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_no_english_is_left_on_the_desk(page: Any, scan: Path, code: str) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Language").select_option(code)
    until(page, lambda: page.evaluate("document.documentElement.lang").startswith(code))
    page.reload()
    enter(page, scan)
    for tab in page.get_by_role("tab").all():
        tab.click()
        words = page.locator(".bench.desk").inner_text().replace("scan.png", "")
        assert not re.findall(r"\b(?!px\b)[A-Za-z]{2,}\b", words), tab.inner_text()
    for button in page.locator(".desk-rail button").all():
        assert not re.findall(r"[A-Za-z]{2,}", button.get_attribute("aria-label"))


def test_on_a_phone_the_sheet_stays_above(page: Any, scan: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, scan)
    page.get_by_role("tab", name="Color").click()
    ink(page, "#20a060")
    x, y = at(page, LEFT)
    client = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    until(page, lambda: seen(page, LEFT) == "#20a060")
    page.get_by_role("tab", name="Shading").click()
    page.get_by_role("slider", name="Transitions").wait_for()
    page.mouse.move(200, 780)
    page.mouse.wheel(0, 600)
    until(page, lambda: page.evaluate("scrollY") > 100)
    box = page.locator(".desk-stage").bounding_box()
    assert 50 <= box["y"] <= 160
    assert box["height"] >= 240
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


WATCH = """() => {
  const colored = ({ work }) => new Promise((done) => {
    const look = () => (work.colors.length ? done(performance.now()) : requestAnimationFrame(look));
    look();
  });
  window.colored = import('/static/js/screens/desk/work.js').then(colored);
}"""
SINCE = """window.colored.then((then) => then - performance.getEntriesByType('resource')
  .find(({ name }) => name.endsWith('/api/pictures')).startTime)"""
"""From the upload to the first flats."""


@pytest.mark.slow
def test_how_long_the_first_flats_and_a_hint_take(page: Any, tmp_path: Path) -> None:
    """The bars of issue 6, told and not asserted: from the pointer to the painted answer."""
    path = tmp_path / "girl.png"
    get("generate.character")(seed=12, rendering="lines", width=1024, height=1024).save(path)
    page.goto("/#/desk")
    page.evaluate(WATCH)
    page.locator(".desk-start input.files").set_input_files([str(path)])
    print(f"from a file of 1024×1024 to its first flats: {page.evaluate(SINCE):.0f} ms")
    settle(page)
    box = page.evaluate(f"{SHEET}.getBoundingClientRect().toJSON()")
    page.evaluate("performance.clearMeasures()")
    for number in range(12):
        color = f"#{40 + number * 15:02x}60a0"
        ink(page, color)
        share = (0.45, 0.3) if number % 2 else (0.4, 0.72)
        page.mouse.click(box["x"] + box["width"] * share[0], box["y"] + box["height"] * share[1])
        until(page, lambda number=number: len(page.evaluate(TIMES)) > number)  # type: ignore[misc]
        settle(page)
    times = page.evaluate(TIMES)
    middle = sorted(times)[len(times) // 2]
    print(f"a further hint at 1024×1024: {middle:.0f} ms in the middle, {max(times):.0f} at most")
    assert len(times) == 12
