"""The silk canvas: strokes grow while they are drawn, and the operation replays them exactly."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from nijigen import get
from nijigen.effects._silk.weaving import woven
from studio.steps import until

SHEET = "document.querySelector('.easel-sheet canvas')"
WRITTEN = "import('/static/js/screens/silk/state.js').then(({ written }) => written())"
STROKE = [[0.45 + 0.004 * n, 0.3 + 0.00007 * n * n] for n in range(40)]
WEAVE = """async (points) => {
  const { Field, Weave } = await import('/static/js/screens/silk/weaving.js');
  const weave = new Weave(points, new Field(7), [1600, 1000]);
  const found = [];
  while (!weave.over) {
    const thread = weave.step();
    if (thread) found.push([...thread.x, ...thread.y, ...thread.speed, ...thread.light]);
  }
  return found;
}"""


def shown(page: Any) -> NDArray[np.uint8]:
    page.locator(".silk .desk-stage[aria-busy=false]").wait_for()
    url = page.evaluate(f"{SHEET}.toDataURL()").partition(",")[2]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url))).convert("RGB"))


def test_threads_move_as_those_of_the_operation(page: Any) -> None:
    page.goto("/#/silk")
    found = page.evaluate(WEAVE, STROKE)
    made = [thread for frame in woven([np.array(STROKE) * (1600, 1000)], 7) for thread in frame]
    assert len(found) == len(made) > 150
    for one, thread in zip(found, made, strict=True):
        wanted = np.concatenate([*thread.places.T, thread.speeds, thread.light])
        np.testing.assert_allclose(one, wanted, atol=1e-9)


@pytest.mark.slow
def test_strokes_are_drawn_undone_and_sent_on(page: Any) -> None:
    page.goto("/#/silk")
    page.get_by_role("spinbutton", name="Folds").fill("4")
    page.keyboard.press("Enter")
    box = page.evaluate(f"{SHEET}.getBoundingClientRect().toJSON()")
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    for n in range(1, 16):
        page.mouse.move(box["x"] + box["width"] * (0.5 + n / 60), box["y"] + box["height"] * 0.3)
        page.wait_for_timeout(16)
    page.mouse.up()
    until(page, lambda: page.evaluate(f"{WRITTEN}.then((text) => text.length > 40)"))
    live = shown(page)
    written = page.evaluate(WRITTEN)
    made = get("effects.silk")(written, folds=4, width=900, height=900).pixels
    assert made.max() > 60
    assert np.abs(made.astype(int) - live).max() <= 2

    page.get_by_role("application", name="Silk canvas").focus()
    for key in ["ArrowRight", "Enter", "ArrowRight", "ArrowDown", "ArrowDown", "Enter"]:
        page.keyboard.press(key)
        page.wait_for_timeout(50)
    until(page, lambda: len(json.loads(page.evaluate(WRITTEN))["strokes"]) == 2)
    page.keyboard.press("Control+z")
    assert np.abs(shown(page).astype(int) - live).max() <= 1
    page.keyboard.press("Control+z")
    assert shown(page).max() == 0
    page.keyboard.press("Control+Shift+z")
    page.get_by_role("button", name="Open in the workbench").click()
    page.wait_for_url("**/#/bench")
    page.locator("nj-viewer").wait_for()
