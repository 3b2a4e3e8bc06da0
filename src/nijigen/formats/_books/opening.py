"""Opening books of all kinds: the content decides, not the name."""

from __future__ import annotations

import tarfile
from pathlib import Path

from nijigen.core.animation import Animation
from nijigen.core.errors import BadPicture, NotFound
from nijigen.core.history import History
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.formats._books.book import (
    COMIC_INFO,
    MOST_BYTES,
    Book,
    Page,
    is_hidden,
    is_page,
    reading_order,
)
from nijigen.imaging.artworks.archive import Archive
from nijigen.imaging.clips.files import open_clip
from nijigen.imaging.codecs.sniff import HEAD, may_move
from nijigen.imaging.files import count_pages, encode, read

_PACKED = (b"Rar!", b"7z\xbc\xaf\x27\x1c")


def open_book(path: Path, *, dpi: int, run: Run) -> Book:
    """Return the pages of a folder, CBZ, CBR, CB7, CBT, PDF, TIFF, animation or picture.

    Args:
        path: A folder or a file.
        dpi: Resolution at which pages of a PDF are drawn that are no single picture.
        run: Lends its scratch folder for archives that only other programs read.

    Raises:
        BadPicture: It is damaged or no book.
        PictureTooLarge: Unpacked, it is far larger than it should be.
        UnsupportedFormat: A program or package for it is not installed.
    """
    if path.is_dir():
        return _folder(path)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}", "check its name") from error
    if head.startswith(b"PK"):
        return _archive(path)
    if head.startswith(_PACKED):
        from nijigen.formats._books import packed

        return _folder(packed.unpacked(path, run), state=_state(path))
    if b"%PDF-" in head[:1024]:
        from nijigen.formats._books import pdf_reading

        return pdf_reading.book(path, dpi)
    if head[257:262] == b"ustar" or tarfile.is_tarfile(path):
        from nijigen.formats._books import packed

        return _folder(packed.unpacked_tar(path, run), state=_state(path))
    return _pictures(path, head)


def _state(path: Path) -> str:
    known = path.stat()
    return f"{known.st_size} {known.st_mtime_ns}"


def _folder(folder: Path, state: str = "") -> Book:
    """Return the pages in a folder; subfolders are chapters.

    Args:
        folder: The folder.
        state: That of the archive that it was unpacked from.
    """
    every = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not is_hidden(path.relative_to(folder).as_posix())
    }
    names = sorted(filter(is_page, every), key=reading_order)
    pages = [Page(n, every[n].read_bytes, f"{n} {state or _state(every[n])}") for n in names]
    info = every.get(COMIC_INFO)
    skipped = sorted(every.keys() - set(names) - {COMIC_INFO, "frames.json"})
    return Book(pages, info.read_bytes() if info else None, skipped)


def _archive(path: Path) -> Book:
    archive = Archive(path)
    names = sorted(filter(is_page, archive.names), key=reading_order)
    state = _state(path)

    def page(name: str) -> Page:
        # An Archive counts what it unpacks, so pages that are read twice have one each.
        return Page(name, lambda: Archive(path).read(name, MOST_BYTES), f"{name} {state}")

    info = next((n for n in archive.names if n.rpartition("/")[2].lower() == "comicinfo.xml"), None)
    skipped = [n for n in archive.names if n not in names and n != info and not is_hidden(n)]
    return Book([page(name) for name in names], archive.read(info) if info else None, skipped)


def _pictures(path: Path, head: bytes) -> Book:
    """Return the pages of a TIFF, the frames of an animation, or a single picture."""
    state = _state(path)
    count = count_pages(path)
    if count > 1:
        return Book([_made(path, number, state) for number in range(1, count + 1)])
    if may_move(head):
        clip = open_clip(path)
        if (clip.count or 0) > 1:
            return Book([_frame(path, number, state) for number in range(clip.count or 0)])
    suffix = path.suffix.lower()
    if not is_page(path.name):
        value = read(path)
        suffix = f".{value.info.format or 'png'}"
        if isinstance(value, Animation):
            raise BadPicture(f"{path.name} is no book", "give a CBZ, a PDF or a folder")
    return Book([Page(path.name, path.read_bytes, state, suffix)])


def _made(path: Path, number: int, state: str) -> Page:
    def content() -> bytes:
        # A page that is unpacked is no result of an operation on the file.
        value = read(path, page=number)
        assert isinstance(value, Picture)
        return encode(value.with_info(history=History()), "png")

    return Page(f"{path.stem} {number}", content, f"{number} {state}", ".png")


def _frame(path: Path, number: int, state: str) -> Page:
    def content() -> bytes:
        frame = next(open_clip(path).frames(skip=number))
        return encode(frame.picture, "png")

    return Page(f"{path.stem} {number + 1}", content, f"{number} {state}", ".png")
