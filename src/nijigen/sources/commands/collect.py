"""Collect: fetch the files of listed posts into the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError, LoginRequired, NotFound, RateLimited, SourceError
from nijigen.core.plural import plural
from nijigen.core.posts.post import Post
from nijigen.core.run import Run
from nijigen.core.values import FolderPath, Media
from nijigen.library.commands.add import add
from nijigen.sources._web.opening import open_client
from nijigen.sources.sites._opening import find_booru
from nijigen.sources.sites._own import STORE
from nijigen.sources.sites._site import Site


@command(access="network", lock=lambda output: output or _pictures(writing=True), long=True)
def collect(
    posts: Annotated[str, Media("application/x-ndjson")],
    *,
    output: FolderPath | None = None,
    quick: bool = False,
    library: FolderPath | None = None,
) -> Plan:
    """Fetch the files of listed posts into the library.

    The list is what `nijigen sources posts` writes as JSON lines, or some of its lines. Files are
    called as by `nijigen sources download`, with what is known of each beside it; those that are
    there are not fetched again.

    Args:
        posts: JSON lines, or the name of their file; `-` reads standard input.
        output: Folder for the files; by default `sources/pictures` in the home.
        quick: As of `nijigen library add`: store only the simplest signature now.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many files have arrived, were here already, and are not given out; and how many were
        added to the library.

    Raises:
        InputError: A line is not that of a post, or an extra is missing.
        NotFound: There is no such site.
        SourceError: Some files could not be had; all others are in the library.
        OutputError: The folder or the library cannot be written.

    Example:
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.sources.commands.collect import collect
        >>> try:
        ...     collect.plan({"posts": "{}"}, {})
        ... except InputError as error:
        ...     print(error.message)
        line 1 names no site and number
    """
    listed = list(_listed(posts))
    by_site: dict[str, list[Post]] = {}
    for post in listed:
        by_site.setdefault(post.site, []).append(post)
    sites = {name: find_booru(name) for name in by_site}
    folder = output or _pictures()
    done = {"files": 0, "here": 0, "without_file": 0, "added": 0}

    def apply(run: Run) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        failed: dict[int, str] = {}
        paths: list[Path] = []
        for number, (name, wanted) in enumerate(by_site.items()):
            part = run.part(0.7 * number / len(by_site), 0.7 * (number + 1) / len(by_site))
            paths += _fetch(sites[name], wanted, folder, part, done, failed)
        if paths:
            settings = {"quick": quick, "library": library}
            report = add.apply({"paths": paths}, settings, run.part(0.7, 1))
            if isinstance(report.result, dict):
                done["added"] = report.result["added"]
        if failed:
            first, why = next(iter(failed.items()))
            raise SourceError(
                f"{len(failed)} of {plural(len(listed), 'file')} could not be had:"
                f" post {first}: {why}",
                "everything else is in the library; run it again to try these again",
            )

    if not listed:
        return Plan(result=lambda: dict(done))
    text = f"fetch the files of {plural(len(listed), 'post')} of {', '.join(by_site)}"
    text += f" into {folder}, and add them to the library"
    return Plan([Change(text, apply)], lambda: dict(done))


def _pictures(*, writing: bool = False) -> Path:
    return STORE.folder(writing=writing) / "pictures"


def _listed(text: str) -> Iterator[Post]:
    """Yield the posts of a list.

    Raises:
        InputError: A line is not that of a post.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            post = Post.from_json(line)
        except InputError as error:
            raise InputError(f"line {number}: {error.message}", error.hint) from None
        if not post.site or post.id is None:
            raise InputError(
                f"line {number} names no site and number", "list posts: nijigen sources posts"
            )
        yield post


def _fetch(
    site: Site, posts: list[Post], folder: Path, run: Run, done: dict[str, int],
    failed: dict[int, str],
) -> Iterator[Path]:  # fmt: skip
    """Fetch files, and yield where they are."""
    with open_client(site, run) as client:
        from nijigen.sources._download.files import fetch, file_name

        for number, post in enumerate(posts):
            run.progress(number / len(posts))
            if not post.file_url:
                done["without_file"] += 1
                continue
            try:
                new = fetch(post, folder, client, speed=0)
            except (LoginRequired, RateLimited):
                raise
            except (SourceError, NotFound) as error:
                failed[post.id or 0] = error.message
                continue
            done["files" if new else "here"] += 1
            yield folder / file_name(post)
