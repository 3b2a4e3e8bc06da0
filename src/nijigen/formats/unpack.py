"""Unpack: a book to its pages."""

import functools
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Annotated

from nijigen.core.binary import BinaryStream
from nijigen.core.errors import BadPicture, InputError
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Setting, operation
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FilePath


@operation(alpha="own", depth=16, version=1)
def unpack(
    book: FilePath,
    *,
    dpi: Annotated[int, Setting(ge=36, le=2400)] = 300,
    run: Run = SILENT,
) -> FileSet:
    """Unpack a comic book, a PDF or an animation into its pages.

    Pages of a CBZ or CBR are copied as they are. A page of a PDF that is one JPEG is that JPEG, one
    that is another picture has exactly its pixels, and all others are drawn on white. A damaged
    page is left out with a note. One page after the other is read and written, and an interrupted
    run goes on where it stopped.

    Args:
        book: CBZ, ZIP, CBR and CB7 (by bsdtar or unar, where installed), CBT, PDF (by the extra
            pdf), a TIFF of several pages or an animation.
        dpi: Resolution at which pages of a PDF are drawn.

    Returns:
        ``001.jpg`` and so on, and the ``ComicInfo.xml`` of the book if it has one.

    Raises:
        InputError: There are no pages.
        BadPicture: The book is damaged, encrypted or has a password, or no page can be read.
        PictureTooLarge: It unpacks to far more than its size.
        UnsupportedFormat: What is needed to read it is not installed.

    Example:
        >>> import tempfile, pathlib, numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.formats.pack import pack
        >>> from nijigen.formats.unpack import unpack
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> Picture(np.zeros((3, 2), np.uint8)).save(folder / "page 1.png")
        >>> pack(folder).save(folder / "book.cbz")
        >>> [name for name, _ in unpack(folder / "book.cbz")]
        ['001.png', 'ComicInfo.xml']
    """
    from nijigen.formats._books.book import COMIC_INFO, Page
    from nijigen.formats._books.opening import open_book
    from nijigen.formats._books.pages import note_damage
    from nijigen.imaging.files import decode

    found = open_book(book, dpi=dpi, run=run)
    if not found.pages:
        raise InputError(f"there are no pages in {book.name}", "pages are picture files")
    count = len(found.pages)
    lost: set[int] = set()

    def pieces(page: Page, number: int, finished: Sequence[str]) -> Iterator[tuple[bytes, str]]:
        run.progress(number / count)
        try:
            content = page.read()
            decode(content, page.name)
        except InputError as error:
            lost.add(number)
            # Pages that an interrupted run finished are not read again.
            if len(lost) == count:
                raise BadPicture(
                    f"no page can be read: {error.message}", "check the file"
                ) from error
            note_damage(run, page.name, error.message)
        else:
            yield content, ""

    files = {}
    digits = max(3, len(str(count)))
    for number, page in enumerate(found.pages, 1):
        ending = page.ending or PurePosixPath(page.name).suffix.lower()
        make = functools.partial(pieces, page, number)
        key = hashlib.sha256(page.state.encode("utf-8", "surrogateescape")).hexdigest()
        files[f"{number:0{digits}}{ending}"] = BinaryStream(make, ending[1:], key)
    if found.comic_info is not None:
        info = found.comic_info
        files[COMIC_INFO] = BinaryStream(lambda finished: iter([(info, "")]), "xml")
    return FileSet(files)
