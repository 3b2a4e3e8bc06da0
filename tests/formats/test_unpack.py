from __future__ import annotations

import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from extras import needing
from nijigen import Picture, Run
from nijigen.core.errors import BadPicture, Cancelled, InputError
from nijigen.core.history import History
from nijigen.formats.pack import pack
from nijigen.formats.unpack import unpack
from nijigen.imaging.files import encode, write_pages
from nijigen.jobs.batches.batch import save
from peers import peer
from pictures import animation, drawing


def pages(*names: str) -> list[tuple[str, bytes]]:
    return [(n, encode(drawing(30 + i, 20), "png")) for i, n in enumerate(names)]


def zipped(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def contents(book: Path, run: Run | None = None) -> dict[str, bytes]:
    return {name: made.content for name, made in unpack(book, run=run or Run())}


def rar(path: Path, members: list[tuple[str, bytes]]) -> Path:
    """Write a RAR 5 archive whose files are stored."""

    def number(value: int) -> bytes:
        parts = []
        while value > 127:
            parts.append(value & 127 | 128)
            value >>= 7
        return bytes([*parts, value])

    def block(fields: bytes, data: bytes = b"") -> bytes:
        sized = number(len(fields)) + fields
        return zlib.crc32(sized).to_bytes(4, "little") + sized + data

    archive = b"Rar!\x1a\7\1\0" + block(bytes([1, 0, 0]))
    for name, data in members:
        size = number(len(data))
        check = zlib.crc32(data).to_bytes(4, "little")
        # A file with data after the header, and a check sum; stored; made on Unix.
        fields = b"\2\2" + size + b"\4" + size + number(0o100644) + check + b"\0\1"
        archive += block(fields + number(len(name)) + name.encode(), data)
    path.write_bytes(archive + block(bytes([5, 0, 0])))
    return path


def test_a_book_and_back(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        drawing(30 + number, 40).save(tmp_path / "book" / f"{number}.jpg")
    for format in ("cbz", "pdf"):
        if format == "pdf":
            pytest.importorskip("pypdfium2")
        pack(tmp_path / "book", format=format).save(tmp_path / f"b.{format}")
        found = contents(tmp_path / f"b.{format}")
        assert [found[name] for name in ("001.jpg", "002.jpg", "003.jpg")] == [
            (tmp_path / "book" / f"{number}.jpg").read_bytes() for number in (1, 2, 10)
        ]


def test_natural_order_and_a_broken_page(tmp_path: Path) -> None:
    first, second = pages("a/10.png", "a/9.png")
    others = [("__MACOSX/a/1.png", b"x"), ("readme.txt", b"x"), ("a/9b.jpg", b"broken")]
    run = Run()
    found = contents(zipped(tmp_path / "b.cbz", [first, *others, second]), run)
    assert list(found.values()) == [second[1], b"", first[1]]
    (note,) = run.notes
    assert note.text.startswith("left out, as the page cannot be read: a/9b.jpg: ")
    save(unpack(tmp_path / "b.cbz"), tmp_path / "out", History())
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"001.png", "003.png", ".nijigen-files", ".nijigen.jsonl"}


def test_an_interrupted_run_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = zipped(tmp_path / "b.zip", pages("1.png", "2.png", "3.png"))
    run = Run(lambda done: run.cancel() if done > 0.4 else None)
    with pytest.raises(Cancelled):
        save(unpack(book, run=run), tmp_path / "out", History())
    assert (tmp_path / "out" / "001.png").is_file()
    done: list[float] = []
    save(unpack(book, run=Run(done.append)), tmp_path / "out", History())
    assert min(done) > 0.4
    assert not (tmp_path / "out" / ".nijigen-finished").exists()


def test_an_archive_that_unpacks_to_far_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nijigen.imaging.artworks.archive._ROOM", 2**16)
    with zipfile.ZipFile(tmp_path / "b.cbz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.png", bytes(2**18))
    with pytest.raises(BadPicture, match=r"no page can be read: .*far larger"):
        contents(tmp_path / "b.cbz")


@peer("bsdtar")
def test_rar(tmp_path: Path) -> None:
    members = pages("page 10.png", "page 9.png")
    book = rar(tmp_path / "b.cbr", members)
    assert list(contents(book).values()) == [members[1][1], members[0][1]]
    book.write_bytes(book.read_bytes()[:12])
    with pytest.raises(InputError, match=r"cannot be unpacked|no pages"):
        contents(book)


@peer("lsar", "unar")
def test_rar_by_unar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == "bsdtar" else name)
    members = pages("page 10.png", "page 9.png")
    book = rar(tmp_path / "b.cbr", members)
    assert list(contents(book).values()) == [members[1][1], members[0][1]]


