"""The workbench in a real browser: drop, enlarge, compare, undo, reload; by role and name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nijigen.color._palettes.swatches import read
from studio.steps import bench, drop, move, pick, run, size_of_result, until


def test_drop_enlarge_compare_undo_reload_still_there(page: Any, files: list[Path]) -> None:
    page.goto("/")
    page.get_by_role("heading", name="I want to …").wait_for()
    drop(page, files[0])
    page.get_by_role("heading", name="Pictures ready: 1").wait_for()
    page.get_by_role("button", name=re.compile("^Enlarge fast")).click()

    factor = page.get_by_role("spinbutton", name="Factor")
    factor.fill("3")
    factor.press("Tab")
    run(page)
    assert size_of_result(page).startswith("288 × 216")

    # Compare: the border follows the keyboard, the lens the mouse, both pictures share one place.
    border = page.get_by_role("slider", name="Divider between before and after")
    border.press("ArrowRight")
    until(page, lambda: border.get_attribute("aria-valuenow") == "52")

    def image(name: str) -> Any:
        return page.get_by_role("img", name=name).bounding_box()

    before, after = image("Before"), image("After")
    assert before == pytest.approx(after, abs=1)
    page.get_by_role("group", name=re.compile("^Picture view")).press("+")
    until(page, lambda: image("After")["width"] > after["width"])
    assert image("Before") == pytest.approx(image("After"), abs=1)
    page.get_by_role("radio", name="Lens").check(force=True)
    page.get_by_role("button", name="Lens, move it with the arrow keys").wait_for()

    # The result becomes the source; undo and redo go through the whole chain.
    page.get_by_role("button", name="Use as source").click()
    chain = page.get_by_role("navigation", name="Steps")
    until(page, lambda: chain.get_by_role("button").count() == 2)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("group", name="Result", exact=True).wait_for()
    page.keyboard.press("Control+z")
    page.get_by_role("group", name="Result", exact=True).wait_for(state="detached")
    page.get_by_role("button", name="Redo").click()
    page.get_by_role("group", name="Result", exact=True).wait_for()

    page.reload()
    page.get_by_role("group", name="Result", exact=True).wait_for()
    assert size_of_result(page).startswith("288 × 216")
    assert page.get_by_role("spinbutton", name="Factor").input_value() == "3"
    page.get_by_role("tab", name=re.compile("^History")).click()
    history = page.get_by_role("list", name="History")
    until(page, lambda: history.get_by_role("listitem").count() == 1)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("group", name="Result", exact=True).wait_for(state="detached")


def test_download_gives_the_bytes_under_the_typed_name(
    page: Any, files: list[Path], tmp_path: Path
) -> None:
    bench(page, "formats.convert", [files[2]])
    page.get_by_role("combobox", name="Format").select_option("webp")
    page.get_by_role("switch", name="Lossless").check()
    run(page)
    name = page.get_by_role("textbox", name="File name")
    assert name.input_value().endswith(".webp")
    name.fill("mine.webp")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == "mine.webp"
    download.value.save_as(tmp_path / "mine.webp")
    with Image.open(tmp_path / "mine.webp") as got, Image.open(files[2]) as source:
        assert got.format == "WEBP"
        visible = np.array(source)[:, :, 3] > 0
        assert np.array_equal(np.array(got)[visible], np.array(source)[visible])


def test_live_preview_follows_the_settings_and_the_frame(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", [files[0]])
    after = page.get_by_role("img", name="After")
    after.wait_for(state="attached")
    first = after.get_attribute("src")
    page.get_by_role("slider", name="Cell").press("ArrowRight")
    page.wait_for_function(
        "old => document.querySelector('.after img')?.getAttribute('src') !== old", arg=first
    )
    assert page.get_by_role("spinbutton", name="Cell").input_value() == "8.5"
    # What is not of use beside the others is hidden, what was changed can be reset.
    assert page.get_by_role("textbox", name="Second ink as HEX").count() == 0
    page.locator("[data-setting=mode] select").select_option(label="Two inks")
    page.get_by_role("textbox", name="Second ink as HEX").wait_for()
    page.get_by_role("button", name="Reset Cell").click()
    until(page, lambda: page.get_by_role("spinbutton", name="Cell").input_value() == "8")
    frame = page.get_by_role("group", name="Preview frame, move it with the arrow keys")
    corner = page.get_by_role("button", name=re.compile("^Size of the preview frame"))
    width = frame.bounding_box()["width"]
    corner.press("ArrowLeft")
    until(page, lambda: frame.bounding_box()["width"] < width)
    left = frame.bounding_box()["x"]
    frame.press("ArrowRight")
    until(page, lambda: frame.bounding_box()["x"] > left)


def test_what_auto_chooses_is_shown_before_the_run(page: Any, files: list[Path]) -> None:
    bench(page, "upscale.auto", [files[0]])
    style = page.locator("[data-setting=style]")
    style.get_by_text("For this picture: Drawing").wait_for()
    page.locator("[data-setting=denoise]").get_by_text(re.compile("^For this picture: ")).wait_for()
    # It may be overruled, and then there is nothing to choose.
    style.get_by_role("radio", name="Photograph").check(force=True)
    style.get_by_text("For this picture:").wait_for(state="detached")
    assert page.get_by_role("group", name="Result", exact=True).count() == 0


def test_an_invalid_setting_shows_its_error(page: Any, files: list[Path]) -> None:
    bench(page, "upscale.waifu2x", [files[0]])
    page.get_by_role("radio", name="cunet").check(force=True)
    page.get_by_role("radio", name="Photograph").check(force=True)
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "cunet" in alert.inner_text()
    # The refused preview is an expected answer; the console notes it all the same.
    page.get_by_role("radio", name="Drawing").check(force=True)
    alert.wait_for(state="detached")


def test_several_pictures_run_as_a_batch(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", files)
    page.get_by_role("button", name="Run on all 3").click()
    page.get_by_text("Batch started: 3 pictures").wait_for()
    page.get_by_role("button", name="Download all").wait_for()
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Queue").click()
    batch = page.get_by_role("region", name="3 pictures · Halftone")
    batch.wait_for()
    assert batch.get_by_role("listitem").count() == 3
    with page.expect_download() as download:
        batch.get_by_role("button", name="Download all").click()
    assert download.value.suggested_filename == "nijigen.zip"


def test_an_old_list_of_jobs_undoes_nothing(page: Any, files: list[Path]) -> None:
    """The list that is asked for at the start comes after what was told of a newer job."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        if route.request.method == "GET":
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route(re.compile("/api/jobs$"), hold)
    page.goto("/#/queue")
    until(page, lambda: bool(held))
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Pause").wait_for()
    bench(page, "effects.halftone", [files[0]])
    run(page)
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Queue").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("The queue is paused.").wait_for()
    shown = page.get_by_role("button", name="Download: ")
    before = shown.count()
    assert before >= 1
    for route, answer in held:
        with page.expect_response(re.compile("/api/jobs$")):
            route.fulfill(response=answer)
    page.wait_for_timeout(300)
    assert shown.count() >= before
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Pause").wait_for()


