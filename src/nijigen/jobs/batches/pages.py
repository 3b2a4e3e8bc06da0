"""All pages of a TIFF made into one TIFF of as many pages.

Pages are read, processed and written one after the other, so that their number does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nijigen.core.artwork import Artwork
from nijigen.core.errors import UnsupportedFormat
from nijigen.core.picture import Picture
from nijigen.core.run import Note, Run
from nijigen.imaging.files import count_pages, read_pages, write_pages
from nijigen.imaging.losses import losses


@dataclass
class Pages:
    """What is known of pages that were processed.

    Attributes:
        before: Size of the first page.
        after: Size of its result.
        lost: What the TIFF cannot hold of a result.
    """

    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None
    lost: tuple[Note, ...] = ()


def process_pages(
    source: Path,
    target: Path,
    work: Callable[[Picture, Run], Any],
    run: Run,
    *,
    finished: Callable[[str], None] | None = None,
) -> Pages:
    """Process every page and write the results as pages.

    Each page keeps its resolution, and its depth as far as the work does. The history of the result
    is that of one file made from another, so it names no page.

    Args:
        source: A TIFF.
        target: The TIFF to write.
        work: Makes a picture of a page.
        run: Receives progress and notes, and may stop between pages.
        finished: As for :func:`nijigen.imaging.files.write_pages`.

    Raises:
        NijigenError: A page cannot be read or processed, or the file cannot be written; an existing
            file is left unchanged.
    """
    known = Pages()
    count = count_pages(source)

    def results() -> Iterator[Picture]:
        for index, page in enumerate(read_pages(source)):
            part = run.part(index / count, (index + 1) / count)
            part.check()
            made = work(page, part)
            known.lost = tuple(dict.fromkeys((*known.lost, *losses(made, "tiff"))))
            shown = made.shown() if isinstance(made, Artwork) else made
            if not isinstance(shown, Picture):
                raise UnsupportedFormat(
                    "the pages of a TIFF are pictures, and these results are none",
                    "use a folder for a file of each page",
                )
            if index == 0:
                known.before, known.after = page.size, shown.size
            yield shown.with_info(history=replace(shown.info.history, page=0))
        run.check()

    write_pages(results(), target, finished=finished)
    return known
