"""Recipe: a sequence of operations, written as TOML; an operation itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path, PurePath
from types import SimpleNamespace
from typing import Any

from nijigen.core import registry
from nijigen.core.declaration import ACCESSES
from nijigen.core.errors import InputError, NijigenError, NotFound, RecipeError, nearest
from nijigen.core.history import History, Step
from nijigen.core.operation import FLOWING, Operation
from nijigen.core.picture import Info, Picture
from nijigen.core.ports import PathInText, Port
from nijigen.core.run import SILENT, Run
from nijigen.core.strict import read_json, read_toml

HOW = 'write [[steps]], and below it lines like operation = "effects.halftone" and cell = 6'
BEFORE = ""
"""Refers to the result of the previous step."""
_DEEPEST = 16
"""Levels of recipes that call recipes."""
_MOST_STEPS = 1000
"""Steps, with those of the recipes that are called: ten levels of ten calls are ten billion."""
_loading: ContextVar[tuple[str, ...]] = ContextVar("_loading", default=())
"""The files of the recipes that are being read: each is a step of the one before."""


class _CallsItself(RecipeError):
    """A recipe that is a step of itself, through others or not."""


@dataclass(frozen=True)
class RecipeStep:
    """One operation of a recipe with its validated settings."""

    operation: Operation[Any, Any]
    settings: Mapping[str, Any]
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Where each port gets its value from: an input of the recipe, the name of an earlier step,
    or :data:`BEFORE`."""
    name: str = ""
    """The name by which later steps refer to its result."""


class Recipe(Operation[[Picture], Any]):
    """A sequence of operations. Results record the single steps and do not need the recipe file.

    Attributes:
        chain: The steps, in order.
    """

    def __init__(
        self, name: str, summary: str, chain: Sequence[RecipeStep], ports: Sequence[Port]
    ) -> None:
        def run_recipe(picture: Picture) -> Any:
            return picture

        run_recipe.__module__ = f"nijigen.recipes.{name}"
        rows = [f"    {number}. {step.operation.id}" for number, step in enumerate(chain, 1)]
        given = [f"    {port.name}: {port.description}" for port in ports]
        run_recipe.__doc__ = "\n".join([summary, "", "Steps:", "", *rows, "", "Args:", *given, ""])
        access = max((step.operation.access for step in chain), key=ACCESSES.index)
        super().__init__(run_recipe, alpha="own", version=1, depth=16, access=access)
        self.chain = tuple(chain)
        # Overrides the signature.
        self.ports = tuple(ports)
        self.path_texts = _path_texts(chain)

    @property
    def length(self) -> int:
        """The number of steps, with those of the recipes that are called."""
        parts = (step.operation for step in self.chain)
        return sum(part.length if isinstance(part, Recipe) else 1 for part in parts)

    @property
    def returns(self) -> Any:
        """The return type of the last step."""
        return self.chain[-1].operation.returns

    @property
    def vectors(self) -> bool:
        """Whether the last step may return vectors."""
        return self.chain[-1].operation.vectors

    def apply(
        self, inputs: Mapping[str, Any], settings: Mapping[str, Any], run: Run = SILENT
    ) -> Any:
        """Run the steps in order."""
        self.check(settings)
        results = self.check_inputs(inputs)
        for index, step in enumerate(self.chain):
            part = run.part(index / len(self.chain), (index + 1) / len(self.chain))
            made = step.operation.apply(_inputs_of(step, results), step.settings, part)
            results |= {BEFORE: made, **({step.name: made} if step.name else {})}
        return results[BEFORE]

    def steps(
        self,
        settings: Mapping[str, Any],
        inputs: Mapping[str, Any],
        runtimes: tuple[str, ...] = (),
    ) -> tuple[Step, ...]:
        """Return the single steps from the source to the result."""
        source = self.source_port
        results: dict[str, Any] = {port.name: _stand_in(History()) for port in self.ports}
        results |= inputs
        began = 0
        if source is not None:
            began = len(results[source.name].info.history.steps)
        for step in self.chain:
            flowing = _inputs_of(step, results)
            port = step.operation.source_port
            base = flowing[port.name].info.history if port and port.name in flowing else History()
            done = step.operation.steps(step.settings, flowing, runtimes)
            made = _stand_in(replace(base, steps=(*base.steps, *done)))
            results |= {BEFORE: made, **({step.name: made} if step.name else {})}
        made_by: tuple[Step, ...] = results[BEFORE].info.history.steps
        return made_by[began:]


