"""The list of keys, on every screen; what it lists is what the handlers match."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.steps import bench, pick, until
from studio.test_screens import SCREENS, visit

MATCH = """() => import('/static/js/keys.js').then(({ KEYS, keyIn }) =>
  Object.entries(KEYS).flatMap(([part, entries]) => entries.flatMap(({ id, keys }) =>
    keys.flatMap((combined) => {
      const [name, ...held] = combined === '+' ? ['+'] : combined.split('+').reverse();
      const event = new KeyboardEvent('keydown', {
        key: { Arrows: 'ArrowLeft', Space: ' ' }[name] ?? name,
        ctrlKey: held.includes('Ctrl'), altKey: held.includes('Alt'),
        shiftKey: held.includes('Shift') });
      const found = keyIn(part, event);
      return found === id ? [] : [`${part}: ${combined} is ${found || 'nothing'}, not ${id}`];
    }))))"""


@pytest.mark.parametrize("screen", SCREENS)
def test_a_question_mark_lists_the_keys(page: Any, files: list[Path], screen: str) -> None:
    page.goto("/")
    pick(page, files[:1])
    visit(page, screen)
    # The screen before stays until the next one is there.
    page.reload()
    page.get_by_role("heading", level=1).first.wait_for()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", name="Everywhere").wait_for()
    assert (dialog.get_by_text("Undo", exact=True).count() > 0) == any(
        place in screen for place in ("bench", "room", "desk", "library", "strokes", "silk")
    )
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.get_by_role("button", name="Keys", exact=True).click()
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")


def test_a_question_mark_can_be_typed(page: Any) -> None:
    page.goto("/#/commands/recipes.save")
    page.get_by_role("textbox", name="Name").fill("")
    page.get_by_role("textbox", name="Name").press("?")
    assert page.get_by_role("textbox", name="Name").input_value() == "?"
    assert page.get_by_role("dialog").count() == 0


def test_every_key_of_the_list_is_matched_where_it_is_listed(page: Any) -> None:
    """Two entries of one part never want the same key, and each is found again by its key."""
    page.goto("/")
    wrong = page.evaluate(MATCH)
    assert wrong == []


def test_keys_work_as_listed(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", files[:1])
    page.keyboard.press("Control+Enter")
    result = page.get_by_role("group", name="Result", exact=True)
    result.wait_for()
    page.keyboard.press("Control+z")
    result.wait_for(state="detached")
    page.keyboard.press("Control+Shift+Z")
    result.wait_for()
    stage = page.get_by_role("group", name="Picture view")
    level = page.locator(".level")
    stage.press("1")
    until(page, lambda: level.inner_text() == "100 %")
    stage.press("+")
    until(page, lambda: level.inner_text() == "125 %")
