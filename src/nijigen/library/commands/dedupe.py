"""Dedupe: find duplicates in the library, and move them to the trash if told to."""

from __future__ import annotations

from typing import Any, Literal

from nijigen.core.atomic import write_bytes
from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FilePath, FolderPath
from nijigen.library import _summaries
from nijigen.library._home import existing, folder_of, looked_at
from nijigen.library._library import Library
from nijigen.library.adding.adder import summary
from nijigen.library.commands.restore import last_moved, restoring
from nijigen.library.duplicates.groups import Copy, Group
from nijigen.library.duplicates.report import page
from nijigen.library.files.scanning import name_of
from nijigen.library.store.thumbnails import Thumbnails
from nijigen.library.upkeep.trashing import Unwanted

Wanted = Literal["same files", "copies", "variants"]


@command(
    access="change",
    lock=lambda trash, undo, library: (
        folder_of(library, writing=True) if trash or undo else looked_at(library)
    ),
    long=True,
    lines=_summaries.duplicates,
)
def dedupe(
    *,
    kinds: Wanted = "copies",
    trash: bool = False,
    undo: bool = False,
    report: FilePath | None = None,
    library: FolderPath | None = None,
    run: Run = SILENT,
) -> Plan:
    """Find duplicates, and move them to the trash if told to.

    One file of each group is kept: the one that shows all of the picture, is the largest without
    having been enlarged, has the least JPEG damage, no lettering, a known source, or is the oldest.
    What the library has stored is compared, and the files where that shows no difference. Pictures
    that you have marked with `nijigen library distinct` are no duplicates of each other.

    Args:
        kinds: same files are equal bytes; copies also recompressed, resized, cropped, mirrored and
            lettered ones; variants also those with other colors or a part drawn differently.
        trash: Move all but the files to keep to the trash.
        undo: Bring back what the last command has moved to the trash, and do nothing else.
        report: Write a page with the pictures side by side to this HTML file.
        library: Folder of the library; by default the one in the home.

    Returns:
        The groups: the file to keep and why, and for each copy what it is and the share of the
        area that is changed.

    Raises:
        NotFound: There is no library yet.
        InputError: Files could not be moved; all others were.
        OutputError: The library or the report cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.dedupe import dedupe
        >>> try:
        ...     dedupe.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    folder = existing(library)
    if undo:
        with Library(library) as known:
            return restoring(last_moved(known.trash.files()), library)
    with Library(library) as known:
        for note in known.notes:
            run.note("assumed", note)
        groups = _chosen(known.duplicates(run, equal=kinds == "same files"), kinds)
    unwanted = [
        Unwanted(copy.path, f"{', '.join(copy.kinds)}: {name_of(group.path)}", group.path)
        for group in groups
        for copy in group.copies
    ]
    result = {"groups": [shown(group) for group in groups]}

    def write(run: Run) -> None:
        assert report is not None
        write_bytes(report, page(groups, Thumbnails(folder / "thumbnails"), moving=trash).encode())

    def move(run: Run) -> None:
        with Library(library, held=True) as made:
            failed = made.trash.put(unwanted, run)
        if failed:
            raise InputError(
                f"{len(failed)} file(s) could not be moved: {summary(failed)}",
                "all others are in the trash: nijigen library restore",
            )

    changes = []
    if report is not None:
        changes.append(Change(f"write {name_of(report)}", write))
    if trash and unwanted:
        changes.append(Change(f"move {len(unwanted)} file(s) to the trash", move))
    return Plan(changes, lambda: result)


def _chosen(groups: list[Group], kinds: Wanted) -> list[Group]:
    def is_chosen(copy: Copy) -> bool:
        return kinds == "variants" or not copy.may_differ

    chosen = [
        Group(group.keeper, group.path, group.reason, tuple(filter(is_chosen, group.copies)))
        for group in groups
    ]
    return [group for group in chosen if group.copies]


def shown(group: Group) -> dict[str, Any]:
    """Return a group of duplicates as data."""
    return {
        "keep": name_of(group.path),
        "reason": group.reason,
        "copies": [
            {
                "path": name_of(copy.path),
                "kinds": [kind for kind in copy.kinds if kind != "same artwork"],
                "changed": copy.changed,
            }
            for copy in group.copies
        ],
    }
