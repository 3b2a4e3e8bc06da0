"""The check of the data folder on the page Storage, and the request for a repair."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

from serving import serving

from nijigen.api.access import links
from nijigen.api.access.token import Token
from nijigen.api.config import Config
from nijigen.imaging.files import encode
from pictures import drawing


def opened(browser: Any, client: Any, **options: Any) -> Any:
    """Return the page Storage in a new browser."""
    context = browser.new_context(base_url=str(client.base_url), **options)
    page = context.new_page()
    token = Token(client.headers["Authorization"].removeprefix("Bearer "))
    page.goto(links.link(str(client.base_url).rstrip("/"), token))
    page.get_by_role("heading", level=1).first.wait_for()
    page.goto("/#/space")
    page.locator("nj-folder-check button").first.wait_for()
    return page


def long_ago(path: Path) -> None:
    """What a running studio may be writing is not looked at."""
    os.utime(path, (1e9, 1e9))


def damage(root: Path) -> None:
    """Leave a stray file, and damage the file of a picture."""
    stray = root / "pictures" / ("a very long name " * 8 + ".png")
    stray.write_bytes(b"mine")
    picture = next(path for path in root.glob("pictures/??/*") if not path.suffix)
    picture.write_bytes(b"damaged")
    for path in (stray, picture):
        long_ago(path)


def test_findings_and_the_request_for_a_repair(browser: Any, tmp_path: Path) -> None:
    with serving(Config(data=tmp_path)) as client:
        for side in (40, 50):
            picture = encode(drawing(side, side), "png")
            client.post("/api/pictures", files={"file": ("a.png", picture)})
        page = opened(browser, client, locale="en")
        check = page.get_by_role("region", name="Condition of the stored files")
        check.get_by_role("button", name="Check now").click()
        check.get_by_text("All is well. Files checked: 2").wait_for()
        assert check.get_by_role("button", name="Repair").count() == 0
        damage(tmp_path)
        check.get_by_role("button", name="Check now").click()
        check.get_by_text("Problems found: 2").wait_for()
        check.get_by_text("Unknown file").click()
        check.get_by_text("a very long name").wait_for()
        check.get_by_text("Damaged picture file").wait_for()
        asked = tmp_path / "repair-at-next-start"
        check.get_by_role("button", name="Repair at the next start").click()
        check.get_by_text("It will be repaired at the next start").wait_for()
        assert asked.exists()
        # It is still known after the page was left.
        page.reload()
        check.get_by_text("It will be repaired at the next start").wait_for()
        check.get_by_role("button", name="Do not repair").click()
        check.get_by_text("It will be repaired").wait_for(state="detached")
        assert not asked.exists()
        check.get_by_role("button", name="Check now").click()
        check.get_by_role("button", name="Repair at the next start").click()
        check.get_by_text("It will be repaired at the next start").wait_for()
        page.context.close()
    with serving(Config(data=tmp_path)) as client:
        assert client.get("/api/folder/check").json()["healthy"]
        assert {b"mine", b"damaged"} <= {p.read_bytes() for p in tmp_path.glob("lost+found/*")}
        assert client.get("/api/folder/repair").json() == {"at_next_start": False}


def test_it_fits_every_language_look_and_width(browser: Any, tmp_path: Path) -> None:
    with serving(Config(data=tmp_path)) as client:
        picture = encode(drawing(), "png")
        client.post("/api/pictures", files={"file": ("a.png", picture)})
        damage(tmp_path)
        for language, look, width in (
            *(("zh", "dark", 390), ("ja", "light", 390), ("en", "light", 390)),
            *(("en", "dark", 1440), ("ja", "light", 1440)),
        ):
            viewport = {"width": width, "height": 844}
            page = opened(browser, client, viewport=viewport, locale=language, color_scheme=look)
            page.locator("nj-folder-check button").first.click()
            page.locator("nj-folder-check summary").first.click()
            assert page.evaluate("document.body.scrollWidth <= innerWidth")
            if folder := os.environ.get("NIJIGEN_SCREENS"):
                page.screenshot(path=f"{folder}/check-{language}-{width}.png", full_page=True)
            page.context.close()
