"""Update: look at the files of the library again."""

from __future__ import annotations

from nijigen.core.command import Change, Plan, command
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.library import _summaries
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library.adding.adder import Added
from nijigen.library.commands.add import counted, note_faces, note_sidecars, refuse


@command(
    access="change",
    lock=lambda library: folder_of(library, writing=True),
    long=True,
    lines=_summaries.counts,
)
def update(*, library: FolderPath | None = None, run: Run = SILENT) -> Plan:
    """Bring the library up to date with its folders.

    New and changed files are added, moved ones are recognized by their content. A file is gone only
    if the disk that it was on is mounted; otherwise it is away. Gone pictures are still found,
    until they are removed. New and changed sidecar files are read. Signatures
    that are missing are computed, and faces are looked for.

    Args:
        library: Folder of the library; by default the one in the home.

    Returns:
        How many files were added, known already, moved, and are gone.

    Raises:
        NotFound: There is no library yet.
        InputError: Files could not be read; all others were added.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.update import update
        >>> try:
        ...     update.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    with Library(library) as known:
        seen, unsigned = known.look(run), known.unsigned()
        faceless = known.faces.lacking()
        tagged = known.tags.with_new_sidecars(seen.found)
    result = {"added": 0, "known": 0, "moved": 0, "frames": 0, "gone": 0}
    changes = []

    def add(run: Run) -> None:
        with Library(library, held=True) as made:
            added: Added = made.add_found(seen.files, run.part(0, 0.7))
            note_faces(made, run.part(0.7, 1))
        result.update(counted(added))
        seen.failed |= added.failed

    def note(run: Run) -> None:
        with Library(library, held=True) as made:
            result["gone"] = made.note_states(seen)

    def find_faces(run: Run) -> None:
        with Library(library, held=True) as made:
            note_faces(made, run)

    def read_tags(run: Run) -> None:
        with Library(library, held=True) as made:
            note_sidecars(made.tags.read_sidecars(seen.found, run), run)

    def sign(run: Run) -> None:
        with Library(library, held=True) as made:
            failed = made.sign(unsigned, run)
        if failed:
            run.note("assumed", f"no file of {len(failed)} picture(s) can be read now")

    if seen.files:
        changes.append(Change(f"add {len(seen.files)} new or changed file(s)", add))
    states = (
        (seen.gone, "gone, if they are not found elsewhere"),
        (seen.away, "away"),
        (seen.trashed, "in the trash"),
        (seen.back, "here again"),
    )
    texts = [f"{len(paths)} file(s) are {state}" for paths, state in states if paths]
    if texts:
        changes.append(Change(f"note that {', '.join(texts)}", note))
    if tagged:
        changes.append(Change(f"read sidecars of {len(tagged)} picture(s)", read_tags))
    if unsigned:
        changes.append(Change(f"compute missing signatures of {len(unsigned)} picture(s)", sign))
    if faceless:
        changes.append(Change(f"find faces in {len(faceless)} picture(s)", find_faces))
    if seen.failed:
        changes.append(Change("name what cannot be read", lambda run: None))

    def outcome() -> dict[str, int]:
        refuse(seen.failed)  # also those that turn out to be unreadable only when they are added
        return result

    return Plan(changes, outcome)
