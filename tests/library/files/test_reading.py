"""What the library records of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from nijigen.library.files.reading import read


@pytest.mark.parametrize(
    ("name", "format"), [("a.png", "png"), ("a.jpg", "jpeg"), ("a.webp", "webp")]
)
def test_format_is_what_the_content_says(tmp_path: Path, name: str, format: str) -> None:
    Image.new("RGB", (20, 10), "red").save(tmp_path / name)
    (tmp_path / name).rename(tmp_path / "other.gif")
    assert (found := read(tmp_path / "other.gif")).format == format
    assert found.size == (20, 10)


def test_a_drawing_stays_svg(tmp_path: Path) -> None:
    path = tmp_path / "drawing.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>')
    assert read(path).format == "svg"
