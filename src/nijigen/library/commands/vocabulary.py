"""Vocabulary: take over a list of tags with their categories and aliases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.posts.vocabulary import Vocabulary
from nijigen.core.run import Run
from nijigen.core.values import FilePath, FolderPath
from nijigen.library._home import folder_of
from nijigen.library._library import Library


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def vocabulary(file: FilePath, *, library: FolderPath | None = None) -> Plan:
    """Take over a list of tags, for completion, aliases and categories.

    The list is the CSV that UIs use for tag autocompletion: name, number of category, count,
    aliases. It replaces an earlier one; tags of pictures stay.

    Args:
        file: The CSV with the tags.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many tags it has.

    Raises:
        InputError: The file is not such a list.
        OutputError: The library cannot be written.

    Example:
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.library.commands.vocabulary import vocabulary
        >>> try:
        ...     vocabulary.plan({}, {})
        ... except InputError as error:
        ...     print(error.message)
        library.vocabulary needs file
    """
    tags = _read(file)
    result: dict[str, Any] = {"tags": len(tags)}

    def apply(run: Run) -> None:
        with Library(library, writing=True, held=True) as made:
            made.tags.keep_vocabulary(tags)

    return Plan([Change(f"take over {len(tags)} tags of {file.name}", apply)], lambda: result)


def _read(file: Path) -> Vocabulary:
    try:
        return Vocabulary.from_csv(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{file} is not a text in UTF-8", "give a list of tags as CSV") from None
    except InputError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from None
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
