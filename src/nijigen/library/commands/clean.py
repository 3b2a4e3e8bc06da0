"""Clean: find flawed pictures of the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.library import _summaries
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library.adding.adder import summary
from nijigen.library.files.scanning import Found, name_of
from nijigen.library.measuring.flaws import LIMITS
from nijigen.library.upkeep.trashing import Unwanted

Wanted = Literal[
    "all", "damaged", "blurred", "enlarged", "one color", "truncated", "extreme shape", "tiny"
]


@command(
    access="change",
    lock=lambda library: folder_of(library, writing=True),
    long=True,
    lines=_summaries.flaws,
)
def clean(
    *,
    flaw: Wanted = "all",
    trash: bool = False,
    library: FolderPath | None = None,
    run: Run = SILENT,
) -> Plan:
    """Find flawed pictures, and move them to the trash if told to.

    Damaged files of the library's folders cannot be read. Blurred pictures are sharp nowhere;
    enlarged ones have no detail of their size; those of one color are blank; truncated ones end in
    rows of gray. Each picture is measured once, in about 0.3 s.

    Args:
        flaw: The flaw to look for.
        trash: Move the files to the trash; `nijigen library restore` brings them back.
        library: Folder of the library; by default the one in the home.

    Returns:
        The number of pictures that were measured, and for each flawed file its flaws, with the
        figure and the limit.

    Raises:
        NotFound: There is no library yet.
        InputError: Files could not be moved; all others were.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.clean import clean
        >>> try:
        ...     clean.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    with Library(library) as known:
        left = known.quality.lacking()
        damaged = known.quality.unreadable(run) if flaw in ("all", "damaged") else {}
        flawed = _flawed(known, flaw, damaged)
    measured = [0]
    changes = []

    def measure(run: Run) -> None:
        with Library(library, held=True) as made:
            measured[0] = made.quality.measure(left, run)
            flawed[:] = _flawed(made, flaw, damaged)

    def move(run: Run) -> None:
        by_path = {found.path: found for found in damaged}
        files = [
            Unwanted(path, ", ".join(one["flaws"]), found=by_path.get(path))
            for one in flawed
            for path in [one["path"]]
        ]
        with Library(library, held=True) as made:
            failed = made.trash.put(files, run)
        for one in flawed:
            one["trashed"] = one["path"] not in failed
        if failed:
            raise InputError(
                f"{len(failed)} file(s) could not be moved: {summary(failed)}",
                "all others are in the trash: nijigen library restore",
            )

    if left and flaw != "damaged":
        changes.append(Change(f"measure {len(left)} picture(s)", measure))
    if trash and (changes or flawed):
        more = " and those found now" if changes else ""
        changes.append(Change(f"move {len(flawed)} flawed file(s){more} to the trash", move))
    return Plan(
        changes, lambda: {"measured": measured[0], "files": [_shown(one) for one in flawed]}
    )


def _flawed(known: Library, flaw: Wanted, damaged: dict[Found, str]) -> list[dict[str, Any]]:
    """Return the flawed files, those that cannot be read first."""
    files: list[dict[str, Any]] = [
        {"path": found.path, "flaws": {"damaged": reason}} for found, reason in damaged.items()
    ]
    for one in known.quality.flawed():
        flaws = {
            name: {"figure": round(figure, 5), "limit": LIMITS[name].value}
            for name, figure in one.flaws.items()
            if flaw in ("all", name)
        }
        if flaws:
            files += [{"path": path, "flaws": flaws} for path in one.files]
    return files


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    path: Path = one["path"]
    return {**one, "path": name_of(path)}
