"""What a visitor does in the dressing-room, and what it shows."""

from __future__ import annotations

from typing import Any

from studio.steps import until

ROOM = "document.querySelector('nj-room')"
READ = """async (image) => {
  await image.decode();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/png').split(',')[1];
}"""


def enter(page: Any, query: str = "seed=7") -> None:
    page.goto(f"/#/room/{query}")
    settle(page)


def settle(page: Any) -> None:
    """Wait until the sharp drawing of the newest settings is there, and its map."""
    page.locator(".room-stage[aria-busy=false] img:not([hidden])").wait_for()
    until(page, lambda: page.evaluate(f"{ROOM}.portrait.map !== null"))


def drawn(page: Any) -> str:
    settle(page)
    return str(page.locator(".portrait img").evaluate(READ))


def address(page: Any) -> str:
    return str(page.evaluate("location.hash"))


def point(page: Any, setting: str) -> tuple[float, float]:
    """Return where on the page a setting is drawn."""
    share = page.evaluate(f"(name) => {ROOM}.portrait.map.find(name)", setting)
    box = page.locator(".portrait").bounding_box()
    return box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]
