"""Distinct: mark pictures that are not duplicates of each other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.run import Run
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def distinct(
    paths: Sequence[str], *, forget: bool = False, library: FolderPath | None = None
) -> Plan:
    """Mark pictures that are not duplicates of each other.

    `nijigen library dedupe` does not join them again. Marks are kept by content, so they survive
    moving, removing and adding the files.

    Args:
        paths: Two or more files of the library.
        forget: Remove the marks instead.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many pairs are marked now that were not, or the other way round.

    Raises:
        NotFound: The library has nothing at one of the paths.
        InputError: Fewer than two different pictures are named.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.distinct import distinct
        >>> try:
        ...     distinct.plan({"paths": ["a.png", "b.png"]}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    with Library(library) as known:
        numbers = {place.content for path in paths for place in known.below(Path(path))}
        hashes = sorted(known.entry(number).content.sha256 for number in numbers)
        marked = known.distinct.pairs()
    if len(hashes) < 2:
        raise InputError(
            "fewer than two different pictures are named", "name files with different contents"
        )
    pairs = [pair for pair in itertools.combinations(hashes, 2) if (pair in marked) == forget]
    if not pairs:
        return Plan(result=lambda: {"pairs": 0})

    def apply(run: Run) -> None:
        with Library(library, held=True) as made:
            (made.distinct.remove if forget else made.distinct.add)(pairs)

    verb = "forget the marks of" if forget else "mark"
    return Plan(
        [Change(f"{verb} {len(pairs)} pair(s) of pictures", apply)], lambda: {"pairs": len(pairs)}
    )
