"""What goes out of the coloring desk and in: layered files, hint files."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from extras import needs
from nijigen import Picture, get
from studio.desk_steps import (
    INNER,
    LEFT,
    RIGHT,
    SIZE,
    draw,
    enter,
    fill,
    ink,
    seen,
    settle,
    state,
    take,
)
from studio.steps import until

LAYERS = ["paper", "flat", "shadow", "line"]


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
    psd_tools = needs("psd_tools")
    enter(page, scan)
    fill(page, "#ffd24a", LEFT)
    fill(page, "#3a7bd5", RIGHT)
    take(page, "Brush hint")
    ink(page, "#d2524f")
    draw(page, (460, 330), (480, 345), (500, 335))
    until(page, lambda: seen(page, INNER) == "#d2524f")
    page.get_by_role("tab", name="Layers").click()
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
    page.get_by_role("tab", name="Layers").click()
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


def test_hints_are_saved_and_loaded(page: Any, scan: Path, tmp_path: Path) -> None:
    enter(page, scan)
    fill(page, "#ffd24a", LEFT)
    fill(page, "#3a7bd5", RIGHT)

    def more(entry: str) -> None:
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name=entry).click()

    with page.expect_download() as waiting:
        more("Save hints to a file")
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
    page.get_by_role("log").get_by_text("hints.json contains no hints.").wait_for()
