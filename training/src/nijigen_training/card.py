"""Write model cards: handwritten texts, facts of the run, and measured metrics."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nijigen.core.atomic import write_bytes
from nijigen.models.card import CARD, Metric, ModelCard

RESEARCH_USE = (
    "Apache-2.0 as far as the project can grant it, for research: many of the pictures it was"
    " trained on are illustrations whose rights are with their artists; one set of sprites is"
    " CC BY-NC-ND 3.0"
)
"""Licence of weights that were trained on the shared pictures of people."""


@dataclass(frozen=True)
class CardTexts:
    """The handwritten texts of a model's card; metrics are measured."""

    task: str
    """What the model does, such as ``detect-faces``."""
    summary: str
    """A line of at most 72 characters, starting with a capital letter."""
    training_data: str
    """Which data sets, how many pictures of each, how they were generated."""
    limits: list[str]
    """Known limitations, one sentence each."""
    licence: str
    """Licence of the weights, and of the data if it restricts their use."""
    failures: str | None = None
    """Path of the page that shows its failures, relative to the repository."""


def write_card(folder: Path, card: ModelCard) -> None:
    """Write ``card.toml``, without unset fields.

    Raises:
        OutputError: The file cannot be written.
    """
    values = card.model_dump(exclude_defaults=True)
    write_bytes(folder / CARD, toml(values).encode())


def write_metrics(folder: Path, metrics: Mapping[str, Metric]) -> None:
    """Replace the metrics of a card.

    Raises:
        OutputError: The file cannot be written.
    """
    values = tomllib.loads((folder / CARD).read_text(encoding="utf-8"))
    card = ModelCard.model_validate(values | {"metrics": dict(metrics)})
    write_card(folder, card)


def toml(values: Mapping[str, Any], prefix: str = "") -> str:
    """Return nested tables of text, numbers and lists as TOML, plain values first."""
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    tables = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    text = "".join(f"{_key(key)} = {_value(value)}\n" for key, value in plain.items())
    if prefix and (plain or not tables):
        text = f"\n[{prefix}]\n{text}"
    for key, table in tables.items():
        text += toml(table, f"{prefix}.{_key(key)}" if prefix else _key(key))
    return text


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _value(key)


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        items = ", ".join(_value(item) for item in value)
        if len(items) <= 80:
            return f"[{items}]"
        return "[\n" + "".join(f"  {_value(item)},\n" for item in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    # JSON writes texts and booleans as TOML does; its numbers differ only for inf and nan.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
