"""Inputs beside the current picture: optional ones, several at once; and notes on a result."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pictures import animation, drawing
from studio.steps import bench, pick, run, size_of_result


def test_an_optional_input_may_be_chosen_or_left_out(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", files[:2])
    mask = page.get_by_role("combobox", name="Mask")
    assert mask.evaluate("control => control.selectedOptions[0].text") == "None"
    run(page)
    mask.select_option(label=files[0].name)
    run(page)


def test_several_pictures_become_one(page: Any, files: list[Path]) -> None:
    bench(page, "formats.animate", files[:3])
    group = page.get_by_role("group", name="Pictures")
    boxes = [group.get_by_role("checkbox", name=path.name) for path in files[:3]]
    assert all(box.is_checked() for box in boxes)
    boxes[1].uncheck()
    assert page.get_by_role("button", name="Run all").count() == 0
    run(page)
    notes = page.get_by_role("list", name="Notes")
    if notes.count():
        assert "centered" in notes.inner_text()


def test_what_was_lost_is_shown_with_the_result(page: Any, tmp_path: Path) -> None:
    source = tmp_path / "clear.png"
    drawing(60, 50, channels=4).save(source)
    bench(page, "formats.convert", [source])
    page.get_by_role("combobox", name="Format").select_option("gif")
    run(page)
    assert size_of_result(page).startswith("60 × 50")
    assert "GIF" in page.get_by_role("list", name="Notes").inner_text()


def test_several_files_come_side_by_side(page: Any, tmp_path: Path) -> None:
    source = tmp_path / "walk.apng"
    animation(3).save(source)
    page.goto("/#/bench/formats.frames")
    pick(page, [source])
    page.get_by_role("button", name=re.compile("^Run( again)?$")).click()
    files = page.get_by_role("list", name="Files: 4")
    files.wait_for()
    assert files.get_by_role("img").count() == 3
    with page.expect_download() as download:
        files.get_by_role("button", name="frames.json").click()
    assert download.value.suggested_filename == "frames.json"
    page.get_by_role("button", name="Add all to the workbench").click()
    page.get_by_role("button", name="frame 003.png", exact=True).wait_for()
