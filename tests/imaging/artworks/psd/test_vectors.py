"""Vector masks: paths that show what is inside of them."""

from __future__ import annotations

import io
import math
import struct

import numpy as np
import pytest
from numpy.typing import NDArray

from extras import needs
from imaging.artworks.psd.documents import (
    Mask,
    Record,
    artwork_of,
    block,
    divider,
    document,
    notes,
    plain,
)
from nijigen.imaging.artworks.psd import vectors

psd_tools = needs("psd_tools")
WIDTH, HEIGHT = 40, 32
BLANK = plain(WIDTH, HEIGHT, 255, 255, 255)
RED = plain(WIDTH, HEIGHT, 255, 0, 0, 255)
PAPER = Record("paper", BLANK)
EXCLUDE, ADD, SUBTRACT, INTERSECT, SAME = 0, 1, 2, 3, -1
Knots = list[tuple[tuple[float, float], ...]]


def path(how: int, knots: Knots) -> bytes:
    """Knots in pixels: control point, knot, control point, or one point for a corner."""
    data = struct.pack(">Hhh20x", 0, len(knots), how)
    for points in knots:
        three = points * 3 if len(points) == 1 else points
        shares = [share for x, y in three for share in (y / HEIGHT, x / WIDTH)]
        data += struct.pack(">H6i", 1, *(round(share * 2**24) for share in shares))
    return data


def box(how: int, left: float, top: float, right: float, bottom: float) -> bytes:
    return path(how, [((left, top),), ((right, top),), ((right, bottom),), ((left, bottom),)])


def circle(how: int, x: float, y: float, radius: float) -> bytes:
    """Four curves, as programs draw circles."""
    k = 0.5522847498 * radius
    around = [(0, -1), (1, 0), (0, 1), (-1, 0)]
    knots: Knots = []
    for dx, dy in around:
        knot = (x + dx * radius, y + dy * radius)
        # Along the tangent, clockwise.
        ahead = (-dy * k, dx * k)
        knots.append(
            (
                (knot[0] - ahead[0], knot[1] - ahead[1]),
                knot,
                (knot[0] + ahead[0], knot[1] + ahead[1]),
            )
        )
    return path(how, knots)


def vector_mask(*paths: bytes, flags: int = 0, filled: bool = False) -> bytes:
    fill = struct.pack(">H24x", 6) + struct.pack(">HH22x", 8, filled)
    return block(b"vmsk", struct.pack(">II", 3, flags) + fill + b"".join(paths))


def layers(blocks: bytes, mask: Mask | None = None) -> bytes:
    return document([PAPER, Record("red", RED, mask=mask, blocks=blocks)], BLANK)


def hidden(*paths: bytes, mask: Mask | None = None, **options: bool | int) -> NDArray[np.uint8]:
    """Green: 255 where the layer is hidden."""
    found = artwork_of(layers(vector_mask(*paths, **options), mask))  # type: ignore[arg-type]
    assert notes(found) == []
    return found.flatten().pixels[:, :, 1]


def wanted(shown: float, *places: tuple[slice, slice]) -> NDArray[np.float64]:
    pixels = np.full((HEIGHT, WIDTH), 255.0)
    for place in places:
        pixels[place] = 255 * (1 - shown)
    return pixels


def test_a_box_and_parts_of_pixels() -> None:
    pixels = hidden(box(ADD, 4, 6, 20, 10))
    assert np.array_equal(pixels, wanted(1, np.s_[6:10, 4:20]))
    # A quarter of a pixel on the left, half a pixel at the top.
    pixels = hidden(box(ADD, 4.75, 5.5, 20, 10))
    assert abs(int(pixels[8, 4]) - 255 * 0.75) <= 1
    assert abs(int(pixels[5, 10]) - 255 * 0.5) <= 1
    assert abs(int(pixels[5, 4]) - 255 * (1 - 0.125)) <= 1


def test_circles_have_their_area() -> None:
    pixels = hidden(circle(ADD, 20, 16, 10))
    assert abs((255 - pixels.astype(int)).sum() / 255 - math.pi * 100) < 0.5
    # What is off the document is cut off: half of it.
    pixels = hidden(circle(ADD, 0, 16, 10))
    assert abs((255 - pixels.astype(int)).sum() / 255 - math.pi * 50) < 0.5


