from __future__ import annotations

import io
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene

from nijigen import Picture
from nijigen.library import Library
from nijigen.library.matching.geometry import Placement, Query
from nijigen.library.matching.kinds import Comparison, compare


def compared(folder: Path, one: Image.Image, other: Image.Image) -> Comparison | None:
    """Compare two pictures of a library."""
    paths = [folder / "one.png", folder / "other.png"]
    for path, image in zip(paths, (one, other), strict=True):
        Picture(np.asarray(image)).save(path)
    with Library(folder / "library", writing=True) as library:
        library.add(paths)
        return library.compare(1, 2)


def page() -> tuple[Image.Image, Image.Image]:
    """Draw a page of four panels; return it and the second panel."""
    sheet = Image.new("RGB", (620, 460), "white")
    panels = [scene(seed, (290, 210)).pil() for seed in range(4)]
    for index, panel in enumerate(panels):
        sheet.paste(panel, (10 + index % 2 * 310, 10 + index // 2 * 230))
    return sheet, panels[1]


def test_a_changed_part_is_a_variant_and_shown(tmp_path: Path) -> None:
    one = scene(4).pil()
    other = one.copy()
    pen = ImageDraw.Draw(other)
    pen.ellipse((200, 100, 240, 130), fill="pink", outline="black", width=3)
    found = compared(tmp_path, one, other)
    assert found is not None
    assert found.verdict == "variant"
    assert found.changed_box is not None
    assert np.allclose(found.changed_box, (200, 100, 240, 130), atol=8)
    assert found.changed == pytest.approx(np.pi * 20 * 15 / (420 * 300), rel=1)


def test_what_is_too_small_for_a_thumbnail_is_seen_in_the_files(tmp_path: Path) -> None:
    one = scene(4, (1600, 1200)).pil()
    other = one.copy()
    ImageDraw.Draw(other).ellipse((820, 500, 828, 508), "black")
    close = Picture(np.asarray(other.crop((420, 270, 1300, 930))))
    compared(tmp_path, one, other)
    with Library(tmp_path / "library") as library:
        hits = library.search(close)
        found = {hit.places[0].path.name: hit for hit in hits}
        assert found["other.png"].kinds[0] == "same artwork"
        assert found["one.png"].kinds[0] == "variant"
        comparison = found["one.png"].comparison
        assert comparison is not None
        assert comparison.changed_box is not None
        assert np.allclose(comparison.changed_box, (820, 500, 828, 508), atol=8)
        # Without its file only the thumbnail is left.
        (tmp_path / "one.png").unlink()
        assert library.search(close)[1].kinds[0] == "same artwork"


def test_what_is_alike_at_the_best_of_all_positions_has_to_be_more_alike() -> None:
    view = (scene(4, (320, 240)).rgb().pixels * 0.1 + 100).astype(np.uint8)
    noise = np.random.default_rng(1).normal(0, 36, view.shape).astype(np.float32)
    other = (view + cv2.GaussianBlur(noise, (0, 0), 1.5)).clip(0, 255).astype(np.uint8)
    size = (320, 240)
    found = [
        compare(
            Query(view), size, other, size, Placement(np.eye(3), False, 0.9, inliers, tried=tried)
        )
        for inliers, tried in ((0, False), (20, True), (0, True))
    ]
    assert found[0].structure == pytest.approx(0.9, abs=0.03)
    assert [one.verdict for one in found] == ["same artwork", "same artwork", "similar"]


def test_another_size_is_the_same_artwork(tmp_path: Path) -> None:
    found = compared(tmp_path, scene(4).pil(), scene(4).pil().resize((840, 600)))
    assert found is not None
    assert found.kinds == ("same artwork", "resized")


def test_a_drawing_on_white_paper_is_not_fitted_to_its_noise(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(-2, 3, (300, 420, 3))
    image = Image.new("RGB", (420, 300), (250, 250, 250))
    image.paste(scene(4, (150, 110)).pil(), (60, 70))
    noisy = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
    found = compared(tmp_path, noisy, image)
    assert found is not None
    assert found.structure > 0.95


@pytest.mark.parametrize("edit", ["hue", "brighter"])
def test_other_colors_of_a_drawing_on_white_are_no_change(edit: str, tmp_path: Path) -> None:
    one = Image.new("RGB", (480, 480), "white")
    one.paste(scene(4, (200, 240)).pil(), (140, 120))
    if edit == "hue":
        hsv = np.array(one.convert("HSV"))
        hsv[:, :, 0] += 28
        other = Image.fromarray(hsv, "HSV").convert("RGB")
    else:
        other = ImageEnhance.Brightness(one).enhance(1.35)
    found = compared(tmp_path, one, other)
    assert found is not None
    assert found.verdict == "same artwork"
    # An expression in other colors is still another expression.
    ImageDraw.Draw(other).ellipse((200, 200, 270, 250), fill="pink", outline="black", width=3)
    folder = tmp_path / "changed"
    folder.mkdir()
    found = compared(folder, one, other)
    assert found is not None
    assert found.verdict == "variant"


def test_letters_may_be_small_and_run_beyond_their_box(tmp_path: Path) -> None:
    one = scene(4).pil()
    other = one.copy()
    pen = ImageDraw.Draw(other)
    pen.rectangle((120, 80, 330, 140), "white")
    pen.text((124, 90), "THE QUICK BROWN FOX JUMPS OVER IT", "black", font_size=16)
    found = compared(tmp_path, one, other)
    assert found is not None
    assert found.kinds == ("same artwork", "lettered")


def test_a_small_copy_is_recognized_around_a_crop(tmp_path: Path) -> None:
    whole = scene(4, (1000, 720)).pil()
    data = io.BytesIO()
    whole.resize((200, 144), Image.Resampling.BOX).save(data, "JPEG", quality=50)
    compared(tmp_path, whole.crop((200, 150, 750, 550)), whole)
    with Library(tmp_path / "library") as library:
        hits = library.search(Picture(np.asarray(Image.open(data).convert("RGB"))))
    crop = next(hit for hit in hits if hit.places[0].path.name == "one.png")
    assert crop.kinds == ("same artwork", "contains it")


def test_a_panel_is_told_from_a_crop_in_both_directions(tmp_path: Path) -> None:
    sheet, panel = page()
    found = compared(tmp_path, panel, sheet)
    assert found is not None
    assert found.kinds == ("same artwork", "cropped", "panel of")
    assert np.allclose(found.box, (320, 10, 610, 220), atol=5)
    (tmp_path / "back").mkdir()
    back = compared(tmp_path / "back", sheet, panel)
    assert back is not None
    assert back.kinds == ("same artwork", "contains it", "panel of")
    (tmp_path / "crop").mkdir()
    crop = compared(tmp_path / "crop", sheet.crop((40, 40, 250, 190)), sheet)
    assert crop is not None
    assert crop.kinds == ("same artwork", "cropped")


def test_a_letterbox_is_no_page(tmp_path: Path) -> None:
    image = scene(4).pil()
    found = compared(tmp_path, ImageOps.expand(image, (0, 60, 0, 60), "black"), image)
    assert found is not None
    assert found.kinds == ("same artwork", "contains it")


def test_other_pictures_are_nothing_to_each_other(tmp_path: Path) -> None:
    assert compared(tmp_path, scene(4).pil(), scene(5).pil()) is None
