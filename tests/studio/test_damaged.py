"""A damaged database is one clear page, from which a repair can be asked for."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

import httpx
from serving import serving

from nijigen.api.access import links
from nijigen.api.access.token import Token
from nijigen.api.config import Config
from nijigen.imaging.files import encode
from pictures import drawing
from studio.test_screens import axe_source


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a studio whose database was damaged while it was running."""
    with serving(Config(data=tmp_path)) as client:
        client.post("/api/pictures", files={"file": ("a.png", encode(drawing(), "png"))})
        path = tmp_path / "nijigen.sqlite3"
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            other.execute("PRAGMA user_version = 77")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (path.stat().st_size - 4096))
        yield client


def test_one_page_says_it_and_takes_the_request_for_a_repair(
    browser: Any, broken: httpx.Client, tmp_path: Path
) -> None:
    for language, look, width in (("zh", "dark", 390), ("ja", "light", 390), ("en", "light", 1440)):
        context = browser.new_context(
            base_url=str(broken.base_url), viewport={"width": width, "height": 844}, locale=language
        )
        with context:
            page = context.new_page()
            page.emulate_media(color_scheme=look)
            token = Token(broken.headers["Authorization"].removeprefix("Bearer "))
            page.goto(links.link(str(broken.base_url).rstrip("/"), token))
            page.locator("nj-damaged h1").wait_for()
            assert page.locator("nj-home").count() == 0
            assert page.evaluate("document.body.scrollWidth <= innerWidth")
            page.evaluate(axe_source())
            found = page.evaluate("axe.run()")["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
            if folder := os.environ.get("NIJIGEN_SCREENS"):
                page.screenshot(path=f"{folder}/damaged-{language}.png")
            if language == "en":
                assert "pictures themselves are safe" in page.inner_text("nj-damaged")
                command = f"nijigen studio check --data {tmp_path} --repair"
                assert page.inner_text("nj-damaged code") == command
                page.get_by_role("button", name="Repair at the next start").click()
                page.get_by_text("It will be repaired at the next start").wait_for()
    assert (tmp_path / "repair-at-next-start").exists()
    assert broken.get("/api/folder/repair").json() == {"at_next_start": True}
