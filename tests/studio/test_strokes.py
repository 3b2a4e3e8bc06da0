"""Strokes: picked, deleted, made thicker, tapered; gaps closed; saved and colored."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nijigen import Artwork, Picture, get
from nijigen.imaging.files import decode
from pictures import animation
from studio.steps import until
from studio.test_screens import axe_source

SIZE = 400
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 400 400">
<g id="paper"><rect width="400" height="400" fill="#ffffff"/></g>
<g id="areas" fill="#101010" fill-rule="evenodd"><path d="M40 300h60v60h-60z"/></g>
<g id="lines" fill="none" stroke="#101010" stroke-linecap="round" stroke-linejoin="round">
<path stroke-width="4" d="M40 40l150 0"/>
<path stroke-width="6" d="M190 40l150 0"/>
<path stroke-width="2" d="M40 100l300 0"/>
<path stroke-width="2.1" d="M40 140c100 20 200 -20 300 0"/>
<path stroke-width="3" d="M200 200l50 0l0 50"/>
<path stroke-width="2" d="M300 300l3 0"/>
</g></svg>
"""
"""The first two paths are one stroke, whose width changes; the last one is dust."""
FIRST, THIN, OTHER, AREA = (120, 40), (200, 100), (60, 143), (70, 330)
SHEET = "document.querySelector('.easel-sheet canvas').getBoundingClientRect().toJSON()"
EDITOR = "document.querySelector('nj-stroke-editor')"
WORK = "import('/static/js/screens/strokes/work.js').then(({ work }) => %s)"
PAUSE = "import('/static/js/api.js').then(({ api }) => api.pause(%s))"
NOW = "import('/static/js/screens/strokes/state.js').then(({ strokes }) => strokes.now)"


def write(path: Path, text: str = SVG) -> Path:
    path.write_text(text)
    return path


def enter(page: Any, path: Path) -> None:
    page.goto("/#/strokes")
    page.locator("input.files").first.set_input_files([str(path)])
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    until(page, lambda: page.evaluate(f"{EDITOR}.there.size > 0") and still(page))


def still(page: Any) -> bool:
    """Whether the sheet has come to rest: it is fitted to the screen after it is shown."""
    before = page.evaluate(SHEET)
    page.wait_for_timeout(50)
    return bool(before == page.evaluate(SHEET))


def at(page: Any, place: tuple[float, float]) -> tuple[float, float]:
    box = page.evaluate(SHEET)
    zoom = box["width"] / SIZE
    return box["x"] + place[0] * zoom, box["y"] + place[1] * zoom


def click(page: Any, place: tuple[float, float], *, shift: bool = False) -> None:
    x, y = at(page, place)
    page.mouse.move(x, y)
    if shift:
        page.keyboard.down("Shift")
    page.mouse.click(x, y)
    if shift:
        page.keyboard.up("Shift")


def chosen(page: Any) -> list[int]:
    return sorted(page.evaluate(f"[...{EDITOR}.chosen]"))


def saved(page: Any, name: str) -> tuple[str, bytes]:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=re.compile(f"^{name}")).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.fixture
def svg(tmp_path: Path) -> Path:
    return write(tmp_path / "page.svg")


def test_strokes_are_picked_and_deleted(page: Any, svg: Path) -> None:
    enter(page, svg)
    page.get_by_text("6 strokes").wait_for()
    # Strokes that are vectors already are clean.
    assert page.get_by_role("switch", name="Clean up a sketch").count() == 0
    click(page, FIRST)
    assert chosen(page) == [1]
    click(page, (THIN[0], THIN[1] + 2), shift=True)
    assert chosen(page) == [1, 2]
    click(page, FIRST, shift=True)
    assert chosen(page) == [2]
    click(page, AREA)
    assert chosen(page) == [0]
    click(page, (20, 250))
    assert chosen(page) == []
    page.mouse.move(*at(page, (30, 90)))
    page.mouse.down()
    page.mouse.move(*at(page, (350, 160)), steps=5)
    page.mouse.up()
    assert chosen(page) == [2, 3]
    page.keyboard.press("Delete")
    page.get_by_text("Deleted strokes: 2").wait_for()
    page.get_by_text("4 strokes").wait_for()
    page.reload()
    page.get_by_text("4 strokes").wait_for()
    page.keyboard.press("Control+z")
    page.get_by_text("6 strokes").wait_for()
    page.keyboard.press("Control+Shift+z")
    page.get_by_text("4 strokes").wait_for()


def test_strokes_are_chosen_by_width_and_length(page: Any, svg: Path) -> None:
    enter(page, svg)
    click(page, THIN)
    page.keyboard.press("s")
    until(page, lambda: chosen(page) == [2, 3, 5])
    page.keyboard.press("d")
    until(page, lambda: chosen(page) == [5])
    page.keyboard.press("Escape")
    until(page, lambda: chosen(page) == [])
    page.keyboard.press(".")
    page.keyboard.press(".")
    until(page, lambda: chosen(page) == [1])
    page.keyboard.press(",")
    until(page, lambda: chosen(page) == [0])
    page.get_by_role("spinbutton", name="Shorter than").fill("2")
    page.get_by_role("spinbutton", name="Shorter than").press("Tab")
    page.get_by_role("button", name="Select dust").click()
    page.get_by_text("Nothing is shorter than 2 px.").wait_for()


