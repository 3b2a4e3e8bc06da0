"""Descriptions of operations and commands, from their signatures and docstrings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, Field

from nijigen.core import registry
from nijigen.core.declaration import Access, AnyDeclaration
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation
from nijigen.core.registry import GROUPS, AnyCommand
from nijigen.imaging.files import READABLE
from nijigen.jobs.perform import returns_picture

ACCESS = "Whether it only reads, changes persistent data, or also uses the network"


class InputEntry(BaseModel):
    """One input."""

    name: str
    type: str = Field(description="Picture, Animation, Clip, Artwork, Text, File or Folder")
    kind: str = Field(description="The same in lowercase")
    optional: bool = Field(description="Whether it may be omitted")
    several: bool = Field(description="Whether it takes a list")
    media: str = Field(description="Media type, for text that is the content of a file")
    choices: list[str] | None = Field(None, description="The names that exist now, for a text")
    empty: bool = Field(False, description="Whether an empty text is one, too")
    prefixes: list[str] = Field([], description="What may stand before a path in a text")
    description: str


class OperationEntry(BaseModel):
    """One operation, with the JSON Schema of its settings."""

    id: str
    group: str
    name: str
    summary: str
    description: str
    source: str
    inputs: list[InputEntry]
    returns: Literal["Picture", "Animation", "Clip", "Artwork", "Files", "Data"]
    access: Access = Field(description=ACCESS)
    alpha: Literal["carry", "drop", "own"]
    depth: Literal[8, 16]
    version: int
    preview: Literal["crop", "whole"] = Field(
        description="Whether a crop previews the result, or the whole picture, reduced"
    )
    settings: dict[str, Any]


class CommandEntry(BaseModel):
    """One command, with the JSON Schema of its settings."""

    id: str
    group: str
    name: str
    summary: str
    description: str
    returns: str = Field(description="The result in its report")
    access: Access = Field(description=ACCESS)
    inputs: list[InputEntry]
    settings: dict[str, Any]


class GroupEntry(BaseModel):
    """A group of operations."""

    id: str
    title: str


class Catalogue(BaseModel):
    """All operations, in menu order."""

    groups: list[GroupEntry]
    operations: list[OperationEntry]
    extensions: list[str] = Field(description="Lowercase, of the picture files that can be read")


class CommandCatalogue(BaseModel):
    """All commands, in menu order."""

    groups: list[GroupEntry]
    commands: list[CommandEntry]


def entry(operation: Operation[Any, Any]) -> OperationEntry:
    """Return the description of an operation."""
    return OperationEntry(
        id=operation.id,
        group=operation.group,
        name=operation.name,
        summary=operation.doc.summary,
        description=operation.doc.body,
        source=operation.doc.sections.get("Source", ""),
        inputs=input_entries(operation),
        returns=_returns(operation),
        access=operation.access,
        alpha=operation.alpha,
        depth=operation.depth,
        version=operation.version,
        preview=operation.preview,
        settings=operation.settings_model.model_json_schema(),
    )


def input_entries(declaration: AnyDeclaration) -> list[InputEntry]:
    """Return the descriptions of the inputs of an operation or a command."""
    texts = declaration.path_texts
    return [
        InputEntry(
            name=port.name,
            type=port.kind.capitalize(),
            kind=port.kind,
            optional=port.optional,
            several=port.several,
            media=port.media,
            choices=None if port.choices is None else list(port.choices.names()),
            empty=port.may_be_empty,
            prefixes=list(texts[port.name].prefixes) if port.name in texts else [],
            description=port.description,
        )
        for port in declaration.ports
    ]


def _returns(operation: Operation[Any, Any]) -> Any:
    if operation.returns is FileSet:
        return "Files"
    return operation.returns.__name__ if returns_picture(operation) else "Data"


def catalogue() -> Catalogue:
    """Return all operations and non-empty groups, without invalid recipes."""
    from nijigen.core.errors import RecipeError

    entries = []
    for id in registry.ids():
        try:
            entries.append(entry(registry.get(id)))
        except RecipeError:
            # A user's file; the list of recipes shows its error.
            continue
    return Catalogue(
        groups=_groups(one.group for one in entries),
        operations=entries,
        extensions=sorted(READABLE),
    )


def command_entry(command: AnyCommand) -> CommandEntry:
    """Return the description of a command."""
    return CommandEntry(
        id=command.id,
        group=command.group,
        name=command.name,
        summary=command.doc.summary,
        description=command.doc.body,
        returns=command.doc.sections.get("Returns", ""),
        access=command.access,
        inputs=input_entries(command),
        settings=command.settings_model.model_json_schema(),
    )


def command_catalogue() -> CommandCatalogue:
    """Return all commands and non-empty groups."""
    entries = [command_entry(registry.get_command(id)) for id in registry.command_ids()]
    return CommandCatalogue(groups=_groups(one.group for one in entries), commands=entries)


def _groups(ids: Iterable[str]) -> list[GroupEntry]:
    present = set(ids)
    order = [*GROUPS, *sorted(present - set(GROUPS))]
    return [GroupEntry(id=id, title=GROUPS.get(id, id)) for id in order if id in present]
