"""Duplicates in the library, decided with keys."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))

from collection import scene

from nijigen.library import Library
from studio.steps import until

SEEDS = (101, 102, 103)


@pytest.fixture
def pairs(data: Path, server: str, tmp_path: Path) -> Iterator[list[tuple[Path, Path]]]:
    """Drawings of the library, each with a smaller JPEG; of the last an equal file."""
    folder = tmp_path / "pairs"
    folder.mkdir()
    made = []
    for seed in SEEDS:
        path = folder / f"{seed}.png"
        scene(seed).save(path)
        copy = folder / f"{seed} copy.jpg"
        if seed == SEEDS[-1]:
            copy = folder / f"{seed} copy.png"
            shutil.copy(path, copy)
        else:
            scene(seed).pil().resize((336, 240), Image.Resampling.LANCZOS).save(copy, quality=70)
        made.append((path, copy))
    with Library(data / "home" / "library", writing=True) as library:
        library.add([folder])
    yield made
    with Library(data / "home" / "library") as library:
        library.remove([folder])


def test_pairs_are_decided_with_keys_and_undone(page: Any, pairs: list[tuple[Path, Path]]) -> None:
    page.goto("/#/library/duplicates")
    page.get_by_text(f"1 of {len(pairs)}").wait_for()
    region = page.get_by_role("region", name="Duplicates")

    def shown() -> list[Path]:
        code = region.locator("figure code")
        return [Path(code.nth(at).inner_text()) for at in range(2)]

    def said() -> str:
        return str(region.locator(".pill").first.inner_text())

    left, right = shown()
    names = {said()}
    page.keyboard.press("ArrowLeft")
    page.get_by_text(f"2 of {len(pairs)}").wait_for()
    assert (left.exists(), right.exists()) == (True, False)
    page.keyboard.press("u")
    page.get_by_text(f"1 of {len(pairs)}").wait_for()
    assert shown() == [left, right]
    assert right.exists()
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"2 of {len(pairs)}").wait_for()
    assert (left.exists(), right.exists()) == (False, True)
    names.add(said())
    page.keyboard.press("b")
    page.get_by_text(f"3 of {len(pairs)}").wait_for()
    assert {*names, said()} == {"resized", "The same file"}
    page.keyboard.press("n")
    page.get_by_text("All pairs are decided.").wait_for()
    # What was decided does not come back; what was passed over does.
    page.goto("/#/library")
    page.goto("/#/library/duplicates")
    until(page, lambda: region.locator("figure").count() == 2 or region.get_by_text("1 of").count())
    assert left not in shown()


def test_only_the_page_may_move_files_and_only_known_ones(
    page: Any, server: str, pairs: list[tuple[Path, Path]]
) -> None:
    found = page.request.get("/api/library/duplicates").json()
    file = {"id": found[0]["other"]["id"], "path": found[0]["other_path"]}
    body = {"file": file, "keeper": {"id": found[0]["keep"]["id"], "path": "/etc/passwd"}}
    # A request that does not come from a page of the studio.
    refused = page.request.post("/api/library/trash", data=body)
    assert (refused.status, refused.json()["title"]) == (403, "NotTheStudio")
    as_page = {"Origin": server, "Sec-Fetch-Site": "same-origin", "Nijigen-Studio": "1"}
    unknown = page.request.post("/api/library/trash", data=body, headers=as_page)
    assert (unknown.status, unknown.json()["title"]) == (404, "NotFound")
    assert all(path.exists() for pair in pairs for path in pair)
