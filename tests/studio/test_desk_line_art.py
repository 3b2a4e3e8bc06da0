"""The coloring desk takes colored pictures: it extracts their lines, says so, and goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nijigen import get
from studio.desk_steps import enter
from studio.steps import until

EXTRACTED = "The picture has colors or tones, so its lines were extracted."
KEPT = "This picture is colored as it is"
SHOWN = "import('/static/js/screens/desk/state.js').then(({ desk }) => desk.picture?.id ?? '')"


@pytest.fixture
def colored(tmp_path: Path) -> Path:
    path = tmp_path / "girl.png"
    get("generate.character")(seed=5, width=256, height=256).save(path)
    return path


def grays(page: Any) -> float:
    """The share of pixels of what the desk colors that are neither light nor dark."""
    picture = page.evaluate(SHOWN)
    found = page.request.post(
        "/api/operations/lines.classify", data={"inputs": {"picture": picture}}
    ).json()
    return float(found["colored"] + found["toned"])


def test_a_colored_picture_gives_its_lines_and_goes_back(page: Any, colored: Path) -> None:
    enter(page, colored)
    page.get_by_text(EXTRACTED).wait_for()
    lines = page.evaluate(SHOWN)
    assert grays(page) < 0.05
    page.reload()
    page.get_by_text(EXTRACTED).wait_for()
    page.get_by_role("button", name="Color it as it is").click()
    page.get_by_text(KEPT).wait_for()
    until(page, lambda: page.evaluate(SHOWN) not in ("", lines))
    assert grays(page) > 0.2
    page.reload()
    page.get_by_text(KEPT).wait_for()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    page.get_by_role("button", name="Extract its lines").click()
    page.get_by_text(EXTRACTED).wait_for()
    until(page, lambda: page.evaluate(SHOWN) == lines)
    # On the workbench it is a step like any other.
    page.goto("/#/bench/color.paint")
    page.get_by_role("navigation", name="Steps").get_by_text("Extract lines").wait_for()


def test_line_art_is_colored_at_once(page: Any, scan: Path) -> None:
    enter(page, scan)
    assert page.locator(".desk-note").count() == 0


def test_a_failure_says_why_and_leaves_the_picture(page: Any, colored: Path) -> None:
    page.route(
        "**/api/jobs",
        lambda route: (
            route.fulfill(
                status=422,
                json={"title": "ModelError", "detail": "the weights are missing"},
            )
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    enter(page, colored)
    page.get_by_text("The weights are missing").first.wait_for()
    page.get_by_text(KEPT).wait_for()
    page.unroute("**/api/jobs")
    page.get_by_role("button", name="Extract its lines").click()
    page.get_by_text(EXTRACTED).wait_for()
