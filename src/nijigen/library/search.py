"""Search: find pictures in the library by their tags, by a picture, or by both."""

from __future__ import annotations

from typing import Annotated, Any

from nijigen.core.errors import InputError
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.library import _summaries
from nijigen.library._library import Library
from nijigen.library.files.scanning import name_of
from nijigen.library.matching.search import Hit
from nijigen.library.store.catalog import Place


@operation(alpha="own", version=3, lines=_summaries.hits)
def search(
    picture: Picture | None = None,
    *,
    tags: str = "",
    count: Annotated[int, Setting(ge=1, le=1000)] = 20,
    offset: Annotated[int, Setting(ge=0, le=10_000_000)] = 0,
    library: FolderPath | None = None,
    run: Run = SILENT,
) -> list[dict[str, Any]]:
    """Find pictures by tags, by a picture, or by both.

    A picture finds copies that were recompressed, resized, cropped, mirrored, rotated a little,
    recolored or written on, also one within another, in about half a second, longer where nothing
    agrees. Of animations and videos it finds the moment. Tags find what a query asks for, such as
    `1girl -comic score:>=10 width:>=1000 faces:1 order:score`. With both, only what the query finds
    is compared.

    Args:
        picture: Any size.
        tags: Query of tags and metatags; `search:NAME` is a saved search.
        count: At most so many hits.
        offset: Skip so many: the next page starts at count.
        library: Folder of the library; by default the one in the home.

    Returns:
        For each hit its number, files, size, tags and rating, in the order of the query, the newest
        first. For a picture also a score from 0 to 1, the best first, `kinds`, and where: `box` in
        the picture of the library and `query_box` in yours, as left, top, right, bottom in pixels.
        The first kind is `same file`, `same artwork`, `variant` (a part is drawn differently) or
        `similar`, the others say what was done; `changed` is the share of the common area that
        differs. Of clips, `time` and `shot` (in seconds) are when the shot begins and ends that the
        picture is from, and `frame` when the clip looks like it.

    Raises:
        InputError: Neither a picture nor tags are given.
        QueryError: The tags are not a query.
        NotFound: There is no library yet.

    Source:
        Jacobs, Finkelstein and Salesin 1995 (wavelets); EfficientNet-lite0 (embedding); ORB. The
        query language is that of Danbooru.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.search import search
        >>> try:
        ...     search(tags="1girl -comic")
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    if picture is None and not tags.strip():
        raise InputError(
            "nothing to search for",
            'name a picture, or tags: nijigen library search --tags "1girl"',
        )
    with Library(library) as known:
        if picture is None:
            query = known.tags.parse(tags)
            run.measure("total", known.tags.count(query))
            found = known.tags.find(query, limit=count, offset=offset)
            return [_described(known, number, known.places(number)) for number in found]
        for note in known.notes:
            run.note("assumed", note)
        among = known.tags.find(tags) if tags.strip() else None
        hits = known.search(
            picture,
            offset + count,
            sha256=picture.info.history.sha256 or "",
            among=among,
            run=run,
        )
        return [_with_score(known, hit) for hit in hits[offset:]]


def _described(
    known: Library, number: int, places: tuple[Place, ...] | list[Place]
) -> dict[str, Any]:
    content, post = known.entry(number).content, known.tags.of(number)
    return {
        "picture": number,
        "sha256": content.sha256,
        "files": [{"path": name_of(place.path), "state": place.state} for place in places],
        "size": [content.width, content.height],
        "tags": post.tags,
        "rating": post.rating,
    }


def _with_score(known: Library, hit: Hit) -> dict[str, Any]:
    shown = _described(known, hit.entry.content.number, hit.places)
    shown |= {
        "entry": hit.entry.number,
        "score": hit.score,
        "probability": hit.probability,
        "kinds": list(hit.kinds),
    }
    if hit.shot is not None:
        start, end = hit.shot
        shown["time"] = f"{time_code(start)}–{time_code(end)}"
        shown["shot"] = [round(start, 3), round(end, 3)]
        shown["frame"] = [round(hit.entry.start, 3), round(hit.entry.end, 3)]
    if hit.comparison is not None:
        shown |= {
            "box": list(hit.comparison.box),
            "query_box": list(hit.comparison.query_box),
            "changed": hit.comparison.changed,
        }
    return shown


def time_code(seconds: float) -> str:
    """Return a time as hours, minutes and seconds, such as ``0:21:04.25``."""
    hundredths = round(100 * seconds)
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"
