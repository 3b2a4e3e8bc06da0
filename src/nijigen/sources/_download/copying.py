"""Copying: pictures of a dump, or of a folder of getchu, into another folder, by a query."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from nijigen.core.atomic import write_bytes
from nijigen.core.errors import InputError, NotFound
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.posts.sidecars.files import write_sidecar
from nijigen.core.run import Run
from nijigen.sources._download.downloading import Downloaded
from nijigen.sources._reading.opening import open_source
from nijigen.sources._reading.previews import local_picture
from nijigen.sources.dumps.pictures import Found


def copy_out(
    source: str, query: Query, folder: Path, run: Run, is_known: Callable[[Post], bool]
) -> Downloaded:
    """Copy the pictures that a query finds, each with a sidecar; those that are there stay.

    Args:
        source: ``dump:`` or ``getchu:``, and a folder.
        query: With all filters.
        folder: Where to put them.
        run: For progress, and to stop.
        is_known: Whether a post is to be left out, since the user has it already.

    Raises:
        NotFound: There is no such dump.
        OutputError: The folder cannot be written.
    """
    done = Downloaded()
    for number, post in enumerate(open_source(source).posts(query, run)):
        run.progress(min(1.0, number / (query.limit or 1)))
        if is_known(post):
            done.known += 1
            continue
        try:
            found = local_picture(source, post, small=False)
            path = folder / _name(post, found)
            if path.exists():
                done.here += 1
                continue
            folder.mkdir(parents=True, exist_ok=True)
            write_bytes(path, found.read())
        except NotFound:
            done.without += 1
            continue
        except InputError as error:
            done.failed[post.id or 0] = error.message
            continue
        write_sidecar(post, path.with_name(f"{path.name}.json"), "nijigen")
        done.files += 1
    return done


def _name(post: Post, found: Found) -> str:
    # The small square is not the file whose MD5 is known.
    is_small = "512px" in found.file.parts
    parts = [post.site, str(post.id), "512px" if is_small else post.md5]
    return "_".join(filter(None, parts)) + PurePosixPath(found.name).suffix.lower()
