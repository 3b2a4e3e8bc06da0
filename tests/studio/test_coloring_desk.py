"""The coloring desk: from a scan to a layered file, by hand, in a real browser."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from nijigen import Picture, get
from studio.steps import until
from studio.test_screens import axe_source

SIZE = (640, 480)
LEFT, RIGHT, INNER, OUTSIDE = (160, 240), (400, 120), (480, 340), (20, 20)
"""Places in the rooms of the drawing."""
GAP = (320, 240)
STATE = "import('/static/js/screens/desk-state.js').then(({ desk }) => desk.%s)"
SHEET = "document.querySelector('.easel-sheet canvas')"
TIMES = "performance.getEntriesByName('nijigen.hint').map(({ duration }) => duration)"
LAYERS = ["paper", "flat", "shadow", "line"]


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


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return drawn(tmp_path / "scan.png")


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
    work = "import('/static/js/screens/desk-work.js').then(({ work }) => work.colorAt(%s, %s))"
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


def taken(page: Any, kind: str) -> tuple[str, bytes]:
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=kind, exact=True).check(force=True)
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download").click()
    dialog.wait_for(state="detached")
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def painted(path: Path, hints: Any) -> dict[str, Any]:
    """What Python makes of the same drawing and the same hints, by the names of its layers."""
    said = {"size": list(SIZE), **hints}
    made = get("color.paint")(Picture.open(path), hints=json.dumps(said))
    return {layer.name: layer for layer in made.layers}


def test_from_a_scan_to_a_layered_psd(page: Any, scan: Path) -> None:
    psd_tools = pytest.importorskip("psd_tools", reason="psd-tools is not installed")
    enter(page, scan)
    fill(page, "#ffd24a", LEFT)
    fill(page, "#3a7bd5", RIGHT)
    take(page, "Brush hint")
    ink(page, "#d2524f")
    draw(page, (460, 330), (480, 345), (500, 335))
    until(page, lambda: seen(page, INNER) == "#d2524f")
    page.get_by_role("button", name="Show Highlight", exact=True).click()
    page.get_by_role("slider", name="Opacity of Shadow").fill("60")
    settle(page)
    hints = state(page, "hints")
    name, data = taken(page, "PSD")
    assert name == "scan-colored.psd"
    psd = psd_tools.PSDImage.open(io.BytesIO(data))
    expected = painted(scan, hints)
    layers = {layer.name: layer for layer in psd}
    assert [layer.name for layer in psd] == list(expected)
    assert set(LAYERS) <= set(layers)
    for layer in psd:
        wanted = expected[layer.name]
        assert layer.blend_mode.name.lower() == wanted.blend.replace("-", "_")
        assert layer.clipping == wanted.clipped
        left, top, right, bottom = wanted.box
        assert layer.bbox == (left, top, right, bottom)
        pixels = np.asarray(layer.topil().convert("RGBA"))
        assert np.array_equal(pixels[..., 3] == 0, _rgba(wanted)[..., 3] == 0)
        there = pixels[..., 3] > 0
        assert np.array_equal(pixels[there], _rgba(wanted)[there])
    assert not layers["highlight"].visible
    assert round(layers["shadow"].opacity / 255, 2) == pytest.approx(0.6, abs=0.01)
    flat = np.asarray(layers["flat"].topil().convert("RGBA"))
    left, top = layers["flat"].left, layers["flat"].top
    for place, color in ((LEFT, (255, 210, 74)), (RIGHT, (58, 123, 213)), (INNER, (210, 82, 79))):
        assert tuple(flat[place[1] - top, place[0] - left]) == (*color, 255)


def _rgba(layer: Any) -> Any:
    pixels = layer.pixels.pixels
    if pixels.shape[2] == 4:
        return pixels
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    return np.concatenate([np.repeat(pixels, 3, 2) if pixels.shape[2] == 1 else pixels, opaque], 2)


def test_other_files(page: Any, scan: Path) -> None:
    enter(page, scan)
    fill(page, "#ffd24a", LEFT)
    settle(page)
    name, data = taken(page, "OpenRaster")
    assert name == "scan-colored.ora"
    assert b'name="flat"' in zipfile.ZipFile(io.BytesIO(data)).read("stack.xml")
    name, data = taken(page, "PNG set")
    assert name == "scan-colored.zip"
    files = zipfile.ZipFile(io.BytesIO(data))
    listed = json.loads(files.read("layers.json"))["layers"]
    assert {layer["name"] for layer in listed} >= set(LAYERS)
    # A layer that is switched off stays off in every file.
    for layer in ("Light", "Highlight", "Shadow", "Gradient", "Lines"):
        page.get_by_role("button", name=f"Show {layer}", exact=True).click()
    name, data = taken(page, "One PNG")
    assert name == "scan-colored.png"
    flat = Image.open(io.BytesIO(data)).convert("RGB")
    assert flat.size == SIZE
    assert flat.getpixel(LEFT) == (255, 210, 74)
    name, data = taken(page, "PNG set")
    listed = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("layers.json"))["layers"]
    assert {one["name"] for one in listed if one["visible"]} == {"paper", "flat"}


def test_undo_goes_back_without_end_and_past_a_reload(page: Any, scan: Path) -> None:
    enter(page, scan)
    for number in range(30):
        fill(page, f"#{number * 8:02x}4080", LEFT if number % 2 else RIGHT)
    page.get_by_role("slider", name="Opacity of Flats").fill("50")
    page.reload()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    assert len(state(page, "hints")["points"]) == 2
    assert state(page, "now.layers") == {"flat": {"visible": True, "opacity": 0.5}}
    for _ in range(31):
        page.keyboard.press("Control+z")
    until(page, lambda: state(page, "hints")["points"] == [])
    assert page.get_by_role("button", name="Undo").is_disabled()
    for _ in range(30):
        page.keyboard.press("Control+Shift+z")
    until(page, lambda: seen(page, LEFT) == "#e84080")
    page.get_by_role("button", name="Redo").click()
    until(page, lambda: "flat" in state(page, "now.layers"))


def test_a_point_is_moved_in_one_step(page: Any, scan: Path) -> None:
    enter(page, scan)
    take(page, "Point hint")
    ink(page, "#20a060")
    click(page, LEFT)
    until(page, lambda: seen(page, LEFT) == "#20a060")
    draw(page, LEFT, (250, 200), RIGHT)
    until(page, lambda: seen(page, RIGHT) == "#20a060")
    (point,) = state(page, "hints")["points"]
    assert abs(point["x"] - RIGHT[0]) < 2
    page.keyboard.press("Control+z")
    (point,) = state(page, "hints")["points"]
    assert abs(point["x"] - LEFT[0]) < 2
    take(page, "Remove hints")
    click(page, LEFT)
    assert state(page, "hints")["points"] == []


def test_hints_of_two_colors_share_a_region(page: Any, scan: Path) -> None:
    enter(page, scan)
    take(page, "Point hint")
    for color, place in (("#f04040", (80, 120)), ("#4040f0", (260, 400))):
        ink(page, color)
        click(page, place)
    until(page, lambda: (seen(page, (80, 120)), seen(page, (260, 400))) == ("#f04040", "#4040f0"))
    # Filling says it anew for the whole region.
    take(page, "Fill")
    fill(page, "#00a0a0", LEFT)
    assert len(state(page, "hints")["points"]) == 1
    until(page, lambda: seen(page, (80, 120)) == seen(page, (260, 400)) == "#00a0a0")
    take(page, "Area hint")
    ink(page, "#806000")
    draw(page, (405, 265), (555, 265), (555, 415), (405, 415), (405, 270))
    until(page, lambda: seen(page, INNER) == "#806000")
    assert len(state(page, "hints")["areas"]) == 1


def test_regions_are_merged_and_split(page: Any, scan: Path) -> None:
    enter(page, scan)
    before = regions(page)
    take(page, "Merge regions")
    click(page, LEFT)
    click(page, RIGHT)
    page.get_by_role("button", name="Merge 2").click()
    until(page, lambda: regions(page) == before - 1)
    take(page, "Fill")
    fill(page, "#aa7744", LEFT)
    until(page, lambda: seen(page, RIGHT) == "#aa7744")
    take(page, "Split a region")
    draw(page, (440, 340), (540, 340))
    # The disc falls in two where the line runs from rim to rim.
    draw(page, (410, 330), (550, 350))
    until(page, lambda: regions(page) >= before)
    page.get_by_role("tab", name="Regions").click()
    page.get_by_role("button", name="Reset Merged").click()
    page.get_by_role("button", name="Reset Cut").click()
    until(page, lambda: regions(page) == before)


def test_a_gap_is_opened_and_closed(page: Any, tmp_path: Path) -> None:
    enter(page, drawn(tmp_path / "broken.png", gap=True))
    before = regions(page)
    take(page, "Gaps")
    page.get_by_text(re.compile("^Gaps closed: [1-9]")).first.wait_for()
    click(page, GAP)
    until(page, lambda: regions(page) == before - 1)
    page.keyboard.press("Control+z")
    until(page, lambda: regions(page) == before)
    page.keyboard.press("Control+Shift+z")
    until(page, lambda: regions(page) == before - 1)
    assert len(state(page, "hints")["open"]) == 1
    # Away from where the closing was: what was opened there stays open.
    draw(page, (42, 300), (322, 300))
    until(page, lambda: regions(page) >= before)
    assert len(state(page, "hints")["close"]) == 1
    page.get_by_role("button", name=re.compile("^Undo edits of gaps")).click()
    until(page, lambda: regions(page) == before)


def test_colors_are_picked_typed_and_taken_from_palettes(page: Any, scan: Path) -> None:
    enter(page, scan)
    fill(page, "#3a7bd5", RIGHT)
    page.get_by_role("listbox", name="Skin").get_by_role("option").nth(2).click()
    entry = page.get_by_role("textbox", name="Color as HEX")
    assert entry.input_value() == "#fbd3ba"
    take(page, "Pick a color")
    click(page, RIGHT)
    until(page, lambda: entry.input_value() == "#3a7bd5")
    hue = page.get_by_role("slider", name="Hue")
    hue.focus()
    page.keyboard.press("Shift+ArrowRight")
    until(page, lambda: entry.input_value() != "#3a7bd5")
    page.get_by_role("listbox", name="Recent colors").get_by_role("option").first.click()
    assert entry.input_value() == "#3a7bd5"
    choice = page.get_by_role("combobox", name="Palette")
    choice.select_option("chinese")
    named = page.get_by_role("listbox", name="Traditional Chinese").get_by_role("option")
    assert named.count() == 526
    assert named.first.get_attribute("aria-label") == "乳白 rubai #f9f4dc"
    entry.fill("abc")
    entry.press("Tab")
    assert entry.input_value() == "#aabbcc"
    entry.fill("no color")
    entry.press("Tab")
    assert entry.input_value() == "#aabbcc"
    choice.select_option(label="scan.png")
    page.get_by_role("listbox", name="scan.png").wait_for()
    page.get_by_role("button", name="Color the rest from this palette").click()
    assert state(page, "settings")["rule"] == "palette"


def test_hints_are_saved_and_loaded(page: Any, scan: Path, tmp_path: Path) -> None:
    enter(page, scan)
    fill(page, "#ffd24a", LEFT)
    fill(page, "#3a7bd5", RIGHT)

    def more(entry: str) -> None:
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name=entry).click()

    with page.expect_download() as waiting:
        more("Save hints as a file")
    assert waiting.value.suggested_filename == "scan-hints.json"
    said = json.loads(Path(waiting.value.path()).read_bytes())
    assert said["size"] == list(SIZE)
    assert [point["color"] for point in said["points"]] == ["#ffd24a", "#3a7bd5"]
    more("Remove all hints")
    assert state(page, "hints")["points"] == []
    # At twice the size they mean the same places.
    said["size"] = [side * 2 for side in SIZE]
    said["points"] = [{**p, "x": p["x"] * 2, "y": p["y"] * 2} for p in said["points"]]
    style2paints = [[LEFT[0] / SIZE[0], 1 - LEFT[1] / SIZE[1], 10, 200, 30, 0]]
    for content, color in ((said, "#ffd24a"), (style2paints, "#0ac81e"), ({"dogs": 3}, "#0ac81e")):
        file = tmp_path / "hints.json"
        file.write_text(json.dumps(content))
        with page.expect_file_chooser() as chooser:
            more("Load hints")
        chooser.value.set_files(str(file))
        until(page, lambda color=color: seen(page, LEFT) == color)  # type: ignore[misc]
    page.get_by_role("log").get_by_text("hints.json holds no hints.").wait_for()


def test_the_light_is_dragged(page: Any, scan: Path) -> None:
    enter(page, scan)
    settle(page)
    page.get_by_role("tab", name="Shading").click()
    page.get_by_role("button", name="Drag the light").click()
    before = page.evaluate(f"{SHEET}.toDataURL()")
    draw(page, (160, 10), (600, 60), (600, 300))
    said = state(page, "settings")
    assert len(said) == 2
    assert all(isinstance(value, int | float) for value in said.values())
    until(page, lambda: page.evaluate(f"{SHEET}.toDataURL()") != before)
    page.keyboard.press("Control+z")
    assert state(page, "settings") == {}


def test_everything_goes_by_keyboard(page: Any, scan: Path) -> None:
    enter(page, scan)
    ink(page, "#20a060")
    take(page, "Fill")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("button", name="Point hint", pressed=True).count() == 1
    page.get_by_role("application", name="Sheet: scan.png").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    until(page, lambda: len(state(page, "hints")["points"]) == 1)
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, lambda: len(state(page, "hints")["strokes"]) == 1)
    page.keyboard.press("]")
    assert page.get_by_role("slider", name="Width").input_value() != "12"


def test_zoom_and_pan_by_wheel_space_and_pinch(page: Any, scan: Path) -> None:
    enter(page, scan)

    def place() -> dict[str, float]:
        return page.evaluate(f"{SHEET}.getBoundingClientRect().toJSON()")

    first = place()
    page.mouse.move(*at(page, LEFT))
    page.mouse.wheel(0, -300)
    until(page, lambda: place()["width"] > first["width"] * 1.3)
    near = place()
    page.keyboard.down("Space")
    page.mouse.down()
    page.mouse.move(*[value + 60 for value in at(page, LEFT)], steps=4)
    page.mouse.up()
    page.keyboard.up("Space")
    until(page, lambda: abs(place()["x"] - near["x"] - 60) < 2)
    assert state(page, "hints")["points"] == []
    page.get_by_role("button", name="Fit to window").click()
    until(page, lambda: abs(place()["width"] - first["width"]) < 1)
    client = page.context.new_cdp_session(page)
    x, y = at(page, (320, 240))
    for step in range(6):
        fingers = [{"x": x - 40 - step * 12, "y": y}, {"x": x + 40 + step * 12, "y": y}]
        kind = "touchMove" if step else "touchStart"
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(page, lambda: place()["width"] > first["width"] * 1.5)
    # The first finger set a hint, which the second took back.
    assert state(page, "hints")["points"] == []


def test_no_drawing_at_hand(page: Any) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Color a line drawing")).click()
    page.get_by_role("button", name="Draw me one").click()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    assert re.search(r"#/desk/[0-9a-f]{64}$", page.url)
    assert regions(page) > 20


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_on_the_desk(page: Any, scan: Path, look: str) -> None:
    source = axe_source()
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    enter(page, scan)
    fill(page, "#ffd24a", LEFT)
    page.evaluate(source)

    def check() -> None:
        serious = [
            f"{found['id']}: {json.dumps([node['html'][:160] for node in found['nodes'][:3]])}"
            for found in page.evaluate("axe.run()")["violations"]
            if found["impact"] in ("serious", "critical")
        ]
        assert serious == []

    for tab in ("Layers", "Shading", "Regions"):
        page.get_by_role("tab", name=tab).click()
        check()
    page.get_by_role("button", name="Export").click()
    check()


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_no_english_is_left_on_the_desk(page: Any, scan: Path, code: str) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Language").select_option(code)
    until(page, lambda: page.evaluate("document.documentElement.lang").startswith(code))
    page.reload()
    enter(page, scan)
    for tab in page.get_by_role("tab").all():
        tab.click()
        words = page.locator(".bench.desk").inner_text().replace("scan.png", "")
        assert not re.findall(r"\b(?!px\b)[A-Za-z]{2,}\b", words), tab.inner_text()
    for button in page.locator(".desk-rail button").all():
        assert not re.findall(r"[A-Za-z]{2,}", button.get_attribute("aria-label"))


def test_on_a_phone_the_sheet_stays_above(page: Any, scan: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, scan)
    page.get_by_role("tab", name="Color").click()
    ink(page, "#20a060")
    x, y = at(page, LEFT)
    client = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    until(page, lambda: seen(page, LEFT) == "#20a060")
    page.get_by_role("tab", name="Shading").click()
    page.get_by_role("slider", name="Transitions").wait_for()
    page.mouse.move(200, 780)
    page.mouse.wheel(0, 600)
    until(page, lambda: page.evaluate("scrollY") > 100)
    box = page.locator(".desk-stage").bounding_box()
    assert 50 <= box["y"] <= 160
    assert box["height"] >= 240
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_how_long_a_hint_takes(page: Any, tmp_path: Path) -> None:
    """The bar of issue 6, told and not asserted: from the pointer to the painted answer."""
    path = tmp_path / "girl.png"
    get("generate.character")(seed=12, rendering="lines", width=1024, height=1024).save(path)
    enter(page, path)
    settle(page)
    box = page.evaluate(f"{SHEET}.getBoundingClientRect().toJSON()")
    page.evaluate("performance.clearMeasures()")
    for number in range(12):
        color = f"#{40 + number * 15:02x}60a0"
        ink(page, color)
        share = (0.45, 0.3) if number % 2 else (0.4, 0.72)
        page.mouse.click(box["x"] + box["width"] * share[0], box["y"] + box["height"] * share[1])
        until(page, lambda number=number: len(page.evaluate(TIMES)) > number)  # type: ignore[misc]
        settle(page)
    times = page.evaluate(TIMES)
    middle = sorted(times)[len(times) // 2]
    print(f"a further hint at 1024×1024: {middle:.0f} ms in the middle, {max(times):.0f} at most")
    assert len(times) == 12
