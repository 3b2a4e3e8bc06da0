"""Verify: check that the library is whole, and repair it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.database import DatabaseDamaged
from nijigen.core.errors import InputError
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.library import _summaries
from nijigen.library._home import existing, folder_of, looked_at
from nijigen.library._library import Library
from nijigen.library.store.salvage import Salvaged, salvage
from nijigen.library.store.tables import DATABASE
from nijigen.library.upkeep.verifying import set_aside


@command(
    access="change",
    lock=lambda repair, library: folder_of(library, writing=True) if repair else looked_at(library),
    long=True,
    lines=_summaries.problems,
)
def verify(
    *,
    repair: bool = False,
    files: bool = False,
    library: FolderPath | None = None,
    run: Run = SILENT,
) -> Plan:
    """Check that the library is whole, and repair what is lost.

    Args:
        repair: Compute lost signatures and thumbnails again from the files, and the index of a
            large library from the signatures. A damaged database is renamed and made again from the
            files that it still names, with your tags, ratings, saved searches and decisions on
            duplicates.
        files: Read every picture too, and compare it with its hash.
        library: Folder of the library; by default the one in the home.

    Returns:
        The number of pictures and a line for each problem.

    Raises:
        NotFound: There is no library yet.
        DatabaseDamaged: The database is damaged, and is not to be repaired.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.verify import verify
        >>> try:
        ...     verify.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    folder = existing(library)
    report: dict[str, Any] = {"pictures": 0, "problems": []}
    try:
        with Library(library) as known:
            found = known.verify(run, files=files)
            report = {"pictures": found.pictures, "problems": found.problems}
            damaged = found.problems and not (found.pictures or found.unsigned or found.index)
    except DatabaseDamaged as error:
        if not repair:
            raise
        report["problems"] = [error.message]
        return Plan([_rebuilding(library, folder, report)], lambda: report)
    if repair and damaged:
        return Plan([_rebuilding(library, folder, report)], lambda: report)

    def sign(run: Run) -> None:
        with Library(library, held=True) as made:
            if failed := made.sign(sorted(found.unsigned), run):
                run.note("assumed", f"no file of {len(failed)} picture(s) can be read now")
            report["problems"] = made.verify(run.without_progress(), files=files).problems

    def index(run: Run) -> None:
        with Library(library, held=True) as made:
            made.index(run, anew=True)
            report["problems"] = made.verify(run.without_progress(), files=files).problems

    changes = []
    if repair and found.unsigned:
        text = f"make signatures and thumbnails of {len(found.unsigned)} picture(s) again"
        changes.append(Change(text, sign))
    if repair and found.index:
        changes.append(Change("make the index again", index))
    return Plan(changes, lambda: report)


def _rebuilding(library: Path | None, folder: Path, report: dict[str, Any]) -> Change:
    def apply(run: Run) -> None:
        salvaged = salvage(folder / DATABASE)
        paths = salvaged.paths
        aside = set_aside(folder)
        with Library(library, writing=True, held=True) as made:
            there = [path for path in paths if path.exists()]
            added = made.add(there, run=run)
            _restore(made, salvaged, run)
            problems = made.verify(run.without_progress()).problems
        report.update(pictures=added.added, problems=problems)
        run.note("assumed", f"the damaged database was renamed to {aside}")
        if salvaged.damaged:
            run.note("assumed", f"not all could be read of: {', '.join(salvaged.damaged)}")
        if lost := len(paths) - len(there):
            run.note("assumed", f"{lost} file(s) that it named are not here now")
        if not paths:
            run.note("assumed", "it named no file: add your folders again")

    return Change("make the database again from the files that it names", apply)


def _restore(made: Library, salvaged: Salvaged, run: Run) -> None:
    """Give a new database what only the user knew."""
    if lost := made.tags.posts.edit_contents(salvaged.edits):
        run.note("assumed", f"tags of {lost} picture(s) that are not here now were not kept")
    made.distinct.add(salvaged.distinct)
    left = salvaged.searches
    while left:
        refused = {}
        for name, query in left.items():
            try:
                made.tags.save(name, query)
            except InputError:
                # It may contain one that comes later.
                refused[name] = query
        if len(refused) == len(left):
            run.note("assumed", f"saved searches that were not kept: {', '.join(refused)}")
            return
        left = refused
