"""Tag: add tags to pictures of the library, or remove some."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.run import Run
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library.tagging.tags import edit_of


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def tag(
    paths: Sequence[str] = (),
    *,
    add: str = "",
    remove: str = "",
    where: str = "",
    library: FolderPath | None = None,
) -> Plan:
    """Add tags to pictures of the library, or remove some.

    Sidecar files are never changed. What you add or remove here counts more than what they say, now
    and when they are read again; it stays with a file that is edited, moved or renamed.

    Args:
        paths: Files, or folders with all in them, that are in the library.
        add: Tags with spaces between them, `long_hair artist:name rating:g`, or with commas.
        remove: Tags that the pictures shall not have.
        where: Instead of paths: a query, as in `library search --tags`; `id:12` is picture 12.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many pictures were changed.

    Raises:
        InputError: There are no tags, or a metatag is among them, or no pictures are named.
        QueryError: It is not a query.
        NotFound: There is no library yet, or it has nothing at one of the paths.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.tag import tag
        >>> try:
        ...     tag.plan({"paths": ["no_such_folder"]}, {"add": "1girl"})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    edit = edit_of(add, remove)
    if not (edit.added or edit.removed or edit.rating):
        raise InputError("no tags are given", 'such as --add "1girl long_hair" or --remove comic')
    if bool(paths) == bool(where.strip()):
        raise InputError(
            "name either files or a query", "such as nijigen library tag a.png --add cat"
        )
    existing(library)
    with Library(library) as known:
        if where.strip():
            numbers = known.tags.find(where)
        else:
            places = [place for path in paths for place in known.below(Path(path))]
            numbers = list(dict.fromkeys(place.content for place in places))

    def apply(run: Run) -> None:
        with Library(library, held=True) as made:
            made.tags.edit(numbers, add=add, remove=remove)

    words = [f"add {add.strip()}"] if add.strip() else []
    words += [f"remove {remove.strip()}"] if remove.strip() else []
    text = f"{' and '.join(words)} in {len(numbers)} picture(s)"
    return Plan([Change(text, apply)] if numbers else [], lambda: {"pictures": len(numbers)})
