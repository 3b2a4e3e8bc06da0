"""What is told about an operation: everything that its signature and docstring say."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from nijigen.core import registry
from nijigen.core.declaration import Access, AnyDeclaration
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation
from nijigen.core.registry import GROUPS
from nijigen.jobs.perform import returns_picture


class InputEntry(BaseModel):
    """One value that flows in."""

    name: str
    type: str = Field(description="Picture, Animation, Clip, Artwork, Text, File or Folder")
    kind: str = Field(description="The same in small letters")
    optional: bool = Field(description="It may be left out")
    several: bool = Field(description="It takes a list")
    media: str = Field(description="Media type of the file whose content a text is, if it is one")
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
    access: Access = Field(
        description="What it does: it reads, it changes something that lasts, or it also talks to "
        "other machines"
    )
    alpha: Literal["carry", "drop", "own"]
    depth: Literal[8, 16]
    version: int
    settings: dict[str, Any]


class GroupEntry(BaseModel):
    """A group of operations."""

    id: str
    title: str


class Catalogue(BaseModel):
    """All operations, in the order of menus."""

    groups: list[GroupEntry]
    operations: list[OperationEntry]


def entry(operation: Operation[Any, Any]) -> OperationEntry:
    """Return what is told about an operation."""
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
        settings=operation.settings_model.model_json_schema(),
    )


def input_entries(declaration: AnyDeclaration) -> list[InputEntry]:
    """Return what is told about the inputs of an operation or a command."""
    return [
        InputEntry(
            name=port.name,
            type=port.kind.capitalize(),
            kind=port.kind,
            optional=port.optional,
            several=port.several,
            media=port.media,
            description=port.description,
        )
        for port in declaration.ports
    ]


def _returns(operation: Operation[Any, Any]) -> Any:
    if operation.returns is FileSet:
        return "Files"
    return operation.returns.__name__ if returns_picture(operation) else "Data"


def catalogue() -> Catalogue:
    """Return all operations and the groups that have any; a broken recipe is left out."""
    from nijigen.core.errors import RecipeError

    entries = []
    for id in registry.ids():
        try:
            entries.append(entry(registry.get(id)))
        except RecipeError:
            # It is the user's own file; the list of recipes says what is wrong with it.
            continue
    present = {one.group for one in entries}
    order = [*GROUPS, *sorted(present - set(GROUPS))]
    groups = [GroupEntry(id=id, title=GROUPS.get(id, id)) for id in order if id in present]
    return Catalogue(groups=groups, operations=entries)
