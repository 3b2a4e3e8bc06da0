"""Recipes: the hyperparameters and names for training one network."""

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
    """Optimization settings."""

    batch: Count
    """Pictures per step."""
    learning_rate: Positive
    """The peak, reached at the end of the warm-up; then it decays by half a cosine."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    """For AdamW; not applied to biases and normalization scales (vectors)."""
    warmup_examples: Annotated[int, Field(ge=0)] = 10_000
    """Number of pictures over which the learning rate rises."""
    final_rate: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Fraction of the learning rate at the end of the budget."""
    clip: Positive = 5.0
    """Limit to which the gradient's norm is clipped."""
    average: Annotated[float, Field(ge=0, lt=1)] = 0.999
    """Decay per step of the running mean of the weights, which is evaluated and saved."""
    evaluate_minutes: Positive = 10.0
    """Time between evaluations."""


class Export(_Table):
    """Settings of the exported file."""

    opset: Annotated[int, Field(ge=18, le=20)] = 18
    dynamic: list[Literal["batch", "height", "width"]] = ["batch"]
    """Axes of the input with a variable size."""
    multiple_of: Count = 1
    """Height and width must be a multiple of this if they are dynamic."""
    limit_mb: Annotated[float, Field(gt=0, le=16)] = 16.0
    """Largest file size, in millions of bytes."""
    weights: Literal["float32", "float16"] = "float32"
    """Storage type of the weights; float16 is converted to float32 when the model is loaded."""
    tolerance: Positive = 1e-3
    """Largest allowed difference between ONNX Runtime's outputs and torch's: in each column of the
    last axis, relative to the largest value there, or to 1 if all are smaller."""


class Recipe(_Table):
    """The training recipe of one network; read from ``recipe.toml``."""

    model: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Name of the model, and of its folder among the bundled models."""
    rank: Count
    """Rank among all models by the benefit of another hour of training; 1 is the highest."""
    worth: str
    """Expected benefit of another hour, in one line."""
    seed: int = 1
    best: str
    """The metric of ``Task.evaluate`` that decides which weights are the best."""
    best_is: Literal["highest", "lowest"] = "highest"
    training: Training
    cuda: dict[str, Any] = Field(default_factory=dict)
    """Settings of ``training`` that differ on a GPU, such as ``batch`` and ``learning_rate``."""
    export: Export = Field(default_factory=Export)
    net: dict[str, Any] = Field(default_factory=dict)
    """For the task's own use: sizes of the network."""
    data: dict[str, Any] = Field(default_factory=dict)
    """For the task's own use: sources of examples, and augmentation."""
    loss: dict[str, Any] = Field(default_factory=dict)
    """For the task's own use: weights of the loss terms."""

    name: str
    """The recipe's own name, such as ``faces/detect``; from its folder."""
    folder: Path
    """The folder it was read from."""

    def on(self, device: str) -> Training:
        """Return the optimization settings for a device, ``cpu`` or ``cuda``."""
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
        name: A name such as ``faces/detect``, or the path of your own folder with ``recipe.toml``
            and ``task.py``.

    Raises:
        NotFound: There is no such recipe; the hint lists the closest names.
        InputError: The recipe is invalid.
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
