"""Home shows what was made, what runs and what failed; a missing model is one click."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nijigen import get
from nijigen.imaging.files import READABLE
from studio.steps import bench, run, until

MODEL = "waifu2x-cunet"
MISSING = {
    "title": "ModelError",
    "status": 503,
    "detail": f"model {MODEL} is not installed: up.bin is missing",
    "hint": f"run: nijigen models get {MODEL}",
    "model": MODEL,
}


def recent(page: Any) -> Any:
    return page.get_by_role("region", name="Latest results")


def test_a_result_is_a_picture_of_before_and_after(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    get("generate.character")(seed=77, width=128, height=128).save(path)
    bench(page, "effects.halftone", [path])
    run(page)
    page.goto("/#/")
    card = recent(page).get_by_role("listitem").filter(has_text="mine-halftone.png")
    card.wait_for()
    halves = card.locator(".pair img")
    until(page, lambda: all(halves.nth(n).evaluate("one => one.naturalWidth > 0") for n in (0, 1)))
    assert len({halves.nth(n).get_attribute("src") for n in (0, 1)}) == 2
    card.get_by_role("button").click()
    page.get_by_role("group", name="Result", exact=True).wait_for()


def test_a_palette_is_stripes(page: Any, files: list[Path]) -> None:
    bench(page, "color.palette", files[:1])
    run(page)
    page.goto("/#/")
    card = recent(page).get_by_role("listitem").filter(has_text="palette.json").first
    card.locator(".stripes .swatch").first.wait_for()
    card.get_by_role("button").click()
    page.get_by_role("list", name="Palette").wait_for()


def test_pictures_of_every_readable_format_can_be_picked(page: Any) -> None:
    page.goto("/#/")
    picker = page.locator("nj-drop input.files")
    until(page, lambda: ".kra" in picker.get_attribute("accept"))
    assert set(picker.get_attribute("accept").split(",")) == {"image/*", *READABLE}


def failing(job: dict[str, Any], error: dict[str, Any]) -> dict[str, Any]:
    return {**job, "state": "failed", "result": None, "error": error}


def test_failed_and_running_jobs_say_so(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", files[:1])
    run(page)

    def change(route: Any) -> None:
        answer = route.fetch().json()
        first, *others = answer["jobs"]
        error = {"title": "BadPicture", "status": 422, "detail": "the picture is too odd"}
        running = {**first, "id": "1" * 12, "state": "running", "progress": 0.4, "result": None}
        answer["jobs"] = [running, failing(first, error), *others]
        route.fulfill(body=json.dumps(answer))

    page.route(re.compile("/api/jobs$"), change)
    page.route("**/api/jobs/events", lambda route: route.continue_())
    page.goto("/")
    page.reload()
    region = recent(page)
    region.get_by_text("The picture is too odd").wait_for()
    assert region.get_by_role("button", name="Retry").first.is_visible()
    assert region.get_by_role("progressbar").first.get_attribute("value") == "0.4"


def test_a_missing_model_is_one_click(page: Any, files: list[Path]) -> None:
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(
                status=503, body=json.dumps(MISSING), content_type="application/problem+json"
            )
        else:
            route.continue_()

    def missing(route: Any) -> None:
        page.unroute(f"**/api/models/{MODEL}")
        route.fulfill(body=json.dumps({**route.fetch().json(), "installed": False}))

    page.route("**/api/previews", refuse)
    page.route(f"**/api/models/{MODEL}", missing)
    # What the browser notes of the refusal is expected here.
    page.goto("/#/bench/upscale.waifu2x")
    bench(page, "upscale.waifu2x", files[:1])
    need = page.get_by_role("group", name=re.compile(f"^This needs the model {MODEL}"))
    need.get_by_text("33.5 MB").wait_for()
    need.get_by_role("button", name=re.compile("^Get")).click()
    # Nothing else is asked, and what was wanted goes on by itself.
    need.wait_for(state="detached")
    page.get_by_role("img", name="After").wait_for(state="attached")
    assert len(asked) > 1
    assert page.get_by_role("dialog").count() == 0


def test_a_job_that_lacked_a_model_is_retried_once_it_is_here(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", files[:1])
    run(page)

    def change(route: Any) -> None:
        answer = route.fetch().json()
        first, *others = answer["jobs"]
        answer["jobs"] = [failing(first, MISSING), *others]
        route.fulfill(body=json.dumps(answer))

    page.route(re.compile("/api/jobs$"), change)
    page.goto("/")
    page.reload()
    for place in ("/", "/#/queue"):
        page.goto(place)
        page.get_by_text(f"The model {MODEL} is now installed.").wait_for()
        assert page.get_by_role("button", name=re.compile("^Retry")).first.is_visible()
        assert page.get_by_role("button", name=re.compile("^Get ·")).count() == 0


def test_a_model_is_chosen_from_a_list(page: Any) -> None:
    page.goto("/#/commands/models.get")
    models = page.get_by_role("combobox", name="Model")
    models.select_option(MODEL)
    page.get_by_role("button", name="What will happen").click()
    page.get_by_role("region", name="What will happen").get_by_role("status").wait_for()
    page.goto("/#/commands/models.verify")
    page.get_by_role("checkbox", name=MODEL).check()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("region", name="Report").get_by_text(re.compile(f"{MODEL}: ok")).wait_for()