def test_widths_change_and_ends_taper(page: Any, svg: Path) -> None:
    enter(page, svg)
    click(page, THIN)
    width = page.get_by_role("slider", name="Width")
    until(page, lambda: width.input_value() == "2")
    page.keyboard.press("]")
    until(page, lambda: width.input_value() == "2.3")
    width.fill("8")
    page.get_by_role("slider", name="Taper").fill("50")
    name, data = saved(page, "PNG")
    assert name == "page-strokes.png"
    made = decode(data, name)
    assert isinstance(made, Picture)
    dark = made.pixels[:, :, 0] < 128

    def across(x: int) -> int:
        return int(dark[80:120, x].sum())

    assert across(190) == 8
    assert across(46) <= 3
    assert 3 < across(75) < 8
    page.get_by_role("button", name="As drawn").click()
    until(page, lambda: width.input_value() == "2")
    page.keyboard.press("Control+z")
    until(page, lambda: width.input_value() == "8")


def test_an_end_that_touches_a_stroke_is_not_tapered(page: Any, tmp_path: Path) -> None:
    joined = SVG.replace('d="M40 100l300 0"', 'd="M40 100l300 0l0 30"').replace(
        "M200 200l50 0l0 50", "M200 100l0 60"
    )
    enter(page, write(tmp_path / "joined.svg", joined))
    click(page, (200, 130))
    page.get_by_role("slider", name="Width").fill("6")
    page.get_by_role("slider", name="Taper").fill("100")
    made = decode(saved(page, "PNG")[1], "a.png")
    assert isinstance(made, Picture)
    dark = made.pixels[:, :, 0] < 128
    assert dark[106, 180:220].sum() >= 5
    assert dark[157, 180:220].sum() <= 3


def test_everything_is_saved_as_vectors_and_layers(page: Any, svg: Path) -> None:
    enter(page, svg)
    click(page, AREA)
    page.keyboard.press("Delete")
    name, data = saved(page, "SVG")
    assert name == "page-strokes.svg"
    root = ET.fromstring(data)
    widths = [node.get("stroke-width") for node in root.iter("{http://www.w3.org/2000/svg}path")]
    assert widths == ["4", "6", "2", "2.1", "3", "2"]
    # What was saved is read back as the same strokes.
    again = svg.with_name("again.svg")
    again.write_bytes(data)
    page.evaluate("localStorage.clear()")
    page.goto("/")
    page.reload()
    enter(page, again)
    page.get_by_text("5 strokes").wait_for()
    made = decode(saved(page, "PSD")[1], "a.psd")
    assert isinstance(made, Artwork)
    assert [layer.name for layer in made.layers] == ["paper", "line"]
    assert (made.shown().rgb().pixels[80:120, 200] < 128).any()


def test_gaps_are_shown_and_closed(page: Any, tmp_path: Path) -> None:
    gapped = SVG.replace("M200 200l50 0l0 50", "M205 200l45 0l0 100l-100 0l0 -100l48 0")
    enter(page, write(tmp_path / "gap.svg", gapped))
    page.get_by_role("switch", name="Show gaps").check(force=True)
    page.get_by_text(re.compile("^Gaps: [1-9]")).wait_for()
    places: list[list[float]] = page.evaluate(WORK % "work.gaps.map((gap) => gap[0])")
    assert any(abs(x - 201) < 8 and abs(y - 200) < 6 for x, y in places)
    before = len(places)
    click(page, (201.5, 200))
    until(page, lambda: len(page.evaluate(NOW)["added"]) == 1)
    (added,) = page.evaluate(NOW)["added"]
    assert added["width"] == 3
    until(page, lambda: page.evaluate(WORK % "work.searched && work.gaps.length") == before - 1)
    page.keyboard.press("Control+z")
    until(page, lambda: page.evaluate(WORK % "work.searched && work.gaps.length") == before)
    page.get_by_role("button", name="Close all").click()
    until(page, lambda: len(page.evaluate(NOW)["added"]) == before)


def test_strokes_go_to_the_desk(page: Any, svg: Path) -> None:
    enter(page, svg)
    click(page, AREA)
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Color at the desk").click()
    page.locator(".desk-rail").wait_for()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    assert re.search(r"#/desk/[0-9a-f]{64}$", page.url)
    assert page.get_by_role("application", name="Drawing: page-strokes.svg").count() == 1
    assert page.locator(".desk-note").count() == 0


def test_the_original_and_the_strokes_are_compared(page: Any, svg: Path) -> None:
    enter(page, svg)
    page.keyboard.press("c")
    viewer = page.locator("nj-viewer")
    viewer.wait_for()
    assert page.get_by_role("radio", name="Lens").is_checked()
    size = "[...document.querySelectorAll('nj-viewer img')].map((image) => image.naturalWidth)"
    until(page, lambda: page.evaluate(size) == [SIZE, SIZE])
    page.keyboard.press("c")
    page.get_by_role("application", name="Strokes: page.svg").wait_for()


