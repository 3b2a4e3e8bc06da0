from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from nijigen import Picture, Run, get
from nijigen.cli.main import main
from nijigen.core.binary import BinaryStream
from nijigen.core.errors import BadPicture, Cancelled, InputError
from nijigen.formats._books.book import reading_order
from nijigen.formats._books.pages import Prepared
from nijigen.formats._books.zip_writing import ZipWriter
from nijigen.formats.pack import pack
from peers import peer, said
from pictures import drawing


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Pages of all kinds that PDF treats differently, of widths that tell them apart."""
    folder = tmp_path / "book"
    drawing(30, 40).save(folder / "page 1.jpg")
    drawing(31, 40).save(folder / "page 2.png")
    drawing(32, 40, channels=4).save(folder / "page 9.png")
    drawing(33, 40, depth=16).save(folder / "page 10.tif")
    drawing(34, 40, channels=1).save(folder / "page 11.webp")
    return folder


def test_pages_come_in_reading_order(tmp_path: Path) -> None:
    for name in ("page 10.png", "page 9.png", "ch 2/1.png", "ch 10/1.png", ".hidden/1.png"):
        drawing(len(name) + 10, 12).save(tmp_path / "book" / name)
    (tmp_path / "book" / "notes.txt").write_text("no page")
    assert main(["formats", "pack", str(tmp_path / "book"), "-o", str(tmp_path / "b.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["001.png", "002.png", "003.png", "004.png"]
        order = [len(archive.read(name)) for name in archive.namelist()]
    names = ("ch 2/1.png", "ch 10/1.png", "page 9.png", "page 10.png")
    assert order == [(tmp_path / "book" / name).stat().st_size for name in names]


def test_reading_order() -> None:
    names = ["b2", "a10", "a2", "a1b", "A1", "10", "9"]
    assert sorted(names, key=reading_order) == ["9", "10", "A1", "a1b", "a2", "a10", "b2"]


def test_what_is_left_out_is_noted_and_the_rest_goes_on(tmp_path: Path) -> None:
    drawing().save(tmp_path / "1.png")
    (tmp_path / "2.jpg").write_bytes(b"\xff\xd8\xff\xe0rubbish")
    drawing().save(tmp_path / "3.png")
    (tmp_path / "notes.txt").write_text("no page")
    run = Run()
    made = get("formats.pack").apply({"pages": tmp_path}, {"format": "zip"}, run)
    assert zipfile.ZipFile(io.BytesIO(made.content)).namelist() == ["001.png", "002.png"]
    skipped, damaged = (note.text for note in run.notes)
    assert skipped == "skipped, as they are not pages: notes.txt"
    assert damaged.startswith("left out, as the page cannot be read: 2.jpg: cut off")


def test_no_pages_and_only_damaged_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pages"):
        pack(tmp_path)
    (tmp_path / "1.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    with pytest.raises(BadPicture, match="no page can be read"):
        pack(tmp_path).save(tmp_path / "b.cbz")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["1.png"]


def test_comic_info_is_kept_and_completed(tmp_path: Path) -> None:
    drawing(20, 30).save(tmp_path / "1.png")
    (tmp_path / "ComicInfo.xml").write_text(
        "<ComicInfo><Genre>Slice of life</Genre><Title>old</Title><PageCount>9</PageCount>"
        "</ComicInfo>"
    )
    made = pack(tmp_path, title="本 & books", series="S", direction="right-to-left")
    archive = zipfile.ZipFile(io.BytesIO(made.content))
    root = ElementTree.fromstring(archive.read("ComicInfo.xml"))
    found = [(element.tag, element.text) for element in root if element.tag != "Pages"]
    assert found == [
        ("Title", "本 & books"), ("Series", "S"), ("Genre", "Slice of life"), ("PageCount", "1"),
        ("Manga", "YesAndRightToLeft"),
    ]  # fmt: skip
    page = root.find("Pages/Page")
    assert page is not None
    assert (page.get("Type"), page.get("ImageWidth"), page.get("ImageHeight")) == (
        "FrontCover", "20", "30",
    )  # fmt: skip


def test_entities_in_comic_info_are_refused(tmp_path: Path) -> None:
    """Also in an encoding in which a search for the word finds nothing."""
    drawing().save(tmp_path / "1.png")
    text = '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a [<!ENTITY b "c">]><ComicInfo/>'
    (tmp_path / "ComicInfo.xml").write_bytes(text.encode("cp037"))
    archive = zipfile.ZipFile(io.BytesIO(pack(tmp_path).content))
    assert b"ENTITY" not in archive.read("ComicInfo.xml")


@pytest.mark.parametrize("format", ["cbz", "pdf"])
def test_an_interrupted_run_resumes(
    format: Literal["cbz", "pdf"], book: Path, tmp_path: Path
) -> None:
    target = tmp_path / f"b.{format}"
    run = Run(lambda done: run.cancel() if done > 0.5 else None)
    with pytest.raises(Cancelled):
        pack(book, format=format, run=run).save(target, run)
    assert not target.exists()
    read: list[float] = []
    again = pack(book, format=format, run=Run(read.append))
    again.save(target)
    assert min(read) >= 0.4
    assert target.read_bytes() == pack(book, format=format).content
    assert not list(tmp_path.glob(".nijigen-*.part"))


def test_other_pages_are_not_joined_to_those_of_an_interrupted_run(
    book: Path, tmp_path: Path
) -> None:
    target = tmp_path / "b.cbz"
    run = Run(lambda done: run.cancel() if done > 0.5 else None)
    with pytest.raises(Cancelled):
        pack(book, run=run).save(target, run)
    drawing(60, 40).save(book / "page 1.jpg")
    made = pack(book)
    made.save(target)
    assert target.read_bytes() == made.content


def test_large_archives_have_numbers_of_64_bits() -> None:
    """As if 5 GB were before the page."""
    start = 5 * 2**30
    writer = ZipWriter(None, None, 3)
    writer.skip(start, ["001.png", 0, 9, 1, 1])
    page, _ = writer.add(Prepared(b"content", ".png", drawing()))
    end = writer.end()
    assert end[-22:-18] == b"PK\5\6"

    class Sparse(io.RawIOBase):
        def __init__(self) -> None:
            self.at = 0

        def seekable(self) -> bool:
            return True

        def readable(self) -> bool:
            return True

        def tell(self) -> int:
            return self.at

        def seek(self, at: int, whence: int = 0) -> int:
            self.at = (0, self.at, start + len(page + end))[whence] + at
            return self.at

        def read(self, size: int = -1) -> bytes:
            data = (page + end)[max(self.at - start, 0) :]
            data = data if size < 0 else data[:size]
            self.at += len(data)
            return data

    with zipfile.ZipFile(Sparse()) as archive:  # type: ignore[arg-type]
        assert archive.read("002.png") == b"content"


def test_a_stream_with_an_empty_key_is_written_at_once(tmp_path: Path) -> None:
    stream = BinaryStream(lambda finished: iter([(b"ab", ""), (b"c", "")]), "bin")
    digests: list[str] = []
    stream.save(tmp_path / "new" / "a.bin", finished=digests.append)
    assert (tmp_path / "new" / "a.bin").read_bytes() == b"abc"
    assert len(digests[0]) == 64


@peer("pdfimages", "pdfinfo", "pdftocairo")
def test_poppler_reads_the_pdf(book: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.pdf"
    pack(book, format="pdf", title="本", direction="right-to-left").save(target)
    assert "Title:           本" in said("pdfinfo", target)
    rows = [line.split() for line in said("pdfimages", "-list", target).splitlines()[2:]]
    kinds = [(row[2], row[3], row[5], row[7], row[8]) for row in rows]
    assert kinds == [
        ("image", "30", "rgb", "8", "jpeg"), ("image", "31", "rgb", "8", "image"),
        ("image", "32", "rgb", "8", "image"), ("smask", "32", "gray", "8", "image"),
        ("image", "33", "rgb", "16", "image"), ("image", "34", "rgb", "8", "image"),
    ]  # fmt: skip
    said("pdfimages", "-all", target, tmp_path / "out")
    assert (tmp_path / "out-000.jpg").read_bytes() == (book / "page 1.jpg").read_bytes()
    said("pdftocairo", "-png", "-r", "300", target, tmp_path / "page")
    shown = np.asarray(Image.open(tmp_path / "page-2.png"))
    assert np.array_equal(shown, Picture.open(book / "page 2.png").pixels)
    shown = np.asarray(Image.open(tmp_path / "page-3.png")).astype(int)
    assert np.abs(shown - Picture.open(book / "page 9.png").rgb().pixels).max() <= 1


@peer("pdftocairo")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_jpegs_that_are_turned(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    (tmp_path / "book").mkdir()
    drawing(48, 40).pil().save(tmp_path / "book" / "1.jpg", exif=exif, quality=95, subsampling=0)
    pack(tmp_path / "book", format="pdf").save(tmp_path / "b.pdf")
    said("pdftocairo", "-png", "-r", "300", tmp_path / "b.pdf", tmp_path / "p")
    shown = np.asarray(Image.open(tmp_path / "p-1.png")).astype(int)
    expected = Picture.open(tmp_path / "book" / "1.jpg").pixels
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).mean() < 4


def test_what_a_power_cut_took_is_written_again(book: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.cbz"
    run = Run(lambda done: run.cancel() if done > 0.7 else None)
    with pytest.raises(Cancelled):
        pack(book, run=run).save(target, run)
    (part,) = tmp_path.glob(".nijigen-*.part/whole")
    part.write_bytes(part.read_bytes()[:-100] + bytes(100))
    made = pack(book)
    made.save(target)
    assert target.read_bytes() == made.content
