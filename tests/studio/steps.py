"""What a visitor does on a page of the studio, by role and name."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds after which something will not come any more, on a busy machine too."""
DROP = """([name, data, onto]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: 'image/png' }));
  for (const type of ['dragenter', 'dragover', 'drop'])
    document.querySelector(onto).dispatchEvent(
      new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def drop(page: Any, path: Path, onto: str = "main") -> None:
    page.evaluate(DROP, [path.name, base64.b64encode(path.read_bytes()).decode(), onto])


def pick(page: Any, paths: list[Path]) -> None:
    page.locator("input.files").first.set_input_files([str(path) for path in paths])
    for path in paths:
        page.get_by_role("button", name=path.name, exact=True).wait_for()


def bench(page: Any, operation: str, paths: list[Path]) -> None:
    page.goto(f"/#/bench/{operation}")
    pick(page, paths)
    page.get_by_role("group", name=re.compile("^Picture view")).wait_for()


def run(page: Any) -> None:
    page.get_by_role("button", name=re.compile("^Run( again)?$")).click()
    page.get_by_role("group", name="Result", exact=True).wait_for()


def size_of_result(page: Any) -> str:
    return page.get_by_role("group", name="Result", exact=True).inner_text().split("\n")[0]


def until(page: Any, condition: Callable[[], bool]) -> None:
    """Wait for what the page will show in a moment: keys are handled after they are sent."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        page.wait_for_timeout(50)


def move(page: Any, key: str) -> None:
    """Press a key that moves the focus, and wait until it has."""
    before = page.evaluate_handle("document.activeElement")
    page.keyboard.press(key)
    until(page, lambda: page.evaluate("before => before !== document.activeElement", before))
