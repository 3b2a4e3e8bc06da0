"""Take the pictures of docs/studio.md: every screen of a running studio, with our own drawings.

export NIJIGEN_HOME=FOLDER                     (an empty one: it gets a library)
nijigen studio --no-browser                    (prints a link)
python docs/studio_pictures.py LINK DRAWINGS   (a new folder for the drawings in the library)
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from nijigen import get
from nijigen.imaging.files import encode
from nijigen.library import Library

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
sys.path.insert(0, str(SAMPLES))

from hints import hints_of  # noqa: E402

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
MADE = 44
SHAPES = [(512, 720), (512, 512), (900, 600), (560, 800), (640, 640), (480, 760)]
"""How many drawings the library has, and their widths and heights."""
COLORED = 29
"""Seed of the drawing that is colored."""
HAIR = "#7d95dd"
"""Color of its hair."""
DRAWN = 1024
"""Width and height of the drawing."""
PICTURES = [("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")]


def save(page: Any, name: str) -> None:
    """Save what the page shows as a small WebP, if docs/studio.md shows it."""
    path = HERE / "pictures" / f"{name}.webp"
    if path.name not in (HERE / "studio.md").read_text(encoding="utf-8"):
        return
    page.wait_for_timeout(600)
    path.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, quality=82, method=6)


def take(page: Any, kind: str) -> None:
    """Walk through the screens as a visitor does."""
    page.goto("/")
    page.get_by_role("heading", level=1).first.wait_for()
    save(page, f"home-{kind}")
    page.goto("/#/bench/upscale.waifu2x")
    names = ("girl.png", "kitten.png", "seaside.jpg")
    page.locator("input.files").first.set_input_files([str(SAMPLES / name) for name in names])
    page.get_by_role("button", name="girl.png", exact=True).wait_for()
    page.get_by_role("group", name=re.compile("^Picture view")).wait_for()
    page.get_by_role("button", name=re.compile("^Run( again)?$")).click()
    page.get_by_role("group", name="Result", exact=True).wait_for()
    save(page, f"workbench-{kind}")
    page.goto("/#/queue")
    save(page, f"queue-{kind}")
    page.goto("/#/models")
    page.get_by_text("waifu2x-cunet").first.wait_for()
    save(page, f"models-{kind}")
    page.goto("/#/room/seed=12&hair_back=twin_tails&outfit=sailor&expression=joy")
    page.locator(".room-stage[aria-busy=false] img:not([hidden])").wait_for()
    page.get_by_role("tab", name="Hair").click()
    # The thumbnails are drawn one after the other.
    page.locator(".thumb-view img").nth(21 if "desktop" in kind else 7).wait_for()
    save(page, f"room-{kind}")
    collection(page, kind)
    color(page, kind)
    strokes(page, kind)


def fill(folder: Path) -> None:
    """Make a library of our own drawings, with tags, in the home."""
    folder.mkdir(parents=True)
    for path in (*SAMPLES.glob("*.png"), *SAMPLES.glob("*.jpg")):
        shutil.copy(path, folder)
    for seed in range(MADE):
        width, height = SHAPES[seed % len(SHAPES)]
        get("generate.character")(seed=seed, width=width, height=height).save(
            folder / f"{seed}.png"
        )
        (folder / f"{seed}.txt").write_text("solo, looking_at_viewer")
    with Library(writing=True) as library:
        library.add([folder])


def collection(page: Any, kind: str) -> None:
    """Look through the library, and find a part of a drawing in it."""
    page.goto("/#/library")
    page.locator(".cell img[src]").first.wait_for()
    if "desktop" in kind:
        page.get_by_role("combobox", name="Search the library").press_sequentially("loo")
        page.get_by_role("option", name="looking_at_viewer").wait_for()
    page.wait_for_load_state("networkidle")
    save(page, f"library-{kind}")
    with Image.open(SAMPLES / "seaside.jpg") as image:
        width, height = image.size
        part = image.crop((width // 3, height // 5, width, height))
    data = io.BytesIO()
    part.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(data, "JPEG", quality=60)
    file = {"name": "shot.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}
    page.locator(".library-pick").set_input_files([file])  # type: ignore[list-item]
    page.locator(".answers-side").wait_for()
    loaded = "one => one.complete || new Promise((done) => { one.onload = done; })"
    for at in range(9 if "desktop" in kind else 1):
        page.locator(".answer img").nth(at).evaluate(loaded)
    save(page, f"answers-{kind}")


def color(page: Any, kind: str) -> None:
    """Color a line drawing of our own with a few hints."""
    picture = get("generate.character")(seed=COLORED, rendering="lines", width=DRAWN, height=DRAWN)
    file = {"name": "girl-lines.png", "mimeType": "image/png", "buffer": encode(picture, "png")}
    page.goto("/")
    page.get_by_role("button", name="Remove all").click()
    page.goto("/#/desk")
    page.locator(".desk-start input.files").set_input_files([file])  # type: ignore[list-item]
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    box = page.locator(".easel-sheet canvas").bounding_box()
    if "phone" in kind:
        page.get_by_role("tab", name="Color").click()
    # A second click into an area would take the color away, and whites of eyes are often open to
    # the face: paper is white.
    own_colors = (hint for hint in hints_of(COLORED, most=1) if hint.color != "#ffffff")
    hints = sorted(own_colors, key=lambda hint: hint.color)
    for color, own in groupby(hints, key=lambda hint: hint.color):
        entry = page.get_by_role("textbox", name="Color as HEX")
        entry.fill(color)
        entry.press("Tab")
        # All locks at once, where the table of parts is on the screen.
        hair = page.get_by_title("Give Hair the current color")
        if color == HAIR and hair.is_visible():
            hair.click()
            continue
        for x, y, _ in own:
            page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.mouse.move(0, 0)
    # The shades come when the hand rests.
    page.wait_for_timeout(1000)
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    save(page, f"desk-{kind}")


def strokes(page: Any, kind: str) -> None:
    """Choose strokes of the same drawing, and make them thicker."""
    page.goto("/#/strokes")
    page.locator("nj-stroke-editor").wait_for()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    box = page.locator(".easel-sheet canvas").bounding_box()
    for act, (x, y) in ((page.mouse.down, (0.36, 0.2)), (page.mouse.up, (0.64, 0.46))):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        act()
    page.get_by_role("slider", name="Width").fill("6")
    page.get_by_role("slider", name="Taper").fill("70")
    page.get_by_role("switch", name="Show gaps").check(force=True)
    page.get_by_text(re.compile("^Gaps: ")).wait_for()
    page.mouse.move(0, 0)
    save(page, f"strokes-{kind}")


def main() -> None:
    """Take all pictures; the arguments are a link to a studio, which works once, and a folder."""
    address, _, _ = sys.argv[1].partition("#")
    fill(Path(sys.argv[2]))
    browsers = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    path = next(filter(None, browsers))
    with sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        with browser.new_context() as visitor:
            page = visitor.new_page()
            page.goto(sys.argv[1])
            page.locator("nj-home").wait_for()
            cookies = visitor.cookies()
        for device, scheme in PICTURES:
            width, height = SIZES[device]
            context = browser.new_context(
                base_url=address,
                storage_state={"cookies": cookies, "origins": []},  # type: ignore[typeddict-item]
                viewport={"width": width, "height": height},
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="en-US",
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.set_default_timeout(60_000)
            take(page, f"{device}-{scheme}")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
