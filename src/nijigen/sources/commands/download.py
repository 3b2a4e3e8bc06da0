"""Download: fetch the pictures of a site that a query asks for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError, SourceError
from nijigen.core.plural import plural
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.posts.rating import Rating
from nijigen.core.run import Run
from nijigen.core.settings import Setting
from nijigen.core.values import Choices, FolderPath, MayBeEmpty, PathInText
from nijigen.library import Library
from nijigen.sources._download.downloading import Downloaded, Downloader
from nijigen.sources._reading.filters import filtered_query, let_through
from nijigen.sources._reading.opening import DUMP, GETCHU, open_source
from nijigen.sources.sites._opening import booru_names, find_booru


@command(access="network", lock=lambda output: _named(output), long=True)
def download(
    site: Annotated[str, Choices(booru_names), PathInText((DUMP, GETCHU))],
    query: Annotated[str, MayBeEmpty()],
    *,
    output: FolderPath | None = None,
    count: Annotated[int, Setting(ge=1, le=1_000_000)] = 100,
    since: str = "",
    blacklist: str = "",
    rating: Rating = "general",
    speed: Annotated[int, Setting(ge=0, le=1_000_000, unit="kB/s")] = 0,
    skip_known: bool = False,
    library: FolderPath | None = None,
) -> Plan:
    """Fetch the pictures of a site that a query asks for.

    A file is called by its site, number and MD5, and what is known of it lies beside it as JSON,
    which `nijigen library add` reads. The newest posts come first. Run it again to go on after an
    interruption, to fetch older posts with a larger count, or what is new: files that are there
    are not fetched again. A file that is not what the site describes is thrown away and tried
    again next time.

    Args:
        site: Name of a site; of dump:FOLDER and getchu:FOLDER the pictures are copied.
        query: Tags and metatags; may be empty.
        output: Folder for the files.
        count: So many of the newest posts, those of earlier runs included.
        since: Only posts from this date on, such as `2026-11-30`, or of this age, such as `2w`.
        blacklist: Query of posts to leave out, such as `comic or sketch`.
        rating: The strongest rating that is let through.
        speed: At most so many kilobytes a second; 0 is no limit.
        skip_known: Leave out what the library has, by its MD5.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many files have arrived, were here already, are in the library, and are not given out.

    Raises:
        InputError: No folder is named, or an extra is missing.
        NotFound: There is no such site.
        QueryError: The query is not one, or the site cannot answer it.
        SourceError: The site did not respond as expected, or some files could not be had; all
            others have arrived.
        OutputError: The folder cannot be written.

    Example:
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.sources.commands.download import download
        >>> try:
        ...     download.plan({"site": "danbooru", "query": "1girl"}, {})
        ... except InputError as error:
        ...     print(error.message)
        no folder is named
    """
    folder = _named(output)
    asked = filtered_query(query, count=count, since=since, blacklist=blacklist, rating=rating)
    if site.startswith((DUMP, GETCHU)):
        return _copied(site, asked, folder, library, skip_known=skip_known, query=query)
    where = find_booru(site)
    downloader = Downloader(where, asked, folder, speed=speed * 1000)

    def apply(run: Run) -> None:
        with _known(library if skip_known else None, wanted=skip_known) as is_known:
            made = Downloader(where, asked, folder, speed=speed * 1000, is_known=is_known)
            done.append(made.done)
            made.run(run)
        if not made.matching:
            run.note("assumed", let_through(rating, query, found=False))
        _refuse(made.done)

    done: list[Downloaded] = []
    here = f", of which {downloader.matching} were looked at before" if downloader.matching else ""
    text = f"fetch the newest {plural(count, 'post')} of {site} for {query!r} into {folder}{here}"
    return Plan([Change(text, apply)], lambda: _counted(done[0]))


def _copied(
    source: str,
    asked: Query,
    folder: Path,
    library: Path | None,
    *,
    skip_known: bool,
    query: str,
) -> Plan:
    """Return what copies pictures out of a dump."""
    from nijigen.sources._download.copying import copy_out

    open_source(source)
    done: list[Downloaded] = []

    def apply(run: Run) -> None:
        with _known(library if skip_known else None, wanted=skip_known) as is_known:
            done.append(copy_out(source, asked, folder, run, is_known))
        if done[0] == Downloaded():
            run.note("assumed", "nothing was found: see the setting rating")
        _refuse(done[0])

    text = f"copy {plural(asked.limit or 0, 'picture')} of {source} for {query!r} into {folder}"
    return Plan([Change(text, apply)], lambda: _counted(done[0]))


def _named(output: Path | None) -> Path:
    if output is None:
        raise InputError("no folder is named", "such as --output pictures")
    return output


@contextlib.contextmanager
def _known(library: Path | None, *, wanted: bool) -> Iterator[Callable[[Post], bool]]:
    """Yield whether the library has the file of a post."""
    known = Library.known(library) if wanted else None
    if known is None:
        yield lambda post: False
        return
    with known:
        yield lambda post: bool(post.md5 and known.tags.find(f"md5:{post.md5}", limit=1))


def _counted(done: Downloaded) -> dict[str, Any]:
    return {
        "files": done.files,
        "here": done.here,
        "known": done.known,
        "without_file": done.without,
    }


def _refuse(done: Downloaded) -> None:
    if done.failed:
        number, why = next(iter(done.failed.items()))
        others = f", and {len(done.failed) - 1} more" if len(done.failed) > 1 else ""
        raise SourceError(
            f"{plural(len(done.failed), 'file')} could not be had: post {number}: {why}{others}",
            "everything else has arrived; run it again to try these again",
        )
