"""Models: what is installed; commands get and remove them."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from nijigen.api.services import Served
from nijigen.core.errors import ModelError
from nijigen.jobs.stores.records import Problem, problem_of
from nijigen.models.card import Metric, card_names, load_card
from nijigen.models.store import Origin, State, verify

router = APIRouter(prefix="/api/models", tags=["models"])


class FileEntry(BaseModel):
    """One file of a model."""

    key: str = Field(description="The network that it belongs to")
    name: str
    state: State


class ModelEntry(BaseModel):
    """A model's card, and its state on this machine."""

    name: str
    task: str = ""
    summary: str = ""
    licence: str = ""
    source: str = ""
    training_data: str = ""
    limits: list[str] = []
    metrics: dict[str, Metric] = {}
    installed: bool = False
    origin: Origin | None = None
    download: bool = Field(False, description="Whether models.get can download it")
    package_bytes: int | None = Field(None, description="Size of that download")
    files: list[FileEntry] = []
    problem: Problem | None = Field(None, description="Why it cannot be used")


class Verified(BaseModel):
    """The files of a model, checked against the hashes on its card."""

    name: str
    files: list[FileEntry]


@router.get("")
async def list_models(services: Served) -> list[ModelEntry]:
    """List all models; the first call is slow, since all files are hashed."""
    return await services.with_files(lambda: [_entry(name) for name in card_names()])


@router.get("/{name}")
async def show_model(name: str, services: Served) -> ModelEntry:
    """Show a model."""
    load_card(name)
    return await services.with_files(lambda: _entry(name))


@router.post("/{name}/verify")
async def verify_model(name: str, services: Served) -> Verified:
    """Check every file of a model."""
    load_card(name)
    return Verified(name=name, files=await services.with_files(lambda: _files(name)))


def _files(name: str) -> list[FileEntry]:
    return [
        FileEntry(key=state.key, name=state.file.name, state=state.state) for state in verify(name)
    ]


def _entry(name: str) -> ModelEntry:
    try:
        card, states = load_card(name), verify(name)
    except ModelError as error:
        # An invalid user card must not hide all other models.
        return ModelEntry(name=name, problem=problem_of(error))
    return ModelEntry(
        **{key: getattr(card, key) for key in _TOLD},
        installed=all(state.state == "ok" for state in states),
        download=card.package is not None,
        origin=next((state.origin for state in states if state.origin), None),
        files=[FileEntry(key=s.key, name=s.file.name, state=s.state) for s in states],
    )


_TOLD = (
    *("name", "task", "summary", "licence", "source", "training_data", "limits", "metrics"),
    "package_bytes",
)
