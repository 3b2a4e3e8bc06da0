"""The decoding process: ``python -m nijigen.jobs.decoding.worker FOLDER PARENT``.

It reads messages from its input and answers each on its output, see
:mod:`nijigen.jobs.processes.wire`:

- ``{"do": "facts", "path": …, "name": …}``, or ``view`` or ``thumbnail`` with a ``target``, a
  thumbnail with a ``side`` too;
- ``{"done": facts or null}``, ``{"refused": class, "message": …, "hint": …}`` or ``{"fault": …}``.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from dataclasses import asdict
from pathlib import Path

from nijigen.core.errors import NijigenError
from nijigen.jobs.decoding import views
from nijigen.jobs.processes import child
from nijigen.jobs.processes.wire import Message, read_message, write_message
from nijigen.jobs.stores.kept import inspected

log = logging.getLogger("nijigen.jobs")


def answer(message: Message) -> Message:
    """Do what a message asks for."""
    path, name = Path(message["path"]), message["name"]
    try:
        match message["do"]:
            case "facts":
                return {"done": asdict(inspected(path, name))}
            case "view":
                views.view(path, name, Path(message["target"]))
            case "thumbnail":
                views.thumbnail(path, name, Path(message["target"]), message["side"])
        return {"done": None}
    except NijigenError as error:
        kind = type(error).__name__
        return {"refused": kind, "message": error.message, "hint": error.hint}
    except Exception as error:
        log.exception("decoding failed by a fault")
        return {"fault": f"{type(error).__name__}: {error}"}


def main(arguments: list[str]) -> None:
    """Work until the input ends."""
    _, orders, answers = child.begin(arguments, quiet=True)
    result: Message = {"ready": True}
    # Whoever would receive the answer may be gone.
    with contextlib.suppress(BrokenPipeError):
        while True:
            write_message(answers, result)
            if (message := read_message(orders)) is None:
                return
            result = answer(message)


if __name__ == "__main__":
    main(sys.argv[1:])