def test_how_paths_combine() -> None:
    first, second = (2, 2, 12, 12), (8, 8, 18, 18)
    both = np.s_[8:12, 8:12]
    added = hidden(box(ADD, *first), box(ADD, *second))
    assert np.array_equal(added, wanted(1, np.s_[2:12, 2:12], np.s_[8:18, 8:18]))
    excluded = hidden(box(ADD, *first), box(EXCLUDE, *second))
    assert excluded[both].min() == 255
    assert (excluded == 0).sum() == 100 + 100 - 2 * 16
    subtracted = hidden(box(ADD, *first), box(SUBTRACT, *second))
    assert (subtracted == 0).sum() == 100 - 16
    intersected = hidden(box(ADD, *first), box(INTERSECT, *second))
    assert np.array_equal(intersected, wanted(1, both))
    # A hole belongs to its path.
    hole = hidden(box(ADD, 2, 2, 18, 18), box(SAME, 8, 8, 12, 12))
    assert (hole == 0).sum() == 256 - 16
    # Taken from nothing, a path leaves all that is outside of it.
    assert (hidden(box(SUBTRACT, *first)) == 0).sum() == WIDTH * HEIGHT - 100


def test_no_path_hides_or_shows_all() -> None:
    assert hidden().min() == 255
    assert hidden(filled=True).max() == 0
    assert (hidden(box(ADD, 2, 2, 12, 12), filled=True) == 0).sum() == 100


def test_flags() -> None:
    area = box(ADD, 2, 2, 12, 12)
    assert (hidden(area, flags=1) == 0).sum() == WIDTH * HEIGHT - 100
    assert hidden(area, flags=4).max() == 0


def test_density_and_feather() -> None:
    none = np.zeros((0, 0), np.uint8)
    mask = Mask(none, settings=bytes([4, 102]), channel=False)
    pixels = hidden(box(ADD, 2, 2, 12, 12), mask=mask)
    assert np.array_equal(pixels, np.where(wanted(1, np.s_[2:12, 2:12]) > 0, 102, 0))
    mask = Mask(none, settings=bytes([8]) + struct.pack(">d", 2), channel=False)
    pixels = hidden(box(ADD, 20, -90, 300, 300), mask=mask)
    for x, green in enumerate(pixels[16].astype(int)):
        edge = 0.5 * (1 + math.erf((20 - (x + 0.5)) / (2 * math.sqrt(2))))
        # The edge of the document is no edge of the mask.
        assert abs(green - 255 * edge) <= 2 or x > WIDTH - 7


def test_both_masks() -> None:
    painted = np.zeros((HEIGHT, WIDTH), np.uint8)
    painted[:, :8] = 255
    pixels = hidden(box(ADD, 2, 2, 12, 12), mask=Mask(painted))
    assert np.array_equal(pixels, wanted(1, np.s_[2:12, 2:8]))


def test_a_rendering_of_the_paths_in_the_file() -> None:
    """Programs disagree what it is part of: the merged picture is shown."""
    painted = Mask(np.zeros((HEIGHT, WIDTH), np.uint8), flags=8)
    found = artwork_of(layers(vector_mask(box(ADD, 2, 2, 12, 12)), painted))
    assert notes(found)[0].startswith("not drawn: vector mask with a rendering of it")


def test_groups() -> None:
    group = [Record("end", blocks=divider(3)), Record("red", RED), Record("x", RED)]
    top = Record("g", blocks=divider(1) + vector_mask(box(ADD, 2, 2, 12, 12)))
    pixels = artwork_of(document([PAPER, *group, top], BLANK)).flatten().pixels[:, :, 1]
    assert np.array_equal(pixels, wanted(1, np.s_[2:12, 2:12]))


@pytest.mark.parametrize("kind", [3, 4, 5])
def test_open_paths_are_not_drawn(kind: int) -> None:
    found = artwork_of(layers(block(b"vmsk", struct.pack(">IIH24x", 3, 0, kind))))
    assert notes(found)[0].startswith("not drawn: vector mask (layer 'red')")


def test_masks_that_end_too_early() -> None:
    found = artwork_of(layers(block(b"vmsk", b"\0\0\0\3")))
    assert notes(found)[0].startswith("not drawn: vector mask (layer 'red')")


def test_more_lines_than_any_real_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_MOST_CROSSINGS", 100)
    found = artwork_of(layers(vector_mask(circle(ADD, 20, 16, 10))))
    assert notes(found)[0].startswith("not drawn: vector mask (layer 'red')")


def test_another_reader_draws_the_same() -> None:
    paths = (circle(ADD, 14, 14, 11.3), box(SUBTRACT, 9.3, 9.6, 15.1, 30.2), circle(ADD, 30, 20, 7))
    data = layers(vector_mask(*paths))
    other = psd_tools.PSDImage.open(io.BytesIO(data)).composite(force=True).convert("RGB")
    off = np.abs(np.asarray(other).astype(int) - artwork_of(data).flatten().pixels)
    # Its rows are exact, ours are eighths of pixels; where edges cross, it subtracts otherwise.
    assert (off.max(axis=2) > 12).sum() <= 4
    assert off.mean() <= 0.2
