"""The SVG: well-formed, named, and the same drawing."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from nijigen import Picture, get
from nijigen.core.drawing import Drawing
from nijigen.generate._character.drawing.curves import ellipse
from nijigen.generate._character.drawing.svg import curve

SVG = "{http://www.w3.org/2000/svg}"


def drawn(seed: int, **settings: Any) -> Drawing:
    made = get("generate.character")(seed=seed, **settings)
    assert isinstance(made, Drawing)
    return made


def test_groups_are_named() -> None:
    root = ElementTree.fromstring(drawn(8, background="plain", mouth="open").svg())
    names = {group.get("id") for group in root.iter(SVG + "g")}
    assert {"background", "hair_back", "body", "clothes", "head", "eyes", "face", "iris.left",
            "brow.right", "mouth"} <= names  # fmt: skip
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("seed", [8, 21])
def test_everything_that_is_referred_to_is_there(seed: int) -> None:
    text = drawn(seed, shading="soft").svg()
    root = ElementTree.fromstring(text)
    ids = {element.get("id") for element in root.iter()}
    used = {*re.findall(r"url\(#([^)]+)\)", text), *re.findall(r'href="#([^"]+)"', text)}
    assert used <= ids
    assert any(name.startswith("soft") for name in used)
    assert "nan" not in text
    assert all(path.get("d", "").endswith("z") for path in root.iter(SVG + "path"))


def test_no_clip_leads_to_endless_work() -> None:
    """A clip within a clip within a clip: viewers cut as often as there are ways through."""
    for seed in range(12):
        text = drawn(seed, width=64, height=64).svg()
        clips = {
            match[1]: re.findall(r'href="#([^"]+)"', match[2])
            for match in re.finditer(r'<clipPath id="([^"]+)">(.*?)</clipPath>', text)
        }
        clipped = dict(re.findall(r'<path id="([^"]+)"[^>]*clip-path="url\(#([^)]+)\)"', text))

        def ways(clip: str) -> int:
            return sum(1 + (ways(clipped[a]) if a in clipped else 0) for a in clips[clip])  # noqa: B023

        # A kimono has 45 petals, each cut by the cloth.
        assert max(map(ways, clips)) < 100


def test_what_was_rolled_is_told() -> None:
    root = ElementTree.fromstring(drawn(8, eyes="cat").svg())
    told = next(e for e in root.iter(SVG + "metadata") if e.get("id") == "traits")
    assert json.loads(told.text or "")["eyes"] == "cat"


def test_same_seed_same_text() -> None:
    assert drawn(3).svg() == drawn(3).svg()
    assert drawn(3).svg() != drawn(3, vary="pose", vary_seed=5).svg()


def test_line_art_is_black_and_white_and_flats_have_no_lines() -> None:
    lines = drawn(8, rendering="lines", width=96, height=96).svg()
    assert set(re.findall(r'fill="([^"]+)"', lines)) == {"#000000", "#ffffff"}
    assert "class=" in lines
    assert "<rect" in lines
    flat = drawn(8, rendering="flat", width=96, height=96).svg()
    assert "class=" not in flat


@pytest.mark.parametrize("rendering", ["pencil", "manga", "gray"])
def test_what_is_made_of_pixels_has_no_vectors(rendering: str) -> None:
    made = get("generate.character")(rendering=rendering, width=32, height=32)
    assert type(made) is Picture


def test_no_shading_means_none() -> None:
    assert 'class="shade"' in drawn(3, shading="cel").svg()
    assert 'class="shade"' not in drawn(3, shading="none").svg()


def test_a_file_is_of_moderate_size() -> None:
    assert max(len(drawn(seed).svg()) for seed in range(6)) < 600_000


def test_a_curve_keeps_to_its_points() -> None:
    path = curve(ellipse(50, 50, 40, 30, 96))
    assert path.count("c") < 60
    x, y = (float(n) for n in re.findall(r"[\d.]+", path)[:2])
    places = []
    for move in re.findall(r"[cl]([^clz]+)", path):
        steps = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", move)]
        x, y = x + steps[-2], y + steps[-1]
        places.append((x, y))
    off = np.hypot(*((np.array(places) - 50) / (40, 30)).T)
    assert np.abs(off - 1).max() <= 0.01
    # It ends where it began, whatever was rounded on the way.
    assert places[-1] == pytest.approx((90, 50), abs=0.02)


def test_edges_stay_straight() -> None:
    square = np.array([(0, 0), (90, 0), (90, 90), (0, 90)], float)
    assert curve(square) == "M0 0l90 0l0 90l-90 0z"


CASES: list[dict[str, Any]] = [
    {"seed": 7, "shading": "cel"},
    {"seed": 8, "shading": "soft"},
    {"seed": 12, "shading": "none", "background": "none"},
    {"seed": 40, "rendering": "flat"},
    {"seed": 21, "rendering": "lines"},
]


def test_a_browser_shows_the_same(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here to show the drawings")
    side = 256
    page = "<style>body{margin:0;font-size:0}</style>"
    for case in CASES:
        page += "<img src='data:image/svg+xml;base64,"
        page += base64.b64encode(drawn(**case, width=side, height=side).svg().encode()).decode()
        page += "'>"
    (tmp_path / "page.html").write_text(page)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    shot = tmp_path / "shot.png"
    subprocess.run(
        [chromium, *flags, f"--user-data-dir={tmp_path / 'user'}", f"--screenshot={shot}",
         f"--window-size={side * len(CASES)},{side}", (tmp_path / "page.html").as_uri()],
        capture_output=True, check=True, timeout=300,
    )  # fmt: skip
    shown = Picture.open(shot).rgb().pixels.astype(int)
    for number, case in enumerate(CASES):
        seen = shown[:side, number * side : (number + 1) * side]
        off = np.abs(seen - drawn(**case, width=side, height=side).rgb().pixels)
        assert off.mean() < (6 if case.get("rendering") == "lines" else 3), case
        assert (off.max(axis=2) > 90).mean() < 0.02, case
