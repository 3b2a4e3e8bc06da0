"""Search: find a picture in the library, whatever was done to it."""

from __future__ import annotations

from typing import Annotated, Any

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.library._library import Library
from nijigen.library.files.scanning import name_of
from nijigen.library.matching.search import Hit


@operation(alpha="own", version=2)
def search(
    picture: Picture,
    *,
    count: Annotated[int, Setting(ge=1, le=100)] = 5,
    library: FolderPath | None = None,
    run: Run = SILENT,
) -> list[dict[str, Any]]:
    """Find a picture in the library, whatever was done to it.

    Copies are found that were recompressed, resized, cropped, mirrored, rotated a little, recolored
    or written on; also a picture within another. Of moving pictures the library knows the first
    frame. Takes about 0.2 s, and longer where nothing agrees.

    Args:
        picture: Any size.
        count: At most so many hits.
        library: Folder of the library; by default the one in the home.

    Returns:
        For each hit its files, a score from 0 to 1, what was done (`kinds`), and where: `box` in
        the picture of the library and `query_box` in yours, as left, top, right, bottom in pixels.
        `similar` means that they look alike, but no part agrees; `changed` is the share of the
        common area that differs.

    Raises:
        NotFound: There is no library yet.

    Source:
        Jacobs, Finkelstein and Salesin 1995 (wavelets); EfficientNet-lite0 (embedding); ORB.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.search import search
        >>> try:
        ...     search(Picture(np.zeros((8, 8), np.uint8)))
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    with Library(library) as known:
        for note in known.notes:
            run.note("assumed", note)
        sha256 = picture.info.history.sha256 or ""
        return [_shown(hit) for hit in known.search(picture, count, sha256=sha256, run=run)]


def _shown(hit: Hit) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "entry": hit.entry.number,
        "files": [{"path": name_of(place.path), "state": place.state} for place in hit.places],
        "score": hit.score,
        "kinds": list(hit.kinds),
        "size": [hit.entry.content.width, hit.entry.content.height],
    }
    if hit.comparison is not None:
        shown |= {
            "box": list(hit.comparison.box),
            "query_box": list(hit.comparison.query_box),
            "changed": hit.comparison.changed,
        }
    return shown
