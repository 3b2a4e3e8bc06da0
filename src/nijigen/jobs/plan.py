"""Turn the user's arguments into a list of tasks: which file becomes which."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path, PurePath

from nijigen.core.errors import InputError, NotFound, nearest
from nijigen.imaging.clips.files import VIDEO_ENDINGS
from nijigen.imaging.files import READABLE


@dataclass(frozen=True)
class Source:
    """A file to work on, and the folder under the named one in which it was found."""

    path: Path
    folder: Path = Path()


@dataclass(frozen=True)
class Task:
    """One file to make from another."""

    source: Path
    target: Path


def find_sources(names: Iterable[str]) -> list[Source]:
    """Return the files for names of files, folders and globs; folders are searched recursively.

    Raises:
        NotFound: There is no such file or folder, or nothing matches.
    """
    found: list[Source] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            found += _in_folder(path)
        elif path.exists():
            found.append(Source(path))
        elif glob.has_magic(name):
            matches = [Path(match) for match in sorted(glob.glob(name, recursive=True))]
            if not matches:
                raise NotFound(f"nothing matches {name}", "quote the pattern, or check the folder")
            found += [Source(match) for match in matches if match.is_file()]
        else:
            near = os.listdir(path.parent) if path.parent.is_dir() else []
            raise NotFound(f"there is no {name}", nearest(path.name, near) if near else "")
    return found


def _in_folder(folder: Path) -> list[Source]:
    # Videos in a folder are for those who can read them.
    endings = READABLE | VIDEO_ENDINGS if find_spec("av") else READABLE
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)
    files = [path for path in files if path.is_file() and not _is_hidden(path, folder)]
    if not files:
        raise NotFound(f"no pictures in {folder}", "supported: " + " ".join(sorted(READABLE)))
    return [Source(path, path.relative_to(folder).parent) for path in files]


def _is_hidden(path: Path, folder: Path) -> bool:
    """Return whether it is hidden, or a part of a clip that is being written."""
    below = path.relative_to(folder).parts
    return path.name.startswith(".") or any(part.startswith(".nijigen-") for part in below)


def plan(
    sources: Sequence[Source],
    output: Path | None,
    *,
    operation: str,
    name: str | None = None,
    ending: str | None = None,
    into_folder: bool = False,
) -> list[Task]:
    """Say for every source which file it becomes.

    Args:
        sources: What :func:`find_sources` returned.
        output: A file, a folder, or None for a new file beside each source.
        operation: The last part of the operation's id, for names.
        name: Template with ``{stem}``, ``{ending}``, ``{operation}``, ``{folder}`` and
            ``{number}``.
        ending: Ending of the results without the dot, empty for folders; by default what the
            source can be saved as without loss: ``png`` for stills, the source's own for
            animations.
        into_folder: ``output`` is a folder even where it does not exist and has an ending.

    Raises:
        InputError: One file for several results, or an unknown field in ``name``.
    """
    as_folder = into_folder or output is None or _is_folder(output) or name is not None
    if not as_folder and output is not None:
        if len(sources) > 1:
            raise InputError(
                f"{len(sources)} pictures cannot be written to the one file {output}",
                f"use a folder: -o {output.with_suffix('')}{os.sep}",
            )
        return [Task(sources[0].path, output)]
    template = name or ("{stem}.{ending}" if output else "{stem}-{operation}.{ending}")
    tasks = [
        _task(source, output, template, operation, ending, number)
        for number, source in enumerate(sources, 1)
    ]
    return _apart(tasks)


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix


def _task(
    source: Source,
    output: Path | None,
    template: str,
    operation: str,
    ending: str | None,
    number: int,
) -> Task:
    path = source.path
    fields = {
        "stem": path.stem,
        "ending": lossless_ending(path) if ending is None else ending,
        "operation": operation,
        "folder": path.parent.name,
        "number": number,
    }
    try:
        filled = template.format(**fields)
    except (KeyError, IndexError, ValueError, AttributeError):
        known = " ".join(f"{{{field}}}" for field in fields)
        raise InputError(f"the name template {template!r} is invalid", f"fields: {known}") from None
    base = path.parent if output is None else output / source.folder
    # The result is a folder where it has no ending.
    return Task(path, base / filled.rstrip(".") if ending == "" else base / filled)


def lossless_ending(path: PurePath) -> str:
    """Return the ending under which a result of this source keeps everything."""
    own = path.suffix.lower().removeprefix(".")
    if f".{own}" in VIDEO_ENDINGS:
        return own if own in ("webm", "mov") else "mp4"
    return own if own in ("gif", "apng", "webp", "tif", "tiff") else "png"


def _apart(tasks: list[Task]) -> list[Task]:
    """Give sources that would become one file (a.png and a.jpg) names of their own."""
    counts = Counter(task.target for task in tasks)
    parted = [
        replace(
            task,
            target=task.target.with_name(
                f"{task.target.stem}-{task.source.suffix.lower().lstrip('.')}{task.target.suffix}"
            ),
        )
        if counts[task.target] > 1
        else task
        for task in tasks
    ]
    again = Counter(task.target for task in parted)
    clash = next((target for target, count in again.items() if count > 1), None)
    if clash is not None:
        raise InputError(
            f"several pictures would be written to {clash}", "use --name with {number} or {folder}"
        )
    return parted
