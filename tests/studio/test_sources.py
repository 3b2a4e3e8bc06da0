"""Sources: a site searched through the server, posts taken to the library and the workbench."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "sources"))

from booru import Booru, running

from extras import needs
from nijigen.library import Library
from studio.steps import drop, until

SITE = "studio_booru"


@pytest.fixture(scope="module")
def booru(data: Path, server: str) -> Iterator[Booru]:
    """A site that the owner of the studio registered."""
    needs("httpx")
    with running() as site:
        folder = data / "home" / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "sites.toml"
        # Gelbooru's API is asked without starting a program.
        file.write_text(f'[{SITE}]\naddress = "{site.address}"\napi = "gelbooru"\ninterval = 0\n')
        file.chmod(0o600)
        site.fill(75)
        yield site
        file.unlink()


def search(page: Any, query: str = "") -> Any:
    """Search the site, agreeing to ask it; return the list of posts."""
    page.goto("/#/sources")
    page.get_by_role("combobox", name="Site or dump").select_option(SITE)
    field = page.get_by_role("combobox", name="Search the source")
    field.fill(query)
    field.press("Enter")
    page.get_by_role("dialog", name=f"Ask {SITE}?").get_by_role(
        "button", name="Ask the site"
    ).click()
    return page.get_by_role("listbox", name="Sources")


def test_a_search_asks_first_and_shows_previews_of_the_server(page: Any, booru: Booru) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto("/#/sources")
    page.get_by_role("combobox", name="Site or dump").select_option(SITE)
    booru.asked.clear()
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert booru.asked == []
    wall = search(page)
    page.get_by_text("60 posts").wait_for()
    image = wall.locator("img[src^='blob:']").first
    until(page, lambda: image.evaluate("one => one.naturalWidth") > 0)
    # Every tenth post is explicit, and left out as long as nobody asks for more.
    assert wall.get_by_role("option", name=f"{SITE} 70", exact=True).count() == 0
    page.get_by_role("button", name="More").click()
    page.get_by_text("68 posts").wait_for()
    page.get_by_role("combobox", name="Strongest rating that is shown").select_option("explicit")
    wall.get_by_role("option", name=f"{SITE} 70", exact=True).wait_for()
    # The site was asked by the server alone, and told who asks.
    assert booru.asked
    assert all(headers["User-Agent"].startswith("Nijigen/") for _, headers in booru.asked)
    assert booru.address.removeprefix("http://") not in hosts - {""}


def test_posts_go_to_the_library_and_to_the_workbench(page: Any, booru: Booru, data: Path) -> None:
    wall = search(page, "artist_2 id:<60")
    post = wall.get_by_role("option", name=f"{SITE} 58")
    post.click(modifiers=["Control"])
    page.get_by_text("1 selected").wait_for()
    page.get_by_role("button", name="To the library").click()
    page.get_by_role("dialog").get_by_role("button", name="Do it").click()
    page.get_by_role("log").get_by_text("Added to the library: 1").wait_for()
    with Library(data / "home" / "library") as library:
        assert len(library.tags.find("artist_2")) == 1
    wall.get_by_role("option", name=f"{SITE} 51").click()
    dialog = page.get_by_role("dialog", name=f"{SITE} 51")
    dialog.get_by_text("artist_2").wait_for()
    dialog.get_by_role("button", name="Open in the workbench").click()
    page.locator(".frame-pick").first.wait_for()


def test_what_goes_wrong_is_said(page: Any, booru: Booru) -> None:
    booru.faults["refuse"] = 1
    search(page, "cat")
    page.get_by_text("it refuses to answer (403)").wait_for()
    page.get_by_role("combobox", name="Search the source").press("Enter")
    page.get_by_text("posts", exact=False).first.wait_for()


def test_a_picture_is_sent_nowhere_before_the_question(page: Any, tmp_path: Path) -> None:
    from pictures import drawing

    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    drawing(64, 64).save(tmp_path / "shot.png")
    page.goto("/#/sources")
    page.get_by_role("heading", name="Sources").wait_for()
    drop(page, tmp_path / "shot.png")
    page.get_by_role("heading", name="Send the picture to these sites?").wait_for()
    page.get_by_role("checkbox", name="iqdb").uncheck()
    page.get_by_role("button", name="Send it to 4 sites").wait_for()
    for name in ("saucenao", "tracemoe", "ascii2d", "animetrace"):
        page.get_by_role("checkbox", name=name).uncheck()
    assert page.get_by_role("button", name="Send it to 0 sites").is_disabled()
    assert not [one for one in sent if "identify" in one and "/api/" in one]
