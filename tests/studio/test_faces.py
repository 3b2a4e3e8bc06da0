"""Faces in the studio: found while one looks, edited on the picture, cut out, saved, kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nijigen.faces import Faces
from nijigen.generate.character import character
from studio.steps import bench, pick, until
from studio.test_screens import axe_source

SIDE = 512
NAMES = {"Nijigen", "Krita", "Aseprite", "Piskel", "Windows", "pixiv", "ugoira"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A drawn character, and two of them on one page."""
    folder = tmp_path_factory.mktemp("people")
    faces = [character(seed=seed, width=SIDE, height=SIDE).rgb().pixels for seed in (5, 12)]
    for name, pixels in (("one.png", faces[0]), ("two.png", np.hstack(faces))):
        Image.fromarray(pixels).save(folder / name)
    return [folder / "one.png", folder / "two.png"]


def face(page: Any, number: int) -> Any:
    """The face as it is drawn over the picture."""
    over = page.get_by_role("group", name="Faces on the picture")
    return over.get_by_role("button", name=re.compile(f"^Face {number}, "))


def look(page: Any, operation: str, paths: list[Path]) -> None:
    """Open a picture, and wait for its faces."""
    bench(page, operation, paths)
    face(page, 1).wait_for()


def edit(page: Any, number: int = 1) -> None:
    """Take a face in hand by the list."""
    page.get_by_role("button", name="Edit", exact=True).click()
    faces = page.get_by_role("region", name="Settings").get_by_role("list").first
    faces.get_by_role("button", name=re.compile(f"^Face {number}, ")).click()
    page.get_by_role("region", name=f"Face {number}", exact=True).wait_for()


def drag(page: Any, start: tuple[float, float], step: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + step[0] / 2, start[1] + step[1] / 2)
    page.mouse.move(start[0] + step[0], start[1] + step[1])
    page.mouse.up()


def middle(area: dict[str, float]) -> tuple[float, float]:
    return area["x"] + area["width"] / 2, area["y"] + area["height"] / 2


def frame(page: Any, number: int = 1) -> list[float]:
    """The face box in pixels of the picture, as its path is drawn."""
    paths = page.locator(".marks-over .face-box")
    found = re.findall(r"-?\d+(?:\.\d+)?", paths.nth(number - 1).get_attribute("d"))
    left, top, right, bottom = map(float, found[:4])
    return [left, top, right, bottom]


def saved(page: Any, kind: str, tmp_path: Path) -> str:
    page.get_by_role("button", name="Save faces").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=kind, exact=True).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_text(encoding="utf-8")


def read(page: Any, tmp_path: Path) -> Faces:
    return Faces.from_json(saved(page, "JSON", tmp_path))