@pytest.mark.parametrize(("format", "start"), [("ase", b"ASEF"), ("gpl", b"GIMP Palette")])
def test_a_swatch_file_is_saved_as_it_is(
    page: Any, files: list[Path], tmp_path: Path, format: str, start: bytes
) -> None:
    bench(page, "color.palette", files[:1])
    page.get_by_role("combobox", name="Format").select_option(format)
    page.get_by_role("button", name="Run", exact=True).click()
    pane = page.get_by_role("group", name="Result", exact=True)
    with page.expect_download() as download:
        pane.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == f"{files[0].stem}-palette.{format}"
    download.value.save_as(tmp_path / "made")
    content = (tmp_path / "made").read_bytes()
    assert content.startswith(start)
    assert len(read(content)) > 1
    # A text is shown as one.
    assert pane.locator("pre").count() == (format == "gpl")


def test_presets_commands_and_recipes(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", [files[0]])
    cell = page.get_by_role("spinbutton", name="Cell")
    cell.fill("5")
    cell.press("Tab")
    page.get_by_role("button", name="Save preset").click()
    page.get_by_role("textbox", name="Name").fill("manga")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Reset Cell").click()
    page.reload()
    page.get_by_role("button", name="manga", exact=True).click()
    until(page, lambda: page.get_by_role("spinbutton", name="Cell").input_value() == "5")

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Copy as command line").click()
    page.get_by_text("Copied:").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert "nijigen effects halftone" in text
    assert "--cell 5" in text

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Save as recipe").click()
    page.get_by_role("textbox", name=re.compile("^Name")).fill("my_screen")
    page.get_by_role("textbox", name="What it does").fill("Screen as I like it.")
    page.get_by_role("button", name="Save", exact=True).click()
    # What is written into the user's folder is confirmed.
    page.get_by_role("dialog", name="Save a recipe").get_by_text("my_screen.toml").wait_for()
    page.get_by_role("button", name="Do it", exact=True).click()
    page.get_by_text("It is now available as an operation: my_screen").wait_for()
    page.get_by_role("combobox", name="Operation").select_option("recipes.my_screen")
    page.get_by_role("heading", name="My screen").wait_for(state="attached")
    run(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete this recipe").click()
    page.get_by_role("dialog", name="Delete a recipe").get_by_text("my_screen.toml").wait_for()
    page.get_by_role("button", name="Do it", exact=True).click()
    page.get_by_role("heading", name="I want to …").wait_for()


def test_keyboard_alone_is_enough(page: Any, files: list[Path]) -> None:
    page.goto("/")
    page.get_by_role("heading", name="I want to …").wait_for()
    move(page, "Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    move(page, "Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    pick(page, [files[1]])
    wish = re.compile("^Render as halftone")

    def go_to(name: str | re.Pattern[str], role: Any = "button", most: int = 80) -> None:
        wanted = page.get_by_role(role, name=name).first.element_handle()
        for _ in range(most):
            if page.evaluate("element => element === document.activeElement", wanted):
                return
            move(page, "Tab")
        raise AssertionError(f"the Tab key never came to {name}")

    go_to(wish)
    page.keyboard.press("Enter")
    page.get_by_role("slider", name="Cell").wait_for()
    go_to("Cell", role="slider")
    page.keyboard.press("ArrowUp")
    go_to(re.compile("^Run$"))
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Result", exact=True).wait_for()
    go_to("More")
    page.keyboard.press("Enter")
    first = "document.activeElement.textContent"
    until(page, lambda: page.evaluate(first) == "Copy as command line")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    label = "document.activeElement.getAttribute('aria-label')"
    until(page, lambda: page.evaluate(label) == "More")


def test_an_operation_without_inputs_makes_a_picture(page: Any) -> None:
    page.goto("/#/bench/generate.character")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("group", name=re.compile("^Picture view")).wait_for()
    # There is nothing to crop, so no preview is asked for: it would be refused.
    page.wait_for_timeout(600)
    assert page.get_by_role("log").get_by_role("button").count() == 0


def test_a_still_is_made_to_move(page: Any, files: list[Path]) -> None:
    bench(page, "effects.glitch", [files[0]])
    page.get_by_role("button", name="Make it move").click()
    page.get_by_role("group", name="Result", exact=True).wait_for()
    shown = page.locator(".after img").get_attribute("src")
    # The chunk that announces the frames of a PNG; browsers play it.
    assert b"acTL" in page.request.get(shown).body()[:200_000]
    # What made it is a setting like others.
    assert page.locator("[data-setting=loop] input").first.input_value() == "2"
    assert page.get_by_role("button", name="Make it move").count() == 0
