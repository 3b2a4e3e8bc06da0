"""Pack: pages to a book, as CBZ, ZIP or PDF."""

import functools
import hashlib
import json
from typing import Annotated, Any, Literal

from nijigen.core.binary import BinaryStream
from nijigen.core.errors import InputError
from nijigen.core.operation import Setting, operation
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FileOrFolder

_LAYOUT = 1
"""Rises when the bytes of books change, so that those of two versions are never joined."""


@operation(alpha="own", depth=16, version=1)
def pack(
    pages: FileOrFolder,
    *,
    format: Literal["cbz", "zip", "pdf"] = "cbz",
    title: str = "",
    series: str = "",
    number: str = "",
    writer: str = "",
    language: str = "",
    direction: Literal["keep", "left-to-right", "right-to-left"] = "keep",
    dpi: Annotated[int, Setting(ge=36, le=2400, advanced=True)] = 300,
    run: Run = SILENT,
) -> BinaryStream:
    """Pack pages into a comic book or a PDF, in reading order.

    Page 10 comes after page 9; subfolders are chapters. Page files are copied unchanged but
    renumbered, so that every reader shows them in this order; in a PDF a JPEG stays as it is, too.
    A damaged page is left out with a note. One page after the other is read and written, and an
    interrupted run goes on where it stopped.

    Args:
        pages: A folder of pictures, or another book: CBZ, CBR, CB7, CBT, PDF, a TIFF of several
            pages or an animation. Files that are no pictures are skipped.
        format: CBZ is what comic readers expect, with a ``ComicInfo.xml``; ZIP has the pages only.
        title: Title of the book.
        series: Series that it belongs to.
        number: Its number in the series.
        writer: Who wrote it; several are separated by commas.
        language: Language of the text, as in ``ja`` or ``en``.
        direction: Direction of reading; keep leaves what the book says.
        dpi: Resolution of pages in a PDF that do not state their own, and at which pages of a PDF
            are drawn.

    Returns:
        The book.

    Raises:
        InputError: There are no pages.
        BadPicture: No page can be read, or the book is damaged or has a password.
        PictureTooLarge: The book unpacks to far more than its size.

    Example:
        >>> import tempfile, pathlib, numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.formats.pack import pack
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> Picture(np.zeros((3, 2), np.uint8)).save(folder / "page 1.png")
        >>> pack(folder).ending
        'cbz'

    Source: ComicInfo 2.0 of the Anansi project (MIT); ISO 32000-1 for PDF.
    """
    from nijigen.formats._books import comic_info
    from nijigen.formats._books.book import COMIC_INFO
    from nijigen.formats._books.opening import open_book
    from nijigen.formats._books.pages import Writer, pieces
    from nijigen.formats._books.pdf_writing import PdfWriter
    from nijigen.formats._books.zip_writing import ZipWriter

    book = open_book(pages, dpi=dpi, run=run)
    if not book.pages:
        raise InputError(f"there are no pages in {pages}", "pages are picture files")
    if book.skipped:
        run.note("assumed", f"skipped, as they are not pages: {_some(book.skipped)}")
    manga = {"keep": "", "left-to-right": "No", "right-to-left": "YesAndRightToLeft"}[direction]
    fields = {
        "Title": title,
        "Series": series,
        "Number": number,
        "Writer": writer,
        "LanguageISO": language,
        "Manga": manga,
    }
    info = book.comic_info
    if info is not None and not comic_info.is_readable(info):
        run.note("assumed", f"the {COMIC_INFO} of the book cannot be read, and was left out")
    if format == "pdf" and (info is not None or any(fields.values())):
        run.note("assumed", "a PDF keeps the title and the direction of reading, nothing else")

    def begun() -> Writer:
        if format == "pdf":
            to_left = (manga or comic_info.text_of(info, "Manga")) == "YesAndRightToLeft"
            return PdfWriter(title or comic_info.text_of(info, "Title"), dpi, to_left)
        digits = max(3, len(str(len(book.pages))))
        return ZipWriter(fields if format == "cbz" else None, info, digits)

    states = [page.state for page in book.pages]
    about = json.dumps([_LAYOUT, format, dpi, fields, (info or b"").hex(), states])
    key = hashlib.sha256(about.encode("utf-8", "surrogateescape")).hexdigest()
    return BinaryStream(functools.partial(pieces, book, begun, run), format, key)


def _some(names: Any) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")
