"""Storage and trash: what takes the space, deleting with undo, restoring, deleting for good."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pictures import drawing
from studio.steps import pick
from studio.test_screens import axe_source


@pytest.fixture
def sketch(tmp_path: Path) -> Path:
    """A drawing that no other test uploads."""
    path = tmp_path / f"sketch-{tmp_path.name}.png"
    drawing(70, 61 + len(tmp_path.name)).save(path)
    return path


def row(page: Any, path: Path) -> Any:
    return page.get_by_role("listitem").filter(has_text=path.name)


def stored(page: Any, path: Path) -> None:
    """Upload a picture and open the storage."""
    page.goto("/")
    pick(page, [path])
    page.goto("/#/space")
    page.get_by_role("combobox", name="Order").select_option("newest")
    row(page, path).wait_for()


def space(page: Any) -> Any:
    return page.request.get("/api/space").json()


def test_a_picture_is_moved_to_the_trash_and_back_by_keyboard(page: Any, sketch: Path) -> None:
    stored(page, sketch)
    page.get_by_role("img", name=re.compile(r"of 5 GB used: Added by you .*, Trash ")).wait_for()
    before = space(page)
    row(page, sketch).get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.get_by_text("Selected: 1").wait_for()
    page.get_by_role("button", name="Move to trash").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Moved to trash: 1").wait_for()
    row(page, sketch).wait_for(state="detached")
    after = space(page)
    assert after["trash"]["files"] == before["trash"]["files"] + 1
    assert after["used"] >= before["used"]
    # It has left the workbench, too, and comes back to it.
    assert sketch.name not in page.evaluate("localStorage['nijigen.items']")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    row(page, sketch).wait_for()
    page.goto("/")
    page.get_by_role("button", name=sketch.name, exact=True).wait_for()
    assert space(page)["trash"]["files"] == before["trash"]["files"]


def test_the_trash_restores_and_deletes_for_good(page: Any, sketch: Path) -> None:
    stored(page, sketch)
    row(page, sketch).get_by_role("checkbox").check()
    page.get_by_role("button", name="Move to trash").click()
    row(page, sketch).wait_for(state="detached")
    page.get_by_role("link", name=re.compile("^Trash")).click()
    row(page, sketch).get_by_text("days left: 30").wait_for()
    row(page, sketch).get_by_role("button", name=re.compile("^Restore")).click()
    row(page, sketch).wait_for(state="detached")
    page.goto("/#/space")
    page.get_by_role("combobox", name="Order").select_option("newest")
    # For good at once, after a question.
    row(page, sketch).get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete for good").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    assert row(page, sketch).count() == 1
    page.get_by_role("button", name="Delete for good").click()
    dialog.get_by_text("This cannot be undone").wait_for()
    dialog.get_by_role("button", name="Delete for good").click()
    row(page, sketch).wait_for(state="detached")
    page.goto("/#/trash")
    page.get_by_role("heading", name="Trash").wait_for()
    assert row(page, sketch).count() == 0


def test_the_trash_is_emptied_after_a_question(page: Any, sketch: Path) -> None:
    stored(page, sketch)
    row(page, sketch).get_by_role("checkbox").check()
    page.get_by_role("button", name="Move to trash").click()
    page.get_by_text("Moved to trash: 1").wait_for()
    page.goto("/#/trash")
    row(page, sketch).wait_for()
    page.get_by_role("button", name=re.compile("^Empty trash")).click()
    page.get_by_role("dialog").get_by_text(re.compile(r"Pictures: \d+ \(.*B\)\. This")).wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Empty trash").click()
    page.get_by_text("The trash is empty.").wait_for()
    assert space(page)["trash"] == {"bytes": 0, "files": 0}


def test_a_refused_upload_leads_to_the_storage(page: Any, sketch: Path) -> None:
    problem = {
        "title": "StorageFull",
        "status": 507,
        "detail": "the storage is full: 5 GB of 5 GB are used, and 20 kB more are needed",
        "hint": "empty the trash, which holds 1 GB",
    }

    def refuse(route: Any) -> None:
        route.fulfill(status=507, content_type="application/problem+json", body=json.dumps(problem))

    page.goto("/")
    page.route("**/api/pictures", refuse)
    page.locator("input.files").first.set_input_files([str(sketch)])
    log = page.get_by_role("log")
    log.get_by_text("the storage is full").wait_for()
    page.unroute("**/api/pictures")
    log.get_by_role("button", name="Storage").click()
    page.get_by_role("heading", name="Storage", level=1).wait_for()


@pytest.mark.parametrize("language", ["en", "zh", "ja"])
def test_axe_finds_nothing_in_any_language(page: Any, sketch: Path, language: str) -> None:
    stored(page, sketch)
    row(page, sketch).get_by_role("checkbox").check()
    page.get_by_role("combobox", name="Language").select_option(language)
    for screen in ("space", "trash"):
        page.goto(f"/#/{screen}")
        page.locator(f"nj-{screen} h1").wait_for()
        page.evaluate(axe_source())
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
