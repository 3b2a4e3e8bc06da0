from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.formats.convert import convert
from pictures import drawing


def test_modes_and_depths() -> None:
    source = drawing(channels=4)
    assert convert(source, mode="gray").channels == 1
    assert convert(source, mode="rgb").channels == 3
    assert convert(drawing(), mode="rgba").channels == 4
    assert convert(source, depth="16").depth == 16
    assert convert(drawing(depth=16), depth="8").depth == 8
    assert np.array_equal(convert(source).pixels, source.pixels)


def test_background_shows_where_alpha_is_dropped() -> None:
    made = convert(drawing(channels=4), format="jpeg", background="navy")
    assert made.channels == 3
    assert made.pixels[0, 0].tolist() == [0, 0, 128]


def test_quality_reaches_the_file(tmp_path: Path) -> None:
    drawing(200, 200).save(tmp_path / "a.png")
    sizes = []
    for quality in (20, 95):
        target = tmp_path / f"{quality}.jpg"
        words = ["formats", "convert", str(tmp_path / "a.png"), "-o", str(target)]
        assert main([*words, "--quality", str(quality)]) == 0
        sizes.append(target.stat().st_size)
    assert sizes[0] * 2 < sizes[1]


@pytest.mark.parametrize(("ending", "off"), [("webp", 0), ("avif", 2)])
def test_lossless_keeps_every_pixel(ending: str, off: int, tmp_path: Path) -> None:
    drawing(channels=4).save(tmp_path / "a.png")
    target = tmp_path / f"b.{ending}"
    words = ["formats", "convert", str(tmp_path / "a.png"), "-o", str(target), "--lossless"]
    assert main(words) == 0
    kept, source = Picture.open(target).pixels, drawing(channels=4).pixels
    visible = source[:, :, 3] > 0
    assert np.abs(kept[visible].astype(int) - source[visible]).max() <= off


def test_a_folder_becomes_the_format(tmp_path: Path) -> None:
    drawing().save(tmp_path / "in" / "a.png")
    assert (
        main(
            [
                "formats",
                "convert",
                str(tmp_path / "in"),
                "-o",
                str(tmp_path / "out"),
                "--format",
                "jpeg",
            ]
        )
        == 0
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.jpg"]