def test_tar(tmp_path: Path) -> None:
    members = pages("page 10.png", "page 9.png")
    with tarfile.open(tmp_path / "b.cbt", "w") as archive:
        for name, data in members:
            (tmp_path / name).write_bytes(data)
            archive.add(tmp_path / name, f"../../{name}" if "10" in name else name)
    assert list(contents(tmp_path / "b.cbt").values()) == [members[1][1]]
    with tarfile.open(tmp_path / "b.cbt", "w") as archive:
        for name, _ in members:
            archive.add(tmp_path / name, name)
    assert list(contents(tmp_path / "b.cbt").values()) == [members[1][1], members[0][1]]


def test_tiffs_and_animations_are_books(tmp_path: Path) -> None:
    write_pages([drawing(20, 30), drawing(21, 30)], tmp_path / "a.tif")
    animation(3).save(tmp_path / "a.gif")
    for name, widths in (("a.tif", [20, 21]), ("a.gif", [48, 48, 48])):
        save(unpack(tmp_path / name), tmp_path / f"{name} pages", History())
        found = sorted((tmp_path / f"{name} pages").glob("*.png"))
        assert [Picture.open(path).width for path in found] == widths


def pdf(content: str = "", *, encrypted: bool = False, box: str = "[0 0 72 144]") -> bytes:
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R /Resources << >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'11' * 32}> /U <{'22' * 32}> >>",
    ]
    data = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    lock = f" /Encrypt 5 0 R /ID [<{'33' * 16}> <{'33' * 16}>]" if encrypted else ""
    end = f"trailer\n<< /Size 6 /Root 1 0 R{lock} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return (data + f"xref\n0 6\n0000000000 65535 f \n{table}" + end).encode()


@needing("pypdfium2")
def test_pages_of_a_pdf_are_drawn_on_white(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("1 0 0 rg 0 0 36 144 re f"))
    save(unpack(tmp_path / "a.pdf", dpi=72), tmp_path / "out", History())
    page = Picture.open(tmp_path / "out" / "001.png")
    assert (page.size, page.info.dpi) == ((72, 144), (72, 72))
    assert page.pixels[70, 10].tolist() == [255, 0, 0]
    assert page.pixels[70, 60].tolist() == [255, 255, 255]


@needing("pypdfium2")
def test_a_picture_that_fills_a_page_keeps_its_pixels(tmp_path: Path) -> None:
    for number, channels in enumerate((1, 3, 4)):
        drawing(31, 47, channels).save(tmp_path / "book" / f"{number}.png")
    pack(tmp_path / "book", format="pdf", dpi=131).save(tmp_path / "a.pdf")
    save(unpack(tmp_path / "a.pdf"), tmp_path / "out", History())
    for number, most in enumerate((0, 0, 1)):
        source = Picture.open(tmp_path / "book" / f"{number}.png").rgb().pixels.astype(int)
        found = Picture.open(tmp_path / "out" / f"00{number + 1}.png").rgb().pixels
        assert found.shape == source.shape
        assert np.abs(found - source).max() <= most


@needing("pypdfium2")
def test_bad_pdfs(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(encrypted=True))
    with pytest.raises(BadPicture, match="password"):
        unpack(path)
    path.write_bytes(b"%PDF-1.4\nnothing")
    with pytest.raises(BadPicture, match="the PDF cannot be read"):
        unpack(path)
    path.write_bytes(pdf(box="[0 0 99999 99999]"))
    with pytest.raises(BadPicture, match="pixels: the limit is"):
        contents(path)


@needing("pypdfium2")
def test_a_damaged_picture_in_a_pdf_is_no_blank_page(tmp_path: Path) -> None:
    """PDFium draws a page without a picture that it cannot decode."""
    book = {name: drawing(40, 30) for name in ("1.jpg", "2.jpg")}
    for name, page in book.items():
        page.save(tmp_path / "book" / name)
    pack(tmp_path / "book", format="pdf").save(tmp_path / "a.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    second = data.rindex(b"\xff\xd8\xff")
    (tmp_path / "a.pdf").write_bytes(data[:second] + bytes(200) + data[second + 200 :])
    run = Run()
    assert [bool(content) for content in contents(tmp_path / "a.pdf", run).values()] == [
        True,
        False,
    ]
    assert run.notes[0].text.startswith("left out, as the page cannot be read: a 2")