def _path_texts(chain: Sequence[RecipeStep]) -> dict[str, PathInText]:
    """Return which values given by name may contain a path, as the steps that take them say."""
    prefixes: dict[str, tuple[str, ...]] = {}
    for step in chain:
        for port, mark in step.operation.path_texts.items():
            if port in step.inputs:
                source = step.inputs[port]
                prefixes[source] = (*prefixes.get(source, ()), *mark.prefixes)
    return {source: PathInText(found) for source, found in prefixes.items()}


def _inputs_of(step: RecipeStep, results: Mapping[str, Any]) -> dict[str, Any]:
    return {
        port: results[source]
        for port, source in step.inputs.items()
        if results.get(source) is not None
    }


def _stand_in(history: History) -> Any:
    """Return what knows the history of a picture, and nothing else of it."""
    return SimpleNamespace(info=Info(history=history))


def load(path: Traversable) -> Recipe:
    """Read a recipe file.

    Raises:
        NotFound: There is no such file.
        RecipeError: It is not valid TOML, or a step has an unknown operation or an invalid setting.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise NotFound(f"there is no recipe {path}") from None
    except OSError as error:
        raise RecipeError(f"{path.name} cannot be read: {error.strerror}", HOW) from None
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path.name} is not valid TOML: {error}", HOW) from None
    with reading(path):
        return parse(Path(path.name).stem, text, path.name)


@contextmanager
def reading(path: Traversable) -> Iterator[None]:
    """Note that the recipe in a file is being read, so that it does not become a step of itself.

    Raises:
        RecipeError: It is being read already: it calls itself.
    """
    before = _loading.get()
    key = os.path.realpath(path) if isinstance(path, Path) else str(path)
    if key in before:
        names = [PurePath(file).stem for file in (*before[before.index(key) :], key)]
        raise _CallsItself(
            f"the recipe {names[0]!r} calls itself: " + " → ".join(names),
            "remove that step from one of them",
        )
    if len(before) >= _DEEPEST:
        raise _CallsItself(
            f"recipes call recipes more than {_DEEPEST} levels deep", "write the steps into one"
        )
    token = _loading.set((*before, key))
    try:
        yield
    finally:
        _loading.reset(token)


def parse(name: str, text: str, label: str = "the recipe") -> Recipe:
    """Return the recipe described by TOML, or the equivalent JSON.

    Args:
        name: Of the recipe.
        text: TOML, or a JSON object.
        label: Its name in error messages.

    Raises:
        RecipeError: It is neither, or a step has an unknown operation or an invalid setting.
    """
    content = content_of(text, label)
    entries = content.get("steps")
    if not isinstance(entries, list) or not entries:
        raise RecipeError(f"{label} has no steps", HOW)
    unknown = set(content) - {"summary", "inputs", "steps"}
    if unknown:
        raise RecipeError(
            f"{label}: {unknown.pop()!r} is not a known key", "known: summary, inputs, steps"
        )
    described = _described_inputs(content.get("inputs"), label)
    builder = _Builder(label, described)
    for number, entry in enumerate(entries, 1):
        builder.add(number, entry)
    summary = str(content.get("summary", f"The recipe {name}."))
    if not summary.strip() or not summary.isprintable():
        raise RecipeError("the summary must be one line of text", "say what the recipe does")
    return Recipe(name, summary, builder.chain, builder.ports())


def content_of(text: str, label: str = "the recipe") -> dict[str, Any]:
    """Parse TOML or JSON.

    Raises:
        RecipeError: It is neither.
    """
    try:
        if text.lstrip().startswith("{"):
            return dict(read_json(text))
        return read_toml(text)
    except ValueError as error:
        raise RecipeError(f"{label} is not valid TOML: {error}", HOW) from None


def _described_inputs(given: Any, label: str) -> dict[str, str]:
    """Return the inputs that a recipe declares; by default it takes a picture."""
    if given is None:
        return {"picture": "Any size."}
    fits = isinstance(given, dict) and all(
        name.isidentifier() and isinstance(text, str) and text.isprintable()
        for name, text in given.items()
    )
    if not fits:
        raise RecipeError(
            f"{label}: inputs must be a table of names and descriptions",
            'write [inputs], and below it lines like reference = "Whose colors are wanted."',
        )
    return dict(given)


class _Builder:
    """Builds the steps of a recipe and determines its inputs."""

    def __init__(self, label: str, described: Mapping[str, str]) -> None:
        self.label = label
        self.described = described
        self.chain: list[RecipeStep] = []
        self._length = 0
        self._results: dict[str, Any] = {}
        """Return types of the steps so far, by name."""
        self._ports: dict[str, Port] = {}

    def add(self, number: int, entry: Any) -> None:
        """Add a step.

        Raises:
            RecipeError: The step is invalid.
        """
        settings = dict(entry) if isinstance(entry, dict) else {}
        id, stated = settings.pop("operation", None), settings.pop("inputs", {})
        name = settings.pop("name", "")
        where = f"{self.label}, step {number}"
        if not isinstance(id, str):
            raise RecipeError(f"{where}: the operation is missing", HOW, step=number)
        try:
            operation = registry.get(id)
            checked = operation.check(settings)
        except _CallsItself:
            raise
        except NijigenError as error:
            raise RecipeError(f"{where} ({id}): {error.message}", error.hint, step=number) from None
        taken = {*self.described, *self._results}
        if not isinstance(name, str) or (name and (not name.isidentifier() or name in taken)):
            raise RecipeError(
                f"{where}: {str(name)[:80]!r} is not a valid step name",
                "letters, digits and _, and no name of an input or of another step",
                step=number,
            )
        try:
            inputs = self._inputs(operation, stated)
        except InputError as error:
            raise RecipeError(f"{where} ({id}): {error.message}", error.hint, step=number) from None
        self.chain.append(RecipeStep(operation, checked, inputs, name))
        self._length += operation.length if isinstance(operation, Recipe) else 1
        if self._length > _MOST_STEPS:
            raise _CallsItself(
                f"{self.label} has more than {_MOST_STEPS} steps, with those of its recipes",
                "divide it",
            )
        self._results[BEFORE] = operation.returns
        if name:
            self._results[name] = operation.returns

    def _inputs(self, operation: Operation[Any, Any], stated: Any) -> dict[str, str]:
        ports = {port.name: port for port in operation.ports}
        if not isinstance(stated, dict) or not all(isinstance(s, str) for s in stated.values()):
            raise InputError(
                "inputs must be a table", 'write inputs.reference = "the name of an input"'
            )
        for name in stated:
            if name not in ports:
                raise InputError(f"there is no input {name!r}", nearest(name, ports))
        inputs = dict(stated)
        source = operation.source_port
        if source is not None and source.name not in inputs:
            inputs[source.name] = BEFORE if self.chain else next(iter(self.described), "")
        for port in operation.ports:
            if port.name in inputs:
                self._connect(port, inputs[port.name])
            elif not port.optional:
                raise InputError(f"it also needs {port.name}", f'write inputs.{port.name} = "…"')
        return inputs

    def _connect(self, port: Port, source: str) -> None:
        if source in self.described:
            known = self._ports.get(source)
            if known is not None and known.type is not port.type and port.type is not Picture:
                raise InputError(
                    f"the input {source!r} cannot be both a {known.kind} and a {port.kind}"
                )
            layered = port.layered or (known is not None and known.layered)
            self._ports[source] = replace(
                port,
                name=source,
                description=self.described[source],
                layered=layered,
                optional=False,
                default=None,
            )
            return
        if source not in self._results:
            raise InputError(
                f"there is no input and no earlier step {source!r}",
                nearest(source, [*self.described, *filter(None, self._results)]),
            )
        made = self._results[source]
        if port.several or not _flows(made, port):
            raise InputError(
                f"{port.name} does not accept the result of the previous step ({_name_of(made)})",
                "it takes " + port.kind,
            )

    def ports(self) -> list[Port]:
        """Return the ports of the recipe.

        Raises:
            RecipeError: An input is declared that no step uses.
        """
        unused = next((name for name in self.described if name not in self._ports), None)
        if unused is not None and len(self.described) > 1:
            raise RecipeError(f"{self.label}: no step uses the input {unused!r}")
        return [self._ports[name] for name in self.described if name in self._ports]


def _flows(made: Any, port: Port) -> bool:
    return made is port.type or (made in FLOWING and port.type in FLOWING)


def _name_of(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))
