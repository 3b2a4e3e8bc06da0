"""Watch: follow folders, and add the pictures that appear in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.run import Run
from nijigen.core.settings import Setting
from nijigen.core.values import FolderPath
from nijigen.library._home import folder_of
from nijigen.library._library import Library
from nijigen.library.files.scanning import name_of
from nijigen.library.upkeep.watching import Pauses, Watched, Watcher
from nijigen.library.upkeep.watching import watch as follow

LOCK = "watching"


@command(
    access="change",
    lock=lambda library: folder_of(library, writing=True) / LOCK,
    endless=True,
)
def watch(
    folders: Sequence[FolderPath] = (),
    *,
    seconds: Annotated[float, Setting(ge=0.5, le=3600, unit="s")] = 2.0,
    longest: Annotated[float, Setting(ge=0.5, le=3600, unit="s")] = 60.0,
    quick: bool = False,
    library: FolderPath | None = None,
) -> Plan:
    """Follow folders, and add the pictures that appear in them.

    A file is added once two looks find it unchanged, with its sidecars and faces. Files that are
    moved, changed or gone are noted as by `nijigen library update`. Problems are shown when they
    occur and do not end it: a file that cannot be read is tried again, and while another command
    changes the library it waits. Ctrl-C ends it. Servers refuse it, since it would hold up all
    other jobs.

    Args:
        folders: Are added to those of the library; all of these are followed.
        seconds: Shortest pause between two looks; it becomes 20 times as long as a look takes.
        longest: Longest pause, for many pictures or slow disks; but it is always as long as the
            look.
        quick: Store only the hash and the simplest signature; `nijigen library update` computes the
            rest.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many files were added and moved.

    Raises:
        InputError: The library has no folders, or another process watches them.
        DatabaseDamaged: The database is damaged.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.library.commands.watch import watch
        >>> try:
        ...     watch.plan({}, {})
        ... except InputError as error:
        ...     print(error.hint)
        name one: nijigen library watch Pictures
    """
    wanted = [Path(path).absolute() for path in folders]
    known = Library.known(library)
    if known is not None:
        with known:
            wanted += [path for path in known.folders() if path not in wanted]
    if not wanted:
        raise InputError(
            "the library has no folders to watch", "name one: nijigen library watch Pictures"
        )
    done = Watched()

    def apply(run: Run) -> None:
        nonlocal done
        watcher = Watcher(library, wanted, quick=quick)
        done = follow(watcher, Pauses(seconds, longest), run)

    def result() -> dict[str, Any]:
        return {"added": done.added, "moved": done.moved}

    names = ", ".join(map(name_of, wanted[:3])) + (" …" if len(wanted) > 3 else "")
    return Plan([Change(f"watch {names} until Ctrl-C", apply)], result)
