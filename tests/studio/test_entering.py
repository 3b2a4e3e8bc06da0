"""One-time links in a real browser: who gets in, and what everyone else sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nijigen.api.access.links import FRAGMENT
from studio.steps import PATIENCE
from studio.test_files import STATIC
from studio.test_screens import axe_source

Link = Callable[[], str]
HOME = "What would you like to do with your drawing?"
CLOSED = "Open the studio with its link"
TEXTS = {
    language: json.loads((STATIC / "locales" / f"{language}.json").read_text("utf-8"))["texts"]
    for language in ("en", "zh", "ja")
}
LOCALES = {"en": "en-US", "zh": "zh-CN", "ja": "ja-JP"}


@pytest.fixture
def stranger(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Make pages of browsers that have never been here."""
    contexts = []

    def made(**options: Any) -> Any:
        contexts.append(browser.new_context(base_url=server, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE * 1000)
        return page

    yield made
    for context in contexts:
        context.close()


def heading(page: Any, name: str) -> None:
    page.get_by_role("heading", level=1, name=name).wait_for()


def test_a_link_opens_the_studio_once(
    stranger: Callable[..., Any], link: Link, files: list[Path]
) -> None:
    page, address = stranger(), link()
    page.goto(address)
    heading(page, HOME)
    # Neither the address nor the way back still have the code, and no request had it.
    assert page.evaluate("location.hash") == "#/"
    fetched = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in fetched if address.partition(FRAGMENT)[2] in name]
    assert "nijigen_session" not in page.evaluate("document.cookie")
    # Pictures, downloads and the stream of events work with the cookie.
    page.locator("input.files").first.set_input_files(str(files[0]))
    picture = page.get_by_role("button", name=files[0].name, exact=True).locator("img")
    picture.wait_for()
    page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    assert page.get_by_role("alert").count() == 0
    # The browser stays in, also if the link is opened again.
    page.reload()
    heading(page, HOME)
    page.goto("about:blank")
    page.goto(address)
    heading(page, HOME)
    # Others do not get in with it.
    other = stranger()
    other.goto(address)
    heading(other, CLOSED)
    other.get_by_text("each link works only once").wait_for()
    assert other.get_by_role("navigation").count() == 0
    assert other.locator(".toast").count() == 0
    # A new link, pasted into the same page.
    other.goto(link())
    heading(other, HOME)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(
    ("hash", "reason"), [("", "enter_none"), (f"{FRAGMENT}{'A' * 40}", "enter_invalid")]
)
def test_without_a_link_the_page_says_what_to_do(
    stranger: Callable[..., Any], language: str, hash: str, reason: str
) -> None:
    page, texts = stranger(locale=LOCALES[language]), TEXTS[language]
    page.goto(f"/{hash}")
    heading(page, texts["enter_title"])
    shown = page.locator("main").inner_text()
    for key in (reason, "enter_press", "enter_run", "enter_data"):
        assert texts[key] in shown
    assert "nijigen studio link" in shown
    page.evaluate(axe_source())
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_page_whose_session_ends_says_so(stranger: Callable[..., Any], link: Link) -> None:
    page = stranger()
    page.goto(link())
    heading(page, HOME)
    page.context.clear_cookies()
    page.get_by_role("link", name=re.compile("^Models")).click()
    heading(page, CLOSED)
    # Another tab of this browser opens a link; coming back is enough.
    other = page.context.new_page()
    other.goto(link())
    heading(other, HOME)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("navigation").wait_for()
