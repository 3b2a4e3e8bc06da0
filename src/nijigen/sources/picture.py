"""Picture: a picture of a dump by its number."""

from __future__ import annotations

from typing import Annotated

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import NotFound
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.posts.query import parse_query
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.imaging.files import decode
from nijigen.sources.dumps.opening import open_dump
from nijigen.sources.dumps.pictures import Found, Size, find_picture


@operation(alpha="own", version=1)
def picture(
    folder: FolderPath,
    *,
    id: Annotated[int, Setting(ge=1, le=10**12)] = 1,
    size: Size = "original",
    run: Run = SILENT,
) -> Picture:
    """Open a picture of a dump by its number.

    It is found where the releases have it: in `original` or `512px` by the last digits, in `images`
    by its MD5, or in a tar of `images` with an index in JSON.

    Args:
        folder: Of the dump.
        id: Number of the post.
        size: The file itself, or the square of 512 px that some releases have.

    Returns:
        The picture; of an animation its first frame, of a layered file all its layers.

    Raises:
        NotFound: It is not there.
        InputError: The index of a tar is damaged, or the file is no picture.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.sources.picture import picture
        >>> try:
        ...     picture(".", id=114514)
        ... except NotFound as error:
        ...     print(error.message)
        the picture of post 114514 is not in .
    """
    found = find_picture(folder, id, size=size) or _by_md5(folder, id, size, run)
    if found is None:
        raise NotFound(
            f"the picture of post {id} is not in {folder}",
            "dumps often have a part of the pictures only: try size 512px, or another number",
        )
    made = decode(found.read(), found.name)
    if isinstance(made, Artwork):
        return made.flatten()
    return made.frames[0] if isinstance(made, Animation) else made


def _by_md5(folder: FolderPath, id: int, size: Size, run: Run) -> Found | None:
    """Look up the MD5 of a post where files are named by it."""
    if not (folder / "images").is_dir():
        return None
    for post in open_dump(folder).posts(parse_query(f"id:{id}"), run):
        return find_picture(folder, id, size=size, md5=post.md5)
    return None
