"""Add: add pictures to the library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError, ModelError
from nijigen.core.run import SILENT, Run
from nijigen.core.values import AnyPath, FolderPath
from nijigen.library import _summaries
from nijigen.library._home import folder_of
from nijigen.library._library import Library
from nijigen.library.adding.adder import Added, summary
from nijigen.library.files.scanning import find, name_of


@command(
    access="change",
    lock=lambda library: folder_of(library, writing=True),
    long=True,
    lines=_summaries.counts,
)
def add(
    paths: Sequence[AnyPath],
    *,
    quick: bool = False,
    library: FolderPath | None = None,
    run: Run = SILENT,
) -> Plan:
    """Add pictures to the library, so that they are found again.

    The files stay where they are. What is in the library already is skipped, so an interrupted run
    goes on where it stopped. Files that moved are recognized by their content. Files that cannot be
    read are skipped and named in the end. Tags are read from sidecar files of gallery-dl, boorus,
    Hydrus and kohya. Of animations and videos frames at cuts are indexed, and between cuts one or
    two a second while something moves; videos need the extra `video`.

    Args:
        paths: Pictures and folders; folders are searched, and again by `nijigen library update`.
        quick: Store only the hash and the simplest signature now, three times as fast; `nijigen
            library update` computes the rest, and finds faces.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many files were added, known already, and moved, and how many `frames` of animations and
        videos were indexed.

    Raises:
        InputError: Files could not be read; all others were added.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.library.commands.add import add
        >>> try:
        ...     add.plan({}, {})
        ... except InputError as error:
        ...     print(error.message)
        library.add needs paths
    """
    failed: dict[Path, str] = {}
    found = list(find(paths, run, failed))
    known = Library.known(library)
    new = tagged = found
    folders = [Path(path) for path in paths if path.is_dir()]
    if known is not None:
        with known:
            new, tagged = known.unknown(found), known.tags.with_new_sidecars(found)
            folders = [path for path in folders if path.absolute() not in known.folders()]
    if not new and not tagged and not folders and not failed:
        return Plan(result=lambda: f"all {len(found)} file(s) are in the library")
    done: list[Added] = []

    def apply(run: Run) -> None:
        with Library(library, writing=True, held=True) as made:
            for note in made.notes:
                run.note("assumed", note)
            made.remember([path.absolute() for path in folders])
            added = made.add_found(new, run.part(0, 0.7), quick=quick)
            note_sidecars(made.tags.read_sidecars(found, run.part(0.7, 0.7)), run)
            if not quick:
                note_faces(made, run.part(0.7, 1))
        done.append(added)
        added.failed |= failed
        refuse(added.failed)

    text = f"add {len(new)} of {len(found)} file(s) from {', '.join(map(name_of, paths))}"
    return Plan([Change(text, apply)], lambda: counted(done[0]))


def note_sidecars(failed: dict[Path, str], run: Run) -> None:
    """Report sidecars that could not be read; what they belong to is in the library."""
    if failed:
        run.note("assumed", f"{len(failed)} sidecar(s) could not be read: {summary(failed)}")


def note_faces(made: Library, run: Run) -> None:
    """Find faces where nobody has looked for them; all else works without."""
    try:
        failed = made.faces.find(made.faces.lacking(), run)
    except ModelError as error:
        run.note("assumed", f"faces were not looked for: {error.message}; {error.hint}")
        return
    if failed:
        run.note("assumed", f"no file of {len(failed)} picture(s) can be read now")


def counted(added: Added) -> dict[str, Any]:
    """Return what became of files, for a report."""
    return {
        "added": added.added,
        "known": added.known,
        "moved": added.moved,
        "frames": added.frames,
    }


def refuse(failed: dict[Path, str]) -> None:
    """Report files that could not be read.

    Raises:
        InputError: There are any.
    """
    if failed:
        raise InputError(
            f"{len(failed)} file(s) could not be read: {summary(failed)}",
            "everything else is done; repair or remove these files",
        )
