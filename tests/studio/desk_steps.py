"""What a visitor does at the coloring desk, on a drawing with known rooms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from studio.steps import until

SIZE = (640, 480)
LEFT, RIGHT, INNER, OUTSIDE = (160, 240), (400, 120), (480, 340), (20, 20)
"""Places in the rooms of the drawing."""
GAP = (320, 240)
STATE = "import('/static/js/screens/desk/state.js').then(({ desk }) => desk.%s)"
SHEET = "document.querySelector('.easel-sheet canvas')"


def drawn(path: Path, *, gap: bool = False) -> Path:
    """Save a scan: two rooms and a disc in one of them, gray lines on warm and noisy paper."""
    page = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2), 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((80, 80, 1200, 880), outline=30, width=7)
    pen.line((640, 80, 640, 880), fill=30, width=7)
    if gap:
        pen.rectangle((625, 474, 655, 486), fill=255)
    pen.ellipse((840, 560, 1080, 800), outline=30, width=7)
    small = page.filter(ImageFilter.GaussianBlur(1.5)).resize(SIZE, Image.Resampling.LANCZOS)
    shades = np.asarray(small, np.float32)[:, :, None] / 255 * (247, 243, 234)
    noise = np.random.default_rng(7).normal(0, 2.5, shades.shape)
    Image.fromarray((shades + noise).clip(0, 255).astype(np.uint8)).save(path)
    return path


def enter(page: Any, path: Path) -> None:
    page.goto("/#/desk")
    page.locator(".desk-start input.files").set_input_files([str(path)])
    page.locator(".desk-stage[aria-busy=false]").wait_for()


def at(page: Any, place: tuple[float, float]) -> tuple[float, float]:
    """Where a pixel of the picture is on the page."""
    box = page.evaluate(f"{SHEET}.getBoundingClientRect().toJSON()")
    zoom = box["width"] / SIZE[0]
    return box["x"] + place[0] * zoom, box["y"] + place[1] * zoom


def take(page: Any, tool: str) -> None:
    page.get_by_role("toolbar", name="Tools").get_by_role("button", name=tool, exact=True).click()


def click(page: Any, place: tuple[float, float]) -> None:
    page.mouse.click(*at(page, place))


def draw(page: Any, *places: tuple[float, float]) -> None:
    page.mouse.move(*at(page, places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*at(page, place), steps=6)
    page.mouse.up()


def ink(page: Any, color: str) -> None:
    entry = page.get_by_role("textbox", name="Color as HEX")
    entry.fill(color)
    entry.press("Tab")


def state(page: Any, what: str) -> Any:
    return page.evaluate(STATE % what)


def seen(page: Any, place: tuple[float, float]) -> str:
    """The color of the flats at a place, without shades and lines."""
    work = "import('/static/js/screens/desk/work.js').then(({ work }) => work.colorAt(%s, %s))"
    return page.evaluate(work % place) or ""


def regions(page: Any) -> int:
    text = page.locator(".desk-facts").inner_text()
    return int(re.findall(r"(\d+) regions", text)[0])


def fill(page: Any, color: str, place: tuple[float, float]) -> None:
    ink(page, color)
    click(page, place)
    until(page, lambda: seen(page, place) == color)


def settle(page: Any) -> None:
    """Wait until the server has nothing more to say."""
    page.wait_for_timeout(500)
    page.locator(".desk-stage[aria-busy=false]").wait_for()
