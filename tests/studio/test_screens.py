"""Every screen: cancel, pause, retry, languages, looks, widths, axe, the first paint."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pictures import drawing
from studio.steps import bench, pick, run

NODE = Path(__file__).parents[2] / ".venv" / "node" / "node_modules"
SCREENS = [
    *("#/", "#/bench/effects.halftone", "#/queue", "#/models", "#/editors", "#/room", "#/desk"),
    *("#/commands", "#/commands/recipes.save", "#/space", "#/trash", "#/library", "#/strokes"),
    *("#/sources", "#/silk"),
]
FIRST_PAINT_MS = 1000
PHONES = [(390, 844), (360, 640)]


def axe_source() -> str:
    path = NODE / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("axe-core is not here; `make test` brings it where there is npm")
    return path.read_text(encoding="utf-8")


def visit(page: Any, screen: str) -> None:
    page.goto(f"/{screen}")
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_load_state("load")


def test_a_running_job_can_be_cancelled_and_run_again(page: Any, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    drawing(1200, 1200).save(large)
    page.goto("/#/bench/upscale.waifu2x")
    page.get_by_role("switch", name="Live preview").uncheck()
    pick(page, [large])
    page.get_by_role("radio", name="cunet").check(force=True)
    page.get_by_role("switch", name="Test-time averaging").check()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("progressbar", name="large.png").first.wait_for()
    page.get_by_role("region", name="Settings").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Run", exact=True).wait_for()
    page.goto("/#/queue")
    row = page.get_by_role("listitem").filter(has_text="Cancelled").first
    row.wait_for()
    row.get_by_role("button", name=re.compile("^Retry")).click()
    running = page.get_by_role("button", name=re.compile("^Cancel: ")).first
    running.wait_for()
    running.click()
    row.wait_for()


def test_a_batch_says_that_it_is_suspended_while_somebody_works(page: Any, tmp_path: Path) -> None:
    pictures = [tmp_path / "one.png", tmp_path / "two.png"]
    for path, side in zip(pictures, (1200, 1210), strict=True):
        drawing(side, side).save(path)
    page.goto("/#/bench/upscale.waifu2x")
    page.get_by_role("switch", name="Live preview").uncheck()
    pick(page, pictures)
    page.get_by_role("radio", name="cunet").check(force=True)
    page.get_by_role("button", name="Run on all 2").click()
    page.goto("/#/queue")
    running = page.get_by_role("listitem").filter(has_text="%").filter(has_text="Batch")
    running.wait_for()
    picture = page.request.get("/api/jobs?state=running").json()["jobs"][0]["inputs"]["picture"]
    # A preview that takes its time; the page does not wait for it.
    page.evaluate(
        """picture => { fetch('/api/previews', { method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ operation: 'upscale.waifu2x', inputs: { picture },
            settings: { model: 'cunet' } }) }).catch(() => {}); }""",
        picture,
    )
    running.filter(has_text="Suspended while you work").wait_for()
    page.get_by_role("button", name="Cancel the rest").click()
    page.get_by_role("listitem").filter(has_text="Cancelled").nth(1).wait_for()


def test_the_queue_can_be_paused(page: Any, files: list[Path]) -> None:
    page.goto("/#/queue")
    page.get_by_role("button", name="Pause").click()
    try:
        page.get_by_text("The queue is paused.").wait_for()
        bench(page, "effects.halftone", [files[0]])
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_text("The queue is paused.").wait_for()
        page.goto("/#/queue")
        page.get_by_role("button", name="Resume").click()
        page.goto("/#/bench/effects.halftone")
        page.get_by_role("group", name="Result", exact=True).wait_for()
    finally:
        # The next tests have the same queue.
        page.request.post("/api/queue/resume")


@pytest.mark.parametrize(
    ("code", "heading", "run_name"),
    [("zh", "想让你的画变成什么样？", "运行"), ("ja", "あなたの絵を、どうしますか？", "実行")],
)
def test_the_language_is_switched_and_kept(
    page: Any, code: str, heading: str, run_name: str
) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Language").select_option(code)
    page.get_by_role("heading", name=heading).wait_for()
    page.reload()
    page.get_by_role("heading", name=heading).wait_for()
    assert page.evaluate("document.documentElement.lang").startswith(code)
    page.goto("/#/bench/effects.halftone")
    page.get_by_role("button", name=run_name, exact=True).wait_for()
    # No English is left on the form of an operation that we translated.
    body = page.get_by_role("tabpanel").inner_text()
    assert not re.findall(r"\b(?!CMYK|HEX|SVG|px)[A-Za-z]{3,}\b", body)


def test_the_look_is_switched_and_kept(page: Any) -> None:
    page.goto("/")
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()
    page.get_by_role("button", name="Theme: dark").wait_for()
    page.reload()
    page.get_by_role("button", name="Theme: dark").wait_for()
    red, green, blue = map(
        int,
        re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3],
    )
    assert red + green + blue < 150


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_wider_than_a_phone(
    page: Any, files: list[Path], tmp_path: Path, screen: str
) -> None:
    # More pictures than the width of a phone holds.
    more = [tmp_path / f"wide{index}.png" for index in range(4)]
    for index, path in enumerate(more):
        drawing(70 + index, 60).save(path)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/")
    pick(page, [*files, *more])
    visit(page, screen)
    for width, height in PHONES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious(page: Any, files: list[Path], screen: str, look: str) -> None:
    source = axe_source()
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    page.goto("/")
    pick(page, files)
    visit(page, screen)
    if "bench" in screen:
        run(page)
    page.evaluate(source)
    found = page.evaluate("axe.run()")["violations"]
    serious = [
        f"{v['id']}: {v['help']}\n  {json.dumps([n['html'][:160] for n in v['nodes'][:3]])}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.slow
def test_first_paint_is_soon(page: Any) -> None:
    """The bar of issue 3: under 1 s on loopback; a loaded machine gets three tries."""
    times = []
    for _ in range(3):
        page.goto("/")
        page.get_by_role("heading", name="I want to …").wait_for()
        paint = page.wait_for_function(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        )
        times.append(paint.json_value())
    assert min(times) < FIRST_PAINT_MS


def test_editors_give_values(page: Any, files: list[Path]) -> None:
    page.goto("/")
    pick(page, [files[0]])
    page.goto("/#/editors")
    page.get_by_role("article", name="mask").get_by_role("application").wait_for()
    # What is below a picture moves when it comes.
    loaded = "[...document.querySelectorAll('.marks img')].every((image) => image.complete)"
    page.wait_for_function(loaded)

    def value(name: str) -> Any:
        return json.loads(page.locator(f"output[data-format={name}]").text_content())

    def editor(name: str) -> Any:
        return page.get_by_role("article", name=name)

    hex_entry = editor("color").get_by_role("textbox", name="color as HEX")
    hex_entry.fill("f80")
    hex_entry.press("Tab")
    assert value("color") == "#ff8800"
    editor("seed").get_by_role("button", name="Roll seed").click()
    assert isinstance(value("seed"), int)
    editor("palette").get_by_role("button", name="Add a color").click()
    assert len(value("palette")) == 4
    editor("palette").get_by_role("button", name="Remove color 1").click()
    assert value("palette")[0] == "#e8505b"
    right = editor("box").get_by_role("spinbutton", name="Right")
    right.fill("40")
    right.press("Tab")
    assert value("box") == [0, 0, 40, 72]
    for name, made in (("points", [48, 36]), ("hints", {"x": 48, "y": 36, "color": "#e8505b"})):
        editor(name).get_by_role("button", name="Add a point").click()
        assert value(name) == [made]
        picture = editor(name).locator(".marks")
        picture.scroll_into_view_if_needed()
        area = picture.bounding_box()
        page.mouse.click(area["x"] + area["width"] / 4, area["y"] + area["height"] / 4)
        assert len(value(name)) == 2
        editor(name).get_by_role("button", name="Remove point 1").click()
        assert len(value(name)) == 1
    editor("mask").get_by_role("application").press("Space")
    assert value("mask").startswith("data:image/png;base64,")
    editor("mask").get_by_role("button", name="Invert").click()


def test_models_are_reported_and_verified(page: Any) -> None:
    page.goto("/#/models")
    # What matters is in the list; the card is folded.
    card = page.get_by_role("listitem", name="waifu2x-cunet")
    card.get_by_text("Enlarge drawings twofold").wait_for()
    card.get_by_text("Installed", exact=True).wait_for()
    assert not card.get_by_text("Licence", exact=True).is_visible()
    card.get_by_text("Details").click()
    for fact in ("Licence", "Training data", "Limits"):
        assert card.get_by_text(fact, exact=True).is_visible()
    card.get_by_role("button", name=re.compile("^Verify")).click()
    card.get_by_role("status").get_by_text(
        re.compile("files are intact|missing|damaged")
    ).wait_for()
