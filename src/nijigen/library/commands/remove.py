"""Remove: remove pictures from the library; the files stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nijigen.core.command import Change, Plan, command
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library.files.paths import absolute
from nijigen.library.files.scanning import name_of


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def remove(paths: Sequence[str], *, library: FolderPath | None = None, run: Run = SILENT) -> Plan:
    """Remove pictures from the library; the files themselves stay.

    What is still in a folder that was added, `nijigen library update` adds again.

    Args:
        paths: Files or folders as they were added; they need not exist any more.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many pictures were forgotten; those that are also elsewhere stay.

    Raises:
        NotFound: The library has nothing at one of the paths; then nothing is removed.
        InputError: Files of one are in the trash on their disk.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.remove import remove
        >>> try:
        ...     remove.plan({"paths": ["no_such_folder"]}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    changes, done = [], []
    for text in paths:
        path = absolute(text)
        with Library(library) as known:
            count = len(known.below(path))
            above = [folder for folder in known.folders() if folder in path.parents]
        if above and path.exists():
            again = f"`nijigen library update` adds {name_of(Path(text))} again"
            run.note("assumed", f"{again}, since the folder {name_of(above[0])} was added")

        def apply(run: Run, path: Path = path) -> None:
            with Library(library, held=True) as made:
                done.append(made.remove([path]))

        changes.append(Change(f"remove {count} file(s) of {name_of(Path(text))}", apply))
    return Plan(changes, lambda: {"pictures": sum(done)})
