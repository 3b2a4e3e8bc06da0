"""Recipe: operations in a row, written as TOML; an operation itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from nijigen.core import registry
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.errors import InputError, NijigenError, NotFound, RecipeError
from nijigen.core.history import Step
from nijigen.core.operation import Operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run

HOW = 'write [[steps]], and below it lines like operation = "effects.halftone" and cell = 6'


@dataclass(frozen=True)
class RecipeStep:
    """One operation of a recipe with its settings, checked."""

    operation: Operation[Any, Any]
    settings: Mapping[str, Any]


class Recipe(Operation[[Picture], Picture]):
    """Operations in a row. Its results tell of the single steps, so they need no recipe file."""

    def __init__(self, name: str, summary: str, chain: Sequence[RecipeStep]) -> None:
        def run_recipe(picture: Picture) -> Picture:
            return picture

        run_recipe.__module__ = f"nijigen.recipes.{name}"
        rows = [f"    {number}. {step.operation.id}" for number, step in enumerate(chain, 1)]
        run_recipe.__doc__ = "\n".join(
            [summary, "", "Steps:", "", *rows, "", "Args:", "    picture: Any size.", ""]
        )
        super().__init__(run_recipe, alpha="own", version=1, depth=16)
        self.chain = tuple(chain)

    def apply(
        self, inputs: Mapping[str, Any], settings: Mapping[str, Any], run: Run = SILENT
    ) -> Any:
        """Run the steps one after the other."""
        self.check(settings)
        value = inputs.get("picture")
        if not isinstance(value, Picture | Animation | Artwork):
            raise InputError(f"{self.id} needs a picture")
        for index, step in enumerate(self.chain):
            part = run.part(index / len(self.chain), (index + 1) / len(self.chain))
            value = step.operation.apply({step.operation.ports[0].name: value}, step.settings, part)
        return value

    def steps(
        self,
        settings: Mapping[str, Any],
        inputs: Mapping[str, Any],
        runtimes: tuple[str, ...] = (),
    ) -> tuple[Step, ...]:
        """Return the single steps."""
        return tuple(
            s for step in self.chain for s in step.operation.steps(step.settings, {}, runtimes)
        )


def load(path: Traversable) -> Recipe:
    """Read a recipe file.

    Raises:
        NotFound: There is no such file.
        RecipeError: It is no TOML, or a step names an unknown operation or a wrong setting.
    """
    name = Path(path.name).stem
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotFound(f"there is no recipe {path}") from None
    except OSError as error:
        raise RecipeError(f"{path.name} cannot be read: {error.strerror}", HOW) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path.name} is no TOML: {error}", HOW) from None
    entries = content.get("steps")
    if not isinstance(entries, list) or not entries:
        raise RecipeError(f"{path.name} has no steps", HOW)
    unknown = set(content) - {"summary", "steps"}
    if unknown:
        raise RecipeError(
            f"{path.name}: {unknown.pop()!r} is not known here", "known: summary, steps"
        )
    chain = [_step(path.name, number, entry) for number, entry in enumerate(entries, 1)]
    return Recipe(name, str(content.get("summary", f"The recipe {name}.")), chain)


def _step(file: str, number: int, entry: Any) -> RecipeStep:
    settings = dict(entry) if isinstance(entry, dict) else {}
    id = settings.pop("operation", None)
    if not isinstance(id, str):
        raise RecipeError(f"{file}, step {number}: no operation is named", HOW, step=number)
    try:
        operation = registry.get(id)
        checked = operation.check(settings)
    except NijigenError as error:
        raise RecipeError(
            f"{file}, step {number} ({id}): {error.message}", error.hint, step=number
        ) from None
    if len(operation.ports) != 1 or operation.ports[0].type not in (Picture, Animation):
        raise RecipeError(
            f"{file}, step {number}: {id} does not take exactly one picture",
            "a recipe is a row: a picture goes into every step and comes out of it",
            step=number,
        )
    if operation.returns not in (Picture, Animation):
        raise RecipeError(
            f"{file}, step {number}: {id} does not return a picture",
            "use it by itself",
            step=number,
        )
    return RecipeStep(operation, checked)
