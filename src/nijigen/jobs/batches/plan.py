"""Plan a batch: turn the named sources into tasks, each with its target."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from string import Formatter
from typing import Any

from nijigen.core.errors import InputError
from nijigen.imaging.clips.files import VIDEO_ENDINGS
from nijigen.imaging.files import ENDINGS
from nijigen.jobs.batches.ledger import made_from_content
from nijigen.jobs.batches.origins import origin_of, origins_in, place
from nijigen.jobs.batches.sources import Source, by_page

_WIDEST = 255
"""Maximum padded width of a template field; no file name may be longer."""


@dataclass(frozen=True)
class Task:
    """One file to make from another."""

    source: Path
    target: Path
    number: int = 0
    """The ``{number}`` in the name, if the template has one."""
    page: int = 0
    """The page of a source of several, from 1; 0 for the whole of other files."""
    all_pages: bool = False
    """Whether the target is a TIFF with a page for each page of the source."""

    @property
    def place(self) -> str:
        """What identifies the source among others."""
        return place(self.source, self.page)

    @property
    def label(self) -> str:
        """The source as messages show it."""
        return f"{self.source} page {self.page}" if self.page else str(self.source)


@dataclass
class Planner:
    """Chooses the target of each source, and never the same target for two sources.

    It remembers the names it has chosen, across calls, and knows the source of each existing
    result, so that pages with the same name from two folders do not replace each other.

    Args:
        output: A file, a folder, or None for a new file beside each source.
        operation: The last part of the operation's id, for names.
        name: Template with ``{stem}``, ``{ending}``, ``{operation}``, ``{folder}`` and
            ``{number}``.
        ending: Extension of the results without the dot, empty for folders; by default a
            lossless format: ``png`` for stills, the source's own for animations.
        into_folder: ``output`` is a folder even if it does not exist and has an extension.
        overwrite: Choose names as if no files existed yet.
    """

    output: Path | None
    operation: str
    name: str | None = None
    ending: str | None = None
    into_folder: bool = False
    overwrite: bool = False
    _given: dict[str, str] = field(default_factory=dict)
    """Targets and their sources."""
    _last: dict[str, int] = field(default_factory=dict)
    """The highest number in each folder."""
    _noted: dict[str, tuple[dict[str, int], int]] = field(default_factory=dict)
    """For each folder, the numbers of sources with existing results, and the highest number."""

    def plan(self, sources: Sequence[Source]) -> list[Task]:
        """Return the tasks: one for each source, and for each page of a TIFF of several.

        All pages of one TIFF are one task if their results are the pages of another.

        Raises:
            InputError: Several results would go to one file, or the name template is invalid.
        """
        sources = by_page(sources)
        tasks = self.first(sources)
        if self.is_one_file:
            return tasks
        self._noted.clear()
        if self._numbered:
            return [self._numbered_task(s, task) for s, task in zip(sources, tasks, strict=True)]
        return [self._settled(task) for task in self._apart(tasks)]

    def first(self, sources: Sequence[Source]) -> list[Task]:
        """Return the tasks as they would be without name collisions.

        Raises:
            InputError: Several results would go to one file, or the name template is invalid.
        """
        if self.is_one_file:
            assert self.output is not None
            if len(sources) > 1:
                only = len({source.path for source in sources}) == 1
                if only and ENDINGS.get(self.output.suffix.lower()) == "tiff":
                    return [Task(sources[0].path, self.output, all_pages=True)]
                pages = f"the {len(sources)} pages of {sources[0].path}"
                what = pages if only else f"{len(sources)} pictures"
                folder = f"use a folder: -o {self.output.with_suffix('')}{os.sep}"
                raise InputError(
                    f"{what} cannot be written to the one file {self.output}",
                    f"{folder}, or a TIFF: -o {self.output.with_suffix('.tif')}"
                    if only
                    else folder,
                )
            return [Task(source.path, self.output, page=source.page) for source in sources]
        return [self._task(source, number) for number, source in enumerate(sources, 1)]

    @property
    def is_one_file(self) -> bool:
        """Whether ``output`` names the only result."""
        return not (
            self.into_folder
            or self.output is None
            or self.name is not None
            or os.path.isdir(self.output)
            or not self.output.suffix
        )

    @property
    def _template(self) -> str:
        return self.name or ("{stem}.{ending}" if self.output else "{stem}-{operation}.{ending}")

    @property
    def _numbered(self) -> bool:
        probe = Source(Path("a.png"))
        return self._task(probe, 1).target != self._task(probe, 2).target

    def _task(self, source: Source, number: int) -> Task:
        path = source.path
        fields = {
            "stem": source.stem,
            "ending": lossless_ending(path) if self.ending is None else self.ending,
            "operation": self.operation,
            "folder": path.parent.name,
            "number": number,
        }
        filled = _filled(self._template, fields)
        base = path.parent if self.output is None else self.output / source.folder
        # Without an extension, the result is a folder.
        name = filled.rstrip(".") if self.ending == "" else filled
        return Task(path, base / name, number, source.page)

    def _apart(self, tasks: list[Task]) -> list[Task]:
        """Give sources with the same target (a.png and a.jpg) distinct names."""
        groups: dict[Path, list[Task]] = defaultdict(list)
        for task in tasks:
            groups[task.target].append(task)
        # If the extensions are the same too (pages of two folders, x.png and x.PNG), number them.
        distinct = {
            target: len({_ending(task) for task in group}) == len(group) > 1
            for target, group in groups.items()
        }
        return [
            replace(task, target=_with_ending(task))
            if distinct[task.target] and not self._owns(task)
            else task
            for task in tasks
        ]

    def _settled(self, task: Task) -> Task:
        """Rename the target of a task if it belongs to another source."""
        target, number = task.target, 1
        if not self._is_free(target, task) and self._owner_ending(target) != _ending(task):
            target = _with_ending(task)
        stem = target.stem
        while not self._is_free(target, task):
            number += 1
            target = target.with_name(f"{stem}-{number}{target.suffix}")
        return self._claimed(replace(task, target=target, number=0))

    def _owner_ending(self, target: Path) -> str:
        origin = origin_of(target)
        owner = self._given.get(_key(target)) or (origin.source if origin else "")
        return PurePath(owner).suffix.lower()

    def _numbered_task(self, source: Source, task: Task) -> Task:
        """Number a task: the existing number of its source, else its own, else the next one."""
        folder = place(task.target.parent)
        numbers, highest = self._numbers_in(folder)
        if number := numbers.get(task.place):
            again = self._task(source, number)
            if os.path.lexists(again.target) and self._is_free(again.target, task):
                return self._claimed(again)
        if self._is_free(task.target, task, named=False):
            return self._claimed(task)
        number = max(highest, self._last.get(folder, 0))
        while True:
            number += 1
            task = self._task(source, number)
            taken = not self.overwrite and os.path.lexists(task.target)
            if not taken and _key(task.target) not in self._given:
                return self._claimed(task)

    def _numbers_in(self, folder: str) -> tuple[dict[str, int], int]:
        if folder not in self._noted:
            found = {} if self.overwrite else origins_in(Path(folder))
            there = [o for name, o in found.items() if os.path.lexists(os.path.join(folder, name))]
            numbers = {origin.source: origin.number for origin in there if origin.number}
            self._noted[folder] = numbers, max(numbers.values(), default=0)
        return self._noted[folder]

    def _owns(self, task: Task) -> bool:
        """Return whether the target exists and was made from this source."""
        if self._given.get(_key(task.target)) == task.place:
            return True
        there = not self.overwrite and os.path.lexists(task.target)
        origin = origin_of(task.target) if there else None
        return origin is not None and origin.source == task.place

    def _is_free(self, target: Path, task: Task, *, named: bool = True) -> bool:
        """Return whether a source may have this target.

        Args:
            target: The path of the result.
            task: The task that would have it.
            named: Treat an existing file of unknown origin as free: whether it may be replaced
                is decided, and reported, when it is written.
        """
        given = self._given.get(_key(target))
        if given is not None or self.overwrite or not os.path.lexists(target):
            return given in (None, task.place)
        origin = origin_of(target)
        if origin is None:
            return named or made_from_content(target, task.source, task.page)
        return origin.source == task.place or made_from_content(target, task.source, task.page)

    def _claimed(self, task: Task) -> Task:
        self._given[_key(task.target)] = task.place
        folder = place(task.target.parent)
        self._last[folder] = max(self._last.get(folder, 0), task.number)
        return task


def _key(target: Path) -> str:
    return os.path.normcase(os.path.abspath(target))


def _ending(task: Task) -> str:
    return task.source.suffix.lower()


def _with_ending(task: Task) -> Path:
    """Return the target with the extension of the source in its name."""
    target = task.target
    return target.with_name(f"{target.stem}-{_ending(task).lstrip('.')}{target.suffix}")


def _filled(template: str, fields: Mapping[str, Any]) -> str:
    """Fill in a name template, which may come from an untrusted client.

    Raises:
        InputError: It is invalid.
    """
    try:
        for _, name, form, _ in Formatter().parse(template):
            if name is None:
                continue
            if name not in fields or "{" in (form or ""):
                raise ValueError(name)
            # A width of a billion would produce a billion spaces.
            if any(int(width) > _WIDEST for width in re.findall(r"[0-9]+", form or "")):
                raise ValueError(form)
        return template.format(**fields)
    except (KeyError, IndexError, ValueError, AttributeError, OverflowError):
        known = " ".join(f"{{{field}}}" for field in fields)
        raise InputError(
            f"the name template {template[:200]!r} is invalid", f"fields: {known}"
        ) from None


def plan(
    sources: Sequence[Source],
    output: Path | None,
    *,
    operation: str,
    name: str | None = None,
    ending: str | None = None,
    into_folder: bool = False,
) -> list[Task]:
    """Return a task for every source; the parameters are those of :class:`Planner`.

    Raises:
        InputError: Several results would go to one file, or the name template is invalid.
    """
    return Planner(output, operation, name, ending, into_folder).plan(sources)


def lossless_ending(path: PurePath) -> str:
    """Return the extension of a format that holds a result of this source without loss."""
    own = path.suffix.lower().removeprefix(".")
    if f".{own}" in VIDEO_ENDINGS:
        return own if own in ("webm", "mov") else "mp4"
    return own if own in ("gif", "apng", "webp", "tif", "tiff") else "png"
