"""Take the pictures of the sources in docs/studio.md, against sites of the tests on this machine.

python docs/source_pictures.py [FOLDER]   (in FOLDER every screen, light and dark, large and small)
"""

from __future__ import annotations

import functools
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"
sys.path[:0] = [str(TESTS / "sources"), str(TESTS / "api")]

from booru import Booru, running  # noqa: E402
from engines import engines_running  # noqa: E402
from serving import new_browser, serving  # noqa: E402
from studio_pictures import PICTURES, SIZES  # noqa: E402

from nijigen import get  # noqa: E402
from nijigen.api.config import Config  # noqa: E402
from nijigen.sources._engines import asking  # noqa: E402

SITE = "artists_of_today"
POSTS = 44
DRAWINGS = 22
SHAPES = [(240, 340), (240, 240), (340, 230), (250, 350)]


@functools.cache
def drawn(seed: int) -> bytes:
    """Return a drawing as PNG."""
    width, height = SHAPES[seed % len(SHAPES)]
    file = io.BytesIO()
    get("generate.character")(seed=seed, width=width, height=height).pil().save(file, "PNG")
    return file.getvalue()


def fill(site: Booru) -> None:
    """Give the site its posts."""
    site.draw = lambda number: drawn(number % DRAWINGS)
    site.fill(POSTS, rating="general")
    for number, post in site.posts.items():
        width, height = SHAPES[number % DRAWINGS % len(SHAPES)]
        site.posts[number] = post.model_copy(update={"width": width * 5, "height": height * 5})


def save(page: Any, name: str, folder: Path | None) -> None:
    """Save what the page shows, where docs/studio.md or the folder wants it."""
    shown = f"{name}.webp" in (HERE / "studio.md").read_text(encoding="utf-8")
    page.wait_for_timeout(600)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    if shown:
        image.save(HERE / "pictures" / f"{name}.webp", quality=82, method=6)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        image.save(folder / f"{name}.png")


def take(page: Any, kind: str, picture: Path, folder: Path | None) -> None:
    """Search the site, open a post, and ask where a picture is from."""
    page.goto("/#/sources")
    page.locator(".sources-site select").select_option(SITE)
    field = page.locator("nj-query input").first
    field.fill("1girl -comic")
    field.press("Enter")
    page.locator("dialog[open]").wait_for()
    save(page, f"sources-question-{kind}", folder)
    page.locator("dialog[open] button.primary").click()
    page.locator(".cell img[src^='blob:']").first.wait_for()
    # Previews are fetched at most five a second.
    page.wait_for_timeout(POSTS * 200)
    save(page, f"sources-{kind}", folder)
    for at in (1, 4):
        page.locator("[role=option]").nth(at).click(modifiers=["Control"])
    save(page, f"sources-chosen-{kind}", folder)
    page.locator(".library-bar.chosen button").first.click()
    page.locator("dialog[open]").wait_for()
    save(page, f"sources-plan-{kind}", folder)
    page.keyboard.press("Escape")
    page.locator(".library-bar.chosen button").last.click()
    page.locator(".library-pick").set_input_files([str(picture)])
    page.locator(".identify figure img").wait_for()
    page.locator(".identify-engines input").nth(6).check()
    page.locator(".identify-ask button.primary").click()
    page.locator(".identify-replies").wait_for()
    save(page, f"identify-{kind}", folder)


def main() -> None:
    """Start the sites and a studio, and visit it in each size, scheme and language."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    languages = ["en", "ja", "zh"] if folder else ["en"]
    browsers = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    with tempfile.TemporaryDirectory() as place, running() as site, engines_running() as engines:
        home = Path(place, "home")
        os.environ["NIJIGEN_HOME"] = str(home)
        (home / "sources").mkdir(parents=True)
        own = home / "sources" / "sites.toml"
        own.write_text(f'[{SITE}]\naddress = "{site.address}"\napi = "gelbooru"\ninterval = 0\n')
        own.chmod(0o600)
        fill(site)
        picture = Path(place, "shot.png")
        picture.write_bytes(drawn(3))
        asking.transport = engines.transport
        engines.states |= {"ascii2d.net": "empty", "api.animetrace.com": "spent"}
        with serving(Config(data=Path(place, "data"), port=0)) as client, sync_playwright() as api:
            browser = api.chromium.launch(
                executable_path=next(filter(None, browsers)),
                args=["--headless", "--no-sandbox", "--disable-gpu"],
            )
            for language in languages:
                for size, scheme in PICTURES if language == "en" else [("desktop", "light")]:
                    cookies = new_browser(client).cookies
                    width, height = SIZES[size]
                    context = browser.new_context(
                        base_url=str(client.base_url),
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                        locale=language,
                        reduced_motion="reduce",
                    )
                    context.add_cookies(
                        [
                            {
                                "name": one.name,
                                "value": one.value or "",
                                "url": str(client.base_url),
                            }
                            for one in cookies.jar
                        ]
                    )
                    page = context.new_page()
                    page.set_default_timeout(120_000)
                    page.on("console", lambda message: print(message.text))
                    page.on("pageerror", lambda error: print(error))
                    kind = f"{size}-{scheme}" if language == "en" else f"{size}-{language}"
                    take(page, kind, picture, folder)
                    context.close()
            browser.close()


if __name__ == "__main__":
    main()
