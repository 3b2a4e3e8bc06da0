"""How much JavaScript each screen fetches from a cold start, as decision 7 counts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nijigen import get
from studio.desk_steps import enter
from studio.steps import bench
from studio.test_files import SCRIPTS, STATIC
from studio.test_screens import SCREENS, visit

SCRIPT_BYTES = 150_000
DESK_BYTES = 160_000
"""The desk with a drawing, and its proposal or its dials: it tells line art from colored too."""
LIGHTEST = 20_000
"""Less cannot be true: the base that every screen needs is more."""
FETCHED = """() => performance.getEntriesByType('resource')
  .filter(({ name }) => name.endsWith('.js')).map(({ decodedBodySize }) => decodedBodySize)"""


def weight(page: Any) -> int:
    """Bytes of all scripts since the page was opened; it fails if one came from the cache."""
    page.wait_for_load_state("networkidle")
    sizes: list[int] = page.evaluate(FETCHED)
    assert all(sizes)
    return sum(sizes)


def cold(page: Any) -> None:
    """Load the page again as somebody does who was never here."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.reload()


@pytest.fixture
def girl(tmp_path: Path) -> Path:
    path = tmp_path / "girl.png"
    get("generate.character")(seed=5, rendering="lines", width=384, height=384).save(path)
    return path


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_fetches_little(page: Any, screen: str) -> None:
    visit(page, screen)
    if screen == "#/room":
        page.locator(".room-stage[aria-busy=false]").wait_for()
    assert LIGHTEST < weight(page) <= SCRIPT_BYTES


def test_the_desk_with_a_drawing_fetches_little(page: Any, girl: Path) -> None:
    enter(page, girl)
    cold(page)
    page.get_by_role("button", name="Variant 4").wait_for()
    assert LIGHTEST < weight(page) <= DESK_BYTES
    # It opens with the tab that was open last.
    page.get_by_role("tab", name="Shading").click()
    page.get_by_role("slider", name="Transitions").wait_for()
    cold(page)
    page.get_by_role("slider", name="Transitions").wait_for()
    assert LIGHTEST < weight(page) <= DESK_BYTES


def test_the_workbench_with_faces_fetches_little(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    get("generate.character")(seed=5, width=512, height=512).save(path)
    bench(page, "faces.detect", [path])
    cold(page)
    page.get_by_role("button", name="Edit", exact=True).click()
    page.locator(".face-item").first.wait_for()
    assert LIGHTEST < weight(page) <= SCRIPT_BYTES


def test_every_script_is_read_as_it_is_sent(page: Any) -> None:
    """Comments are taken out on the way; what is left has to be a script still."""
    page.goto("/")
    page.get_by_role("heading", level=1).first.wait_for()
    # The application itself stands on the page already.
    names = [f"/static/{path.relative_to(STATIC).as_posix()}" for path in SCRIPTS]
    assert page.evaluate("names => Promise.all(names.map((name) => import(name)))", names)
    text = page.request.get("/static/js/screens/desk/work.js").text()
    assert "@param" not in text
    assert "\n//" not in text
    lines = (STATIC / "js" / "screens" / "desk" / "work.js").read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("class Work"))
    assert text.splitlines()[at].startswith("class Work")
