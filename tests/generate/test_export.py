"""Files of a character show the same picture: flattened PSD and ORA, rasterized SVG."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extras import needs
from nijigen import Artwork, Picture, get
from nijigen.core.drawing import Drawing

NEAR = np.ones((3, 3), np.uint8)


def check(seed: int, folder: Path) -> None:
    """Save and open each file, and compare."""
    drawing = get("generate.character")(seed=seed, width=256, height=256, background="sky")
    assert isinstance(drawing, Drawing)
    png = np.ascontiguousarray(drawing.rgb().pixels)
    psd_tools = needs("psd_tools")
    drawing.save(folder / "girl.psd")
    shown = psd_tools.PSDImage.open(folder / "girl.psd").composite(force=True).convert("RGB")
    drawing.save(folder / "girl.ora")
    for flat in (np.asarray(shown), Artwork.open(folder / "girl.ora").flatten().rgb().pixels):
        off = np.abs(flat.astype(int) - png).max(axis=2)
        assert (off > 3).mean() < 0.0005, seed
        assert off.max() <= 8, seed
    drawing.save(folder / "girl.svg")
    vectors = np.ascontiguousarray(Picture.open(folder / "girl.svg").rgb().pixels)
    # Its viewer anti-aliases edges in its own way: between the colors on both sides.
    assert (_beyond(png, vectors) > 40).mean() < 0.002, seed


def _beyond(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how far each pixel is outside of the range of its neighborhood in the other."""
    low, high = cv2.erode(first, NEAR).astype(int), cv2.dilate(first, NEAR).astype(int)
    far: NDArray[np.int64] = np.maximum(low - second, second - high).max(axis=2)
    return far


@pytest.mark.parametrize("seed", [3, 12])
def test_files_show_the_drawing(seed: int, tmp_path: Path) -> None:
    check(seed, tmp_path)


@pytest.mark.slow
def test_forty_files_show_the_drawing(tmp_path: Path) -> None:
    for seed in range(40):
        check(seed, tmp_path)
