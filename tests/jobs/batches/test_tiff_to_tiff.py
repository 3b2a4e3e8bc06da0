"""A TIFF of several pages becomes one TIFF of several pages, whatever the operation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core.errors import OutputError
from nijigen.imaging.codecs import tiff_writing
from nijigen.imaging.codecs.tiff_directory import pages_of
from nijigen.imaging.files import read_pages, write_pages
from pictures import drawing

KINDS = [(1, 8, 72.0), (3, 16, 300.0), (4, 8, 150.0), (1, 16, 600.0)]
"""Channels, depth and dots per inch of each page."""


def scan(path: Path) -> list[np.ndarray]:
    """Write pages of different kinds with tifffile, and return their pixels."""
    pages = [
        drawing(40 + 3 * n, 30 + n, channels=channels, depth=depth).pixels
        for n, (channels, depth, _) in enumerate(KINDS)
    ]
    with tifffile.TiffWriter(path) as writer:
        for pixels, (channels, _, dpi) in zip(pages, KINDS, strict=True):
            writer.write(
                pixels[:, :, 0] if channels == 1 else pixels,
                photometric="minisblack" if channels == 1 else "rgb",
                extrasamples=("unassalpha",) if channels == 4 else None,
                resolution=(dpi, dpi),
                resolutionunit="INCH",
                metadata=None,
            )
    return pages


def convert(source: Path, target: Path, *more: str) -> int:
    return main(["formats", "convert", str(source), "-o", str(target), *more])


def test_every_page_keeps_its_kind(tmp_path: Path) -> None:
    pages = scan(tmp_path / "scan.tif")
    assert convert(tmp_path / "scan.tif", tmp_path / "copy.tif") == 0
    with tifffile.TiffFile(tmp_path / "copy.tif") as file:
        assert len(file.pages) == len(pages)
        for page, pixels, (_, depth, dpi) in zip(file.pages, pages, KINDS, strict=True):
            assert np.array_equal(page.asarray().reshape(pixels.shape), pixels)
            assert page.dtype == f"uint{depth}"
            assert page.tags["XResolution"].value == (dpi * 1000, 1000)  # type: ignore[union-attr]
    with Image.open(tmp_path / "copy.tif") as image:
        assert image.n_frames == len(pages)  # type: ignore[attr-defined]


def test_other_operations_map_pages_too(tmp_path: Path) -> None:
    scan(tmp_path / "scan.tif")
    words = ["upscale", "anime4k", str(tmp_path / "scan.tif"), "-o", str(tmp_path / "large.tiff")]
    assert main(words) == 0
    with tifffile.TiffFile(tmp_path / "large.tiff") as file:
        assert [page.shape[:2] for page in file.pages] == [
            (60 + 2 * n, 80 + 6 * n) for n in range(4)
        ]
        assert [page.dtype for page in file.pages] == [f"uint{depth}" for _, depth, _ in KINDS]


def test_each_profile_is_applied_to_its_page(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The primaries of red and green change places: red of this profile is green.
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
    red = np.full((8, 9, 3), (220, 20, 20), np.uint8)
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for profile in (None, swapped, srgb):
            writer.write(red, photometric="rgb", iccprofile=profile, metadata=None)
    assert convert(tmp_path / "a.tif", tmp_path / "b.tif") == 0
    with tifffile.TiffFile(tmp_path / "b.tif") as file:
        colors = [page.asarray()[0, 0].argmax() for page in file.pages]
    assert colors == [0, 1, 0]


def test_it_is_made_once_and_again_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan(tmp_path / "scan.tif")
    assert convert(tmp_path / "scan.tif", tmp_path / "copy.tif") == 0
    capsys.readouterr()
    assert convert(tmp_path / "scan.tif", tmp_path / "copy.tif") == 0
    assert "already done" in capsys.readouterr().out
    again = tmp_path / "again.tif"
    assert main(["redo", str(tmp_path / "copy.tif"), "-o", str(again)]) == 0
    assert again.read_bytes() == (tmp_path / "copy.tif").read_bytes()


def test_a_damaged_page_leaves_the_old_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "scan.tif", tmp_path / "copy.tif"
    scan(source)
    assert convert(source, target) == 0
    old = target.read_bytes()
    data = bytearray(source.read_bytes())
    third = pages_of(bytes(data))[2]
    # The tag of its width becomes one of height 0.
    entries = third.offset + 2
    while data[entries : entries + 2] != (256).to_bytes(2, "little"):
        entries += 12
    data[entries : entries + 2] = (257).to_bytes(2, "little")
    source.write_bytes(data)
    assert convert(source, target) != 0
    assert "page 3" in capsys.readouterr().err
    assert target.read_bytes() == old
    assert not list(tmp_path.glob(".nijigen-*.part"))


def test_another_format_names_both_ways(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan(tmp_path / "scan.tif")
    assert convert(tmp_path / "scan.tif", tmp_path / "copy.png") == 2
    error = capsys.readouterr().err
    assert "copy/" in error
    assert "copy.tif" in error


def test_json_tells_of_one_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan(tmp_path / "scan.tif")
    assert convert(tmp_path / "scan.tif", tmp_path / "copy.tif", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["status"] == "done"
    assert record["size"] == [40, 30]


def test_one_page_at_a_time(tmp_path: Path) -> None:
    """A page is made when the one before was encoded."""
    file = tmp_path / "many.tif"
    alive: list[int] = []

    def pages() -> Iterator[Picture]:
        for number in range(20):
            alive.append(len(list(tmp_path.glob(".nijigen-*.part"))))
            yield Picture(np.full((5, 7 + number), number, np.uint8))

    write_pages(pages(), file)
    assert alive == [1] * 20
    assert [page.width for page in read_pages(file)] == list(range(7, 27))
    assert [int(page.pixels[0, 0, 0]) for page in read_pages(file)] == list(range(20))


def test_more_than_a_tiff_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff_writing, "_LARGEST", 1000)
    with pytest.raises(OutputError, match="4 GB"):
        write_pages([drawing(), drawing()], tmp_path / "large.tif")
    assert not list(tmp_path.iterdir())
