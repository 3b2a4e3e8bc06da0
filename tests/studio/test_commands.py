"""Commands in the studio: made from their declarations, told beforehand, confirmed, followed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from studio.steps import move, until

RECIPE = 'summary = "Dots."\n[[steps]]\noperation = "effects.halftone"\ncell = 5\n'


def dialog(page: Any, name: str) -> Any:
    return page.get_by_role("dialog", name=name)


def fill(page: Any, name: str) -> None:
    page.goto("/#/models")
    page.get_by_role("link", name="Commands").click()
    page.get_by_role("link", name="Save a recipe").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("textbox", name="Recipe").fill(RECIPE)


def test_a_command_is_reported_beforehand_confirmed_and_followed(page: Any) -> None:
    fill(page, "dots")
    page.get_by_role("button", name="What will happen").click()
    told = page.get_by_role("region", name="What will happen")
    told.get_by_text(re.compile(r"write .*dots\.toml")).wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    dialog(page, "Save a recipe").get_by_text(re.compile(r"write .*dots\.toml")).wait_for()
    # No: nothing was done.
    page.get_by_role("button", name="Cancel").click()
    dialog(page, "Save a recipe").wait_for(state="detached")
    page.get_by_role("button", name="Run", exact=True).click()
    dialog(page, "Save a recipe").get_by_role("button", name="Do it", exact=True).click()
    report = page.get_by_role("region", name="Report")
    report.get_by_text("recipes.dots").wait_for()
    assert report.get_by_role("listitem").count() == 1
    # Once more there is nothing to do, and it is still asked.
    page.get_by_role("button", name="What will happen").click()
    page.get_by_role("region", name="What will happen").get_by_text("Nothing is left").wait_for()
    page.goto("/#/bench/recipes.dots")
    page.get_by_role("heading", name="Dots").wait_for(state="attached")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete this recipe").click()
    dialog(page, "Delete a recipe").get_by_role("button", name="Do it", exact=True).click()
    page.get_by_role("heading", name="I want to …").wait_for()


def test_what_is_wrong_is_said(page: Any) -> None:
    fill(page, "No Name")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("log").get_by_text(re.compile("No Name")).wait_for()
    assert page.get_by_role("dialog").count() == 0


def test_the_keyboard_is_enough(page: Any) -> None:
    fill(page, "keys")
    page.get_by_role("textbox", name="Recipe").focus()
    move(page, "Tab")
    focused = "document.activeElement.textContent.trim()"
    assert page.evaluate(focused) == "Run"
    page.keyboard.press("Enter")
    dialog(page, "Save a recipe").wait_for()
    until(page, lambda: page.evaluate("document.activeElement.closest('dialog') !== null"))
    page.keyboard.press("Escape")
    dialog(page, "Save a recipe").wait_for(state="detached")
    assert page.evaluate(focused) == "Run"


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_commands_are_reported_in_every_language(page: Any, code: str) -> None:
    page.goto("/#/commands/recipes.save")
    page.get_by_role("heading", name="Save a recipe").wait_for()
    page.get_by_role("combobox", name="Language").select_option(code)
    page.get_by_role("heading", level=1).filter(has_not_text="Save").wait_for()
    form = page.locator("form.command").inner_text()
    assert not re.findall(r"\b(?!TOML|JSON|summary|steps|id|recipes|mine)[A-Za-z]{3,}\b", form)


def test_without_the_studio_there_is_no_confirmation(page: Any, tmp_path: Path) -> None:
    page.goto("/")
    call = {"id": "recipes.delete", "inputs": {"name": "x"}, "settings": {}}
    # The browser's own cookies, but sent by no page.
    answer = page.request.post("/api/confirmations", data=call)
    assert (answer.status, answer.json()["title"]) == (403, "NotTheStudio")
    assert "nijigen_session" not in page.evaluate("document.cookie")
