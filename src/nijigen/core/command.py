"""Command: a typed function that changes persistent state; declared once, like an operation.

The function itself changes nothing: it examines the current state and returns a :class:`Plan`, the
list of changes still to make. A dry run shows the plan; a run executes it. Finished changes are not
in the next plan, so repeating an interrupted command resumes it. A plan uses no network: a server
shows it to those who may not run the command.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec

from nijigen.core.declaration import Access, Declaration, Lines
from nijigen.core.lock import FolderLock
from nijigen.core.run import SILENT, Run

P = ParamSpec("P")


@dataclass(frozen=True)
class Change:
    """One atomic change that a command will make."""

    text: str
    """One line, as in ``remove model.onnx (5.1 MB)``."""
    apply: Callable[[Run], Any]
    """Makes the change. It may report progress, and can be cancelled whenever it does."""


@dataclass(frozen=True)
class Plan:
    """The changes that a command will make, in order; empty if nothing is left to do."""

    changes: Sequence[Change] = ()
    result: Callable[[], Any] = lambda: None
    """Called after the last change; returns the command's result."""


@dataclass(frozen=True)
class Report:
    """What a command did, or would do."""

    command: str
    dry_run: bool
    changes: tuple[str, ...]
    """The lines of the plan; after a run, all of them were carried out."""
    result: Any = None
    notes: tuple[str, ...] = field(default=())


class Command(Declaration[P, Plan]):
    """A declared command; calling it like its function carries it out.

    Attributes:
        lock: Returns the folder to lock while the command runs, if it changes one, or None; it is
            given the settings that it has parameters for.
        endless: Whether it runs until it is stopped, so that it is no job for a server.
        long: Whether it takes long with many files: a server does what someone waits for first.
    """

    def __init__(
        self,
        function: Callable[P, Plan],
        *,
        access: Access,
        lock: Callable[..., Path | None] | None = None,
        endless: bool = False,
        long: bool = False,
        lines: Lines | None = None,
    ) -> None:
        super().__init__(function, access, lines)
        self.lock = lock
        self.endless = endless
        self.long = long

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Report:
        """Carry out the command.

        Raises:
            InputError: An input is missing or of the wrong type, or another process holds the lock.
            SettingsError: A setting is unknown or out of range.
        """
        return self.apply(*self._sorted_arguments(args, kwargs))

    def plan(self, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> Report:
        """Return what the command would do, without changing anything.

        Raises:
            NijigenError: The command cannot be carried out.
        """
        made = self._call(self.check_inputs(inputs), self.check(settings), SILENT)
        return Report(self.id, True, tuple(change.text for change in made.changes))

    def apply(
        self, inputs: Mapping[str, Any], settings: Mapping[str, Any], run: Run = SILENT
    ) -> Report:
        """Carry out the command; every front end calls this.

        Raises:
            InputError: An input is missing or of the wrong type, or another process holds the lock.
            SettingsError: A setting is unknown or out of range.
            Cancelled: The user asked to stop. Finished changes stay; repeating the command resumes.
        """
        fitted, values = self.check_inputs(inputs), self.check(settings)
        run.check()
        with self._locked(values):
            plan = self._call(fitted, values, run.part(0, 0))
            for index, change in enumerate(plan.changes):
                run.check()
                share = len(plan.changes)
                change.apply(run.part(index / share, (index + 1) / share))
            run.progress(1)
            texts = tuple(change.text for change in plan.changes)
            notes = tuple(note.text for note in run.notes)
            return Report(self.id, False, texts, plan.result(), notes)

    @contextlib.contextmanager
    def _locked(self, settings: Mapping[str, Any]) -> Iterator[None]:
        if self.lock is None:
            yield
            return
        folder = self.lock(**{name: settings[name] for name in signature(self.lock).parameters})
        if folder is None:
            yield
            return
        hint = "check its permissions, and whether the disk is full or read-only"
        held = FolderLock(folder, file=".lock", hint=hint, held="wait until it has ended")
        held.note(f"stop process {os.getpid()} ({self.id})")
        try:
            yield
        finally:
            held.release()


def command(
    *,
    access: Access,
    lock: Callable[..., Path | None] | None = None,
    endless: bool = False,
    long: bool = False,
    lines: Lines | None = None,
) -> Callable[[Callable[P, Plan]], Command[P]]:
    """Declare a function as a command; the path of its module is the command's id.

    Args:
        access: ``read`` if nothing is changed, ``change``, or ``network``, which may change
            things too.
        lock: Returns the folder that the command changes, or None if these settings change none;
            only one process at a time holds it. Its parameters, if any, are named like settings
            and get their values.
        endless: Whether it runs until it is stopped; servers refuse it.
        long: Whether it takes long with many files; servers run it in the lane ``batch``.
        lines: Returns the command's result as lines for a terminal, if JSON would be long.
    """

    def declare(function: Callable[P, Plan]) -> Command[P]:
        return Command(function, access=access, lock=lock, endless=endless, long=long, lines=lines)

    return declare
