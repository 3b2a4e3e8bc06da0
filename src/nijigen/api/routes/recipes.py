"""Recipes: bundled and user recipes; commands save and delete them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from nijigen.api.request_body import RequestBody
from nijigen.core import registry
from nijigen.core.errors import RecipeError
from nijigen.jobs.say import changed
from nijigen.jobs.stores.records import Problem, problem_of
from nijigen.recipes import own
from nijigen.recipes.recipe import Recipe

router = APIRouter(prefix="/api/recipes", tags=["recipes"])


class Step(RequestBody):
    """One operation of a recipe."""

    operation: str
    settings: dict[str, Any] = Field({}, description="Settings that differ from the defaults")


class RecipeEntry(BaseModel):
    """A recipe, which is the operation with that id."""

    name: str
    id: str
    summary: str = ""
    steps: list[Step] = []
    own: bool
    problem: Problem | None = Field(None, description="Why it cannot be used")


@router.get("")
def list_recipes() -> list[RecipeEntry]:
    """List all recipes."""
    return [_entry(id) for id in registry.ids() if id.startswith("recipes.")]


def _entry(id: str) -> RecipeEntry:
    name, mine = id.partition(".")[2], id in own.files()
    try:
        operation = registry.get(id)
    except RecipeError as error:
        return RecipeEntry(name=name, id=id, own=mine, problem=problem_of(error))
    chain = operation.chain if isinstance(operation, Recipe) else ()
    steps = [
        Step(operation=step.operation.id, settings=changed(step.operation, step.settings))
        for step in chain
    ]
    return RecipeEntry(name=name, id=id, summary=operation.doc.summary, steps=steps, own=mine)
