"""PDF in: pages that are one picture are taken as they are, others are drawn, both by PDFium."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nijigen.core.errors import BadPicture, UnsupportedFormat
from nijigen.core.extras import install
from nijigen.core.picture import Encoding, FileFormat, Info, Picture
from nijigen.formats._books.book import Book, Page
from nijigen.imaging.codecs.content import check_size, damaged
from nijigen.imaging.files import encode

_MOST_PAGES = 20_000
_POINTS = 72
_JPEG = ["DCTDecode"]
_QUALITY = 95
"""Of a JPEG with a mask, which has to be drawn."""
_MAIN = 0.5
"""Share of the page that its main picture covers at least."""
_LOCK = threading.Lock()
"""PDFium is not thread-safe, not even for two documents."""


def book(path: Path, dpi: int) -> Book:
    """Return the pages of a PDF.

    Raises:
        BadPicture: It is damaged, or has a password.
        UnsupportedFormat: The extra ``pdf`` is not installed.
    """
    with _opened(path) as document:
        count = len(document)
        if not 0 < count <= _MOST_PAGES:
            raise damaged(f"a PDF of {count} pages")
        endings = [".jpg" if _only_jpeg(document, n) else ".png" for n in range(count)]
    known = path.stat()
    state = f"{known.st_size} {known.st_mtime_ns} {dpi}"

    def page(number: int) -> Page:
        name = f"{path.stem} {number + 1}"
        return Page(name, lambda: _page(path, number, dpi), f"{number} {state}", endings[number])

    return Book([page(number) for number in range(count)])


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        import pypdfium2
    except ImportError as error:
        raise UnsupportedFormat("PDFs are read with the extra pdf", install("pdf")) from error
    with _LOCK:
        try:
            with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise BadPicture(
                    f"{path.name} is a PDF with a password", "save it without, with another program"
                ) from error
            raise damaged(f"the PDF cannot be read: {error}") from error


def _page(path: Path, number: int, dpi: int) -> bytes:
    with _opened(path) as document:
        page, whole = document[number], _only_image(document, number)
        scale = dpi / _POINTS
        pixels = None
        if whole is not None:
            # In its own resolution, which is then that of a drawn page, too.
            check_size(*whole.get_px_size())
            scale = whole.get_px_size()[0] / page.get_width()
            if not _is_masked(whole):
                if whole.get_filters() == _JPEG:
                    return bytes(whole.get_data())
                pixels = _exact(whole)
        if pixels is None:
            _check_pictures(page)
            check_size(*(round(side * scale) for side in page.get_size()))
            pixels = page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3]
        format: FileFormat = "jpeg" if _is_jpeg(whole) else "png"
        resolution = round(scale * _POINTS, 3)
        info = Info(dpi=(resolution, resolution), encoding=Encoding(format, quality=_QUALITY))
        return encode(Picture(np.ascontiguousarray(pixels), info), format)


def _check_pictures(page: Any) -> None:
    """Refuse a page whose main picture is damaged: PDFium draws the page without it."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) < _MAIN * width * height:
            continue
        check_size(*image.get_px_size())
        try:
            image.get_bitmap(render=False).close()
        except pypdfium2.PdfiumError as error:
            raise damaged("the picture on the page cannot be decoded") from error


def _only_jpeg(document: Any, number: int) -> bool:
    import pypdfium2

    try:
        return _is_jpeg(_only_image(document, number))
    except pypdfium2.PdfiumError:
        # The page will be left out when it is its turn.
        return False


def _is_jpeg(image: Any) -> bool:
    return image is not None and image.get_filters() == _JPEG


def _is_masked(image: Any) -> bool:
    """Return whether a picture has a mask, which shows only in what is drawn of it."""
    return bool((image.get_bitmap(render=True).to_numpy()[..., -1] < 255).any())


def _only_image(document: Any, number: int) -> Any:
    """Return the picture that fills a page, if there is nothing else on it."""
    import pypdfium2.raw as pdfium

    page = document[number]
    found = list(page.get_objects(max_depth=1))
    if len(found) != 1 or found[0].type != pdfium.FPDF_PAGEOBJ_IMAGE or page.get_rotation():
        return None
    image = found[0]
    a, b, c, d, left, bottom = image.get_matrix().get()
    width, height = page.get_size()
    fills = abs(a - width) < 1 and abs(d - height) < 1 and abs(left) < 1 and abs(bottom) < 1
    return image if fills and b == c == 0 else None


def _exact(image: Any) -> Any:
    """Return the pixels of a picture as they are in the file, gray or RGB; None if they are odd."""
    metadata = image.get_metadata()
    if metadata.bits_per_pixel not in (8, 24):
        return None
    bitmap = image.get_bitmap(render=False)
    pixels = bitmap.to_numpy()
    if bitmap.mode == "L":
        return pixels.reshape(bitmap.height, bitmap.width, 1).copy()
    if bitmap.mode == "BGR":
        return pixels[:, :, ::-1].copy()
    return None
