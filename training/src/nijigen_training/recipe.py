"""Recipes: everything about the making of one network that is a number or a name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nijigen.core.errors import InputError, NotFound, nearest

ROOT = Path(__file__).parent
RECIPE = "recipe.toml"

Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Training(_Table):
    """How the network is fed and its weights are moved."""

    batch: Count
    """Pictures in one step."""
    learning_rate: Positive
    """The highest, reached at the end of the warm-up; half a cosine leads down from there."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    """Of AdamW; biases and scales of normalisations (vectors) are spared."""
    warmup_examples: Annotated[int, Field(ge=0)] = 10_000
    """How many pictures the learning rate takes to rise."""
    final_rate: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Share of the learning rate that is left at the end of the budget."""
    clip: Positive = 5.0
    """The gradient's norm is cut to this."""
    average: Annotated[float, Field(ge=0, lt=1)] = 0.999
    """Decay per step of the running mean of the weights, which is what is evaluated and kept."""
    evaluate_minutes: Positive = 10.0
    """Time between two points of the learning curve."""


class Export(_Table):
    """The file that comes out."""

    opset: Annotated[int, Field(ge=18, le=20)] = 18
    dynamic: list[Literal["batch", "height", "width"]] = ["batch"]
    """Which sides of the input may be of any size."""
    multiple_of: Count = 1
    """What height and width must be a multiple of, where they are dynamic."""
    limit_mb: Annotated[float, Field(gt=0, le=16)] = 16.0
    """The file's size, at most, in millions of bytes."""
    weights: Literal["float32", "float16"] = "float32"
    """How weights are stored; float16 is turned to float32 when the model is loaded."""
    tolerance: Positive = 1e-3
    """How far ONNX Runtime's answers may be from torch's, in each column of the last axis: as a
    share of the largest value there, or of 1 where all are smaller."""


class Recipe(_Table):
    """How one network is made; read from ``recipe.toml``."""

    model: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Name of the model for users, and of its folder among the bundled ones."""
    rank: Count
    """Rank among all models by the benefit of another hour of training; 1 is the highest."""
    worth: str
    """Expected benefit of another hour, in one line."""
    seed: int = 1
    best: str
    """Which figure of ``Task.evaluate`` decides what is kept."""
    best_is: Literal["highest", "lowest"] = "highest"
    training: Training
    cuda: dict[str, Any] = Field(default_factory=dict)
    """Settings of ``training`` that differ on a GPU, such as ``batch`` and ``learning_rate``."""
    export: Export = Field(default_factory=Export)
    net: dict[str, Any] = Field(default_factory=dict)
    """For the task's own use: sizes of the network."""
    data: dict[str, Any] = Field(default_factory=dict)
    """For the task's own use: what examples are drawn from, and how."""
    loss: dict[str, Any] = Field(default_factory=dict)
    """For the task's own use: weights of the parts of the loss."""

    name: str
    """The recipe's own name, such as ``faces/detect``; from its folder."""
    folder: Path
    """Where it was read from."""

    def on(self, device: str) -> Training:
        """Return how to train on a device, ``cpu`` or ``cuda``."""
        if device != "cuda":
            return self.training
        return Training.model_validate(self.training.model_dump() | self.cuda)


def recipe_names() -> list[str]:
    """Return the names of all recipes, those that benefit most from more training first."""
    names = [path.parent.relative_to(ROOT).as_posix() for path in ROOT.rglob(RECIPE)]
    return sorted(names, key=lambda name: (load_recipe(name).rank, name))


def load_recipe(name: str) -> Recipe:
    """Read a recipe.

    Args:
        name: Such as ``faces/detect``, or the path of a folder of one's own that holds
            ``recipe.toml`` and ``task.py``.

    Raises:
        NotFound: There is no such recipe; the hint names the nearest.
        InputError: The recipe is wrong.
    """
    for folder in (ROOT / name, Path(name).absolute()):
        path = folder / RECIPE
        if name and path.is_file():
            break
    else:
        raise NotFound(f"there is no recipe {name!r}", nearest(name, recipe_names()))
    inside = folder.is_relative_to(ROOT)
    own = {
        "name": folder.relative_to(ROOT).as_posix() if inside else folder.name,
        "folder": folder,
    }
    try:
        recipe = Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")) | own)
        recipe.on("cuda")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}", "correct the recipe") from None
    except ValueError as error:
        raise InputError(f"{path} cannot be read: {error}", "correct the recipe") from None
    return recipe
