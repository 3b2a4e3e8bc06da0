"""The dressing-room's exports: pictures, layers, sheets and animations."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from extras import needs
from nijigen import get
from studio.room import address, enter


def taken(page: Any, kind: str, choose: str = "", **entries: str) -> tuple[str, bytes]:
    """Export and return the name and the bytes of the file."""
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=kind, exact=True).check(force=True)
    if choose:
        dialog.get_by_role("radio", name=choose, exact=True).check(force=True)
    size = dialog.get_by_role("combobox", name="Longer side")
    if size.count():
        size.select_option("256")
    for name, value in entries.items():
        dialog.get_by_label(name).fill(value)
        dialog.get_by_label(name).press("Tab")
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download").click()
    dialog.wait_for(state="detached")
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_exports_open_in_python(page: Any) -> None:
    enter(page, "seed=5")
    name, data = taken(page, "Picture")
    assert name == "character-5.png"
    whole = np.asarray(Image.open(io.BytesIO(data)))
    expected = get("generate.character")(seed=5, width=256, height=256)
    assert np.array_equal(whole, expected.pixels)
    name, data = taken(page, "Line art")
    assert name == "character-5-lines.png"
    assert Image.open(io.BytesIO(data)).mode == "L"
    name, data = taken(page, "Vector graphics")
    assert name == "character-5.svg"
    assert ElementTree.fromstring(data).tag == "{http://www.w3.org/2000/svg}svg"
    name, data = taken(page, "Layers", "PSD")
    assert name == "character-5.psd"
    psd_tools = needs("psd_tools")
    groups = [group.name for group in psd_tools.PSDImage.open(io.BytesIO(data))]
    assert "clothes" in groups
    name, data = taken(page, "Layers", "OpenRaster")
    assert name == "character-5.ora"
    assert "stack.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_avatars_and_sprites_are_transparent(page: Any) -> None:
    enter(page, "seed=5&background=sky")
    for kind, suffix in (("Avatar, transparent", "avatar"), ("Sprite, transparent", "sprite")):
        name, data = taken(page, kind, "PNG")
        assert name == f"character-5-{suffix}.png"
        picture = Image.open(io.BytesIO(data))
        assert picture.mode == "RGBA"
        assert picture.getpixel((0, 0))[3] == 0


def test_sheets_and_animations_are_exported(page: Any) -> None:
    enter(page, "seed=5")
    name, data = taken(page, "Contact sheet", Count="4", Columns="2")
    assert name == "character-5-sheet.png"
    sheet = Image.open(io.BytesIO(data))
    assert sheet.width >= 512
    assert sheet.height >= 512
    name, data = taken(page, "Turning head", "GIF", Frames="6")
    assert name == "character-5-turning.gif"
    assert getattr(Image.open(io.BytesIO(data)), "n_frames", 1) >= 5
    name, data = taken(page, "Talking head", "APNG", Text="ai")
    assert name == "character-5-talking.png"
    assert getattr(Image.open(io.BytesIO(data)), "n_frames", 1) > 1


def test_without_background_is_transparent_and_goes_to_the_bench(page: Any) -> None:
    enter(page, "seed=5&background=none")
    page.locator(".portrait.clear").wait_for()
    _, data = taken(page, "Picture")
    assert Image.open(io.BytesIO(data)).mode == "RGBA"
    page.get_by_role("button", name="Export").click()
    page.get_by_role("button", name="Open in the workbench").click()
    page.get_by_role("button", name="character-5.png", exact=True).wait_for()
    assert address(page) == "#/bench"