def test_five_thousand_strokes_are_picked_without_a_search(page: Any, tmp_path: Path) -> None:
    """CPU time of the page's thread, which other programs on the machine hardly change."""
    random = np.random.default_rng(3)
    paths = "".join(
        f'<path stroke-width="2" d="M{x:.2f} {y:.2f}c10 {a:.2f} 30 {b:.2f} 40 0"/>\n'
        for x, y, a, b in random.uniform((5, 10, -30, -30), (350, 390, 30, 30), (5000, 4))
    )
    enter(
        page,
        write(
            tmp_path / "many.svg",
            re.sub(r"<path stroke.*\n", "", SVG).replace("</g></svg>", paths + "</g></svg>"),
        ),
    )
    page.get_by_text("5,001 strokes").wait_for()
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent(script: str) -> float:
        def now() -> float:
            metrics = client.send("Performance.getMetrics")["metrics"]
            return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

        before = now()
        page.evaluate(script)
        return 1000 * (now() - before)

    moves = "for (let n = 0; n < 300; n += 1) editor.over({ x: n, y: n, touch: false });"
    assert spent(f"{{ const editor = {EDITOR}; {moves} }}") / 300 < 4
    page.keyboard.press("Control+a")
    until(page, lambda: len(chosen(page)) == 5001)
    page.keyboard.press("Delete")
    page.get_by_text("0 strokes").wait_for()


def test_a_colored_picture_becomes_strokes(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "girl.png"
    get("generate.character")(seed=5, width=256, height=256).save(path)
    enter(page, path)
    page.get_by_text("The picture has colors or tones, so its lines were extracted.").wait_for()
    there = int(page.evaluate(f"{EDITOR}.there.size"))
    assert there > 20
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.get_by_text("0 strokes").wait_for()
    # Made again after a reload, they are the same strokes with the same edits.
    page.reload()
    page.get_by_text("0 strokes").wait_for()
    page.keyboard.press("Control+z")
    until(page, lambda: page.evaluate(f"{EDITOR}.there.size") == there)
    # From a step on the workbench, the strokes are one click away.
    page.goto("/#/bench/lines.extract")
    page.get_by_role("button", name="Edit strokes").click()
    until(page, lambda: "#/strokes/" in page.url)


def test_a_sketch_is_cleaned_up(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "sketch.png"
    lines = get("generate.character")(seed=5, rendering="lines", width=384, height=384)
    get("lines.rough")(lines, seed=1).save(path)
    enter(page, path)
    clean = page.get_by_role("switch", name="Clean up a sketch")
    rough = int(page.evaluate(f"{EDITOR}.there.size"))
    assert not clean.is_checked()
    page.evaluate(PAUSE % "true")
    clean.click(force=True)
    page.get_by_text("The sketch is being cleaned up.").wait_for()
    page.get_by_role("button", name="Use it as it is").click()
    until(page, lambda: clean.count() == 1 and not clean.is_checked())
    page.evaluate(PAUSE % "false")
    clean.click(force=True)
    page.get_by_text("The sketch was cleaned up: its lines are single and clean.").wait_for()
    page.locator(".desk-stage[aria-busy=false]").wait_for()
    assert clean.is_checked()
    assert page.evaluate(f"{EDITOR}.there.size") < rough * 0.85
    page.get_by_role("button", name="Use it as it is").click()
    until(page, lambda: page.evaluate(f"{EDITOR}.there.size") == rough)
    assert not clean.is_checked()


def test_a_sketch_that_cannot_be_cleaned_up_stays(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    get("generate.character")(seed=5, rendering="lines", width=256, height=256).save(path)
    enter(page, path)
    there = page.evaluate(f"{EDITOR}.there.size")
    failed = {"state": "failed", "error": {"title": "ModelError", "detail": "No weights."}}
    finish = "import('/static/js/session.js').then(({ session }) => {%s})"
    told = "session.started(session.current, { id: 'a' }); session.finished(%s);"
    job = json.dumps({"id": "a", "operation": "lines.simplify", **failed})
    page.evaluate(finish % (told % job))
    page.get_by_text("No weights.").wait_for()
    assert page.evaluate(f"{EDITOR}.there.size") == there
    assert page.get_by_role("button", name="Clean up a sketch").count() == 1


def test_a_clip_is_refused_in_one_line(page: Any, tmp_path: Path) -> None:
    animation(size=(60, 40)).save(tmp_path / "clip.gif")
    page.goto("/#/strokes")
    page.locator("input.files").first.set_input_files([str(tmp_path / "clip.gif")])
    page.get_by_text("The strokes of this picture cannot be edited here.").wait_for()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_strokes(page: Any, svg: Path, look: str, width: int) -> None:
    source = axe_source()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    enter(page, svg)
    page.keyboard.press("Control+a")
    page.get_by_role("switch", name="Show gaps").check(force=True)
    page.evaluate(source)
    serious = [
        f"{found['id']}: {json.dumps([node['html'][:160] for node in found['nodes'][:3]])}"
        for found in page.evaluate("axe.run()")["violations"]
        if found["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
