"""Command: a typed function that changes something that lasts; declared once, like an operation.

The function does nothing yet: it looks at how things stand and returns a :class:`Plan`, the list
of changes that are left to do. A dry run shows the plan; a run carries it out. What was done
before is not in the next plan, so the same command again goes on where it was stopped.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec

from nijigen.core.declaration import Access, Declaration
from nijigen.core.lock import FolderLock
from nijigen.core.run import SILENT, Run

P = ParamSpec("P")


@dataclass(frozen=True)
class Change:
    """One thing that a command will do: whole, or not at all."""

    text: str
    """One line, as in ``remove model.onnx (5.1 MB)``."""
    apply: Callable[[Run], Any]
    """Does it. It may report progress, and is cancelled at its reports."""


@dataclass(frozen=True)
class Plan:
    """What a command will do, in order; empty where nothing is left to do."""

    changes: Sequence[Change] = ()
    result: Callable[[], Any] = lambda: None
    """Called after the last change: what the command answers."""


@dataclass(frozen=True)
class Report:
    """What a command did, or would do."""

    command: str
    dry_run: bool
    changes: tuple[str, ...]
    """The lines of the plan; of a run, all of them were done."""
    result: Any = None
    notes: tuple[str, ...] = field(default=())


class Command(Declaration[P, Plan]):
    """A declared command; call it like its function, and it is carried out.

    Attributes:
        lock: Returns the folder that is locked while the command runs, if it changes one.
    """

    def __init__(
        self,
        function: Callable[P, Plan],
        *,
        access: Access,
        lock: Callable[[], Path] | None = None,
    ) -> None:
        super().__init__(function, access)
        self.lock = lock

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Report:
        """Carry the command out.

        Raises:
            InputError: An input is missing or of the wrong type, or another process is at it.
            SettingsError: A setting is unknown or out of range.
        """
        return self.apply(*self._sorted_arguments(args, kwargs))

    def plan(self, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> Report:
        """Return what the command would do; nothing is changed.

        Raises:
            NijigenError: Whatever the command refuses.
        """
        made = self._call(self.check_inputs(inputs), self.check(settings), SILENT)
        return Report(self.id, True, tuple(change.text for change in made.changes))

    def apply(
        self, inputs: Mapping[str, Any], settings: Mapping[str, Any], run: Run = SILENT
    ) -> Report:
        """Carry the command out; what every front end calls.

        Raises:
            InputError: An input is missing or of the wrong type, or another process is at it.
            SettingsError: A setting is unknown or out of range.
            Cancelled: The user asked to stop. What was done is done; the same command goes on.
        """
        fitted, values = self.check_inputs(inputs), self.check(settings)
        run.check()
        with self._locked():
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
    def _locked(self) -> Iterator[None]:
        if self.lock is None:
            yield
            return
        folder = self.lock()
        held = FolderLock(folder, file=".lock", hint="wait until it has ended")
        held.note(f"process {os.getpid()}, {self.id}")
        try:
            yield
        finally:
            held.release()


def command(
    *, access: Access, lock: Callable[[], Path] | None = None
) -> Callable[[Callable[P, Plan]], Command[P]]:
    """Declare a function as a command; the path of its module is the command's id.

    Args:
        access: ``read`` where nothing is changed, ``change``, or ``network``, which may change
            things too.
        lock: Returns the folder that the command changes; one process at a time has it.
    """

    def declare(function: Callable[P, Plan]) -> Command[P]:
        return Command(function, access=access, lock=lock)

    return declare