def test_home_leads_to_faces_that_are_found_at_once(page: Any, people: list[Path]) -> None:
    page.goto("/")
    pick(page, [people[1]])
    page.get_by_role("button", name=re.compile("^Find faces")).wait_for()
    groups = page.get_by_role("region", name="I want to …").get_by_role("heading", level=3)
    names = groups.all_inner_texts()
    assert names[0] == "Enlarge and clean"
    assert names.index("Faces") < names.index("Effects")
    page.get_by_role("button", name=re.compile("^Find faces")).click()
    face(page, 2).wait_for()
    bar = page.get_by_role("group", name="Faces", exact=True).get_by_role("status")
    found = page.locator(".face-item").count()
    assert found >= 2
    assert bar.inner_text() == f"Faces: {found}"
    # What is asked for is followed: nothing is that certain.
    confidence = page.get_by_role("spinbutton", name="Confidence")
    confidence.fill("1")
    confidence.press("Tab")
    page.get_by_text("No faces found").wait_for()
    page.get_by_role("button", name="Reset Confidence").click()
    face(page, 2).wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    result = page.get_by_role("group", name="Result", exact=True)
    result.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("log").get_by_text("Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert len(Faces.from_json(text).faces) == found


def test_boxes_are_moved_resized_added_deleted_and_undone(
    page: Any, people: list[Path], tmp_path: Path
) -> None:
    look(page, "faces.detect", [people[0]])
    found = frame(page)
    zoom = page.get_by_role("img", name="Before").bounding_box()["width"] / SIDE
    edit(page)
    drag(page, middle(face(page, 1).bounding_box()), (30 * zoom, -20 * zoom))
    page.get_by_text("Edited", exact=True).wait_for()
    moved = frame(page)
    wanted = [found[0] + 30, found[1] - 20, found[2] + 30, found[3] - 20]
    assert moved == pytest.approx(wanted, abs=1)

    corner = page.locator(".corner.of-face").first.bounding_box()
    drag(page, middle(corner), (10 * zoom, 10 * zoom))
    resized = frame(page)
    assert resized == pytest.approx([moved[0] + 10, moved[1] + 10, *moved[2:]], abs=1)

    # A number, keys, an added face and a head: all the same list.
    right = page.get_by_role("spinbutton", name="Right").first
    right.fill("450")
    right.press("Tab")
    assert frame(page)[2] == 450
    face(page, 1).press("ArrowLeft")
    until(page, lambda: frame(page)[2] == 449)
    page.get_by_role("button", name="Add head box").click()
    page.get_by_role("button", name="Add face").click()
    face(page, 2).wait_for()
    page.wait_for_timeout(750)
    page.get_by_role("toolbar", name="Edit faces").get_by_role("button", name="Delete").click()
    face(page, 2).wait_for(state="detached")
    page.keyboard.press("Control+z")
    face(page, 2).wait_for()

    # What is seen is what is kept, after a reload too, and what Python reads.
    page.reload()
    face(page, 2).wait_for()
    kept = read(page, tmp_path)
    assert (kept.width, kept.height, len(kept.faces)) == (SIDE, SIDE, 2)
    assert list(kept.faces[0].box) == pytest.approx(frame(page), abs=0.01)
    assert kept.faces[0].box.right == 449
    head = kept.faces[0].head
    assert head is not None
    assert head.width > kept.faces[0].box.width
    coco = json.loads(saved(page, "COCO", tmp_path))
    assert [one["category_id"] for one in coco["annotations"]] == [1, 2, 1]
    assert len(saved(page, "YOLO", tmp_path).splitlines()) == 3
    assert len(saved(page, "CSV", tmp_path).splitlines()) == 3

    page.get_by_role("button", name="Search again").click()
    until(page, lambda: frame(page) == pytest.approx(found, abs=0.1))


def test_landmarks_are_dragged_and_json_is_loaded(
    page: Any, people: list[Path], tmp_path: Path
) -> None:
    look(page, "faces.landmarks", [people[0]])
    found = read(page, tmp_path).faces[0]
    assert found.landmarks is not None
    nose = found.landmarks["nose_tip"]
    picture = page.get_by_role("img", name="Before").bounding_box()
    zoom = picture["width"] / SIDE
    edit(page)
    start = picture["x"] + nose.x * zoom, picture["y"] + nose.y * zoom
    drag(page, start, (24 * zoom, 12 * zoom))
    page.get_by_text("Edited", exact=True).wait_for()
    edited = read(page, tmp_path).faces[0]
    assert edited.landmarks is not None
    changed = [name for name in found.landmarks if found.landmarks[name] != edited.landmarks[name]]
    assert len(changed) == 1
    assert changed[0].startswith("nose")
    tip = edited.landmarks[changed[0]]
    before = found.landmarks[changed[0]]
    assert (tip.x - before.x, tip.y - before.y) == pytest.approx((24, 12), abs=1)
    assert edited.box == found.box

    given = tmp_path / "boxes.json"
    given.write_text("[[100, 120, 300, 320], [10, 10, 60, 60]]", encoding="utf-8")
    page.locator("nj-faces input[type=file]").set_input_files(str(given))
    face(page, 2).wait_for()
    assert frame(page) == [100, 120, 300, 320]
    given.write_text('{"width": 9, "height": 9, "faces": []}', encoding="utf-8")
    page.locator("nj-faces input[type=file]").set_input_files(str(given))
    page.get_by_text("belongs to a picture of 9 × 9 pixels").wait_for()
    assert frame(page) == [100, 120, 300, 320]


def test_crops_follow_the_edit_and_tell_where_they_are_from(
    page: Any, people: list[Path], tmp_path: Path
) -> None:
    look(page, "faces.crop", people)
    page.get_by_role("button", name="Add face").click()
    face(page, 2).wait_for()
    left = page.get_by_role("spinbutton", name="Left").first
    left.fill("150")
    left.press("Tab")
    box = frame(page, 2)
    page.get_by_role("button", name="Run on all 2").click()
    sheet = page.get_by_role("group", name="Contact sheet")
    ones = sheet.get_by_role("region", name="one.png")
    ones.get_by_role("button").nth(1).wait_for()
    sheet.get_by_role("region", name="two.png").get_by_role("button").nth(1).wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all").click()
    assert download.value.suggested_filename == "nijigen.zip"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename.endswith("crop.zip")

    ones.get_by_role("button", name="Face 2 of one.png: show where it is").click()
    chosen = page.get_by_role("region", name="Face 2", exact=True)
    chosen.wait_for()
    assert frame(page, 2) == box
    assert chosen.get_by_role("spinbutton", name="Left").first.input_value() == "150"
    page.get_by_role("radio", name="Result").press("Space")
    sheet.wait_for()


@pytest.mark.parametrize("look_of", ["light", "dark"])
def test_a_phone_and_axe(page: Any, people: list[Path], look_of: str) -> None:
    source = axe_source()
    page.emulate_media(color_scheme=look_of, reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "faces.attributes", [people[0]])
    edit(page)
    page.get_by_text("Hair color", exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate(source)

    def serious() -> list[str]:
        found = page.evaluate("axe.run()")["violations"]
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:200]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]

    assert serious() == []
    page.goto("/#/bench/faces.crop")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("group", name="Contact sheet").get_by_role("button").first.wait_for()
    assert serious() == []


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_faces_speak_every_language(page: Any, people: list[Path], code: str) -> None:
    page.goto("/")
    pick(page, [people[0]])
    page.get_by_role("combobox", name="Language").select_option(code)
    for operation in ("detect", "landmarks", "attributes", "crop", "align", "overlay"):
        page.goto(f"/#/bench/faces.{operation}")
        page.locator(".face-item").first.wait_for()
        body = page.get_by_role("tabpanel").inner_text()
        # Most names of formats and engines are not written like words.
        words = set(re.findall(r"\b[A-Z]?[a-z]{3,}\b", body))
        assert words <= NAMES, (operation, body)
