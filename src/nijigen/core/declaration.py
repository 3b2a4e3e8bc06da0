"""Declaration: the common base of operations and commands, declared by a function's signature."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar, get_args

from nijigen.core.docstring import Docstring, parse
from nijigen.core.errors import InputError, nearest
from nijigen.core.ports import PathInText, PathKind, Port, check_paths, marks_of, ports_of
from nijigen.core.run import SILENT, Run
from nijigen.core.settings import checked, parameters_of, settings_model

if TYPE_CHECKING:
    from pydantic import BaseModel

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Access = Literal["read", "change", "network"]
"""Side effects of a call: it only reads, changes persistent state, or also uses the network."""
ACCESSES: tuple[Access, ...] = get_args(Access)
"""From the least to the most."""
Lines = Callable[[Any], Iterable[str]]
"""Returns a result as lines for people."""


class Declaration(Generic[P, R]):
    """A typed function, with everything that the front ends need to know about it.

    Attributes:
        id: Group and name, as in ``effects.halftone``.
        function: The declared function.
        access: Whether it only reads, changes persistent state, or uses the network.
        lines: What a terminal shows of a result that is long as JSON; None if it shows that.
    """

    def __init__(
        self, function: Callable[P, R], access: Access, lines: Lines | None = None
    ) -> None:
        functools.update_wrapper(typing.cast("Any", self), function)
        self.function = function
        # The id of nijigen.models.commands.get is models.get: the folder is not part of the name.
        self.id = function.__module__.partition(".")[2].replace(".commands.", ".")
        self.access = access
        self.lines = lines

    @property
    def group(self) -> str:
        """The first part of the id."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition(".")[2]

    @functools.cached_property
    def doc(self) -> Docstring:
        """The parsed docstring."""
        return parse(self.function.__doc__)

    @functools.cached_property
    def _hints(self) -> dict[str, Any]:
        return typing.get_type_hints(self.function, include_extras=True)

    @functools.cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @functools.cached_property
    def _run_parameter(self) -> str | None:
        return next((name for name, hint in self._hints.items() if hint is Run), None)

    @functools.cached_property
    def ports(self) -> tuple[Port, ...]:
        """The inputs: the parameters before the bare ``*``."""
        return ports_of(self._signature, self._hints, self.doc.args)

    @functools.cached_property
    def arguments(self) -> tuple[Port, ...]:
        """The inputs that a command line takes by position; the others are options.

        These are the required ones, or the only input there is.
        """
        if len(self.ports) == 1:
            return self.ports
        return tuple(port for port in self.ports if not port.optional)

    @functools.cached_property
    def parameters(self) -> dict[str, tuple[Any, Any]]:
        """The settings as ``name: (annotation, default)``."""
        skip = {self._run_parameter} if self._run_parameter else set()
        found = parameters_of(self._signature, self._hints, skip)
        for name, (annotation, _) in found.items():
            check_paths(name, annotation)
        return found

    @functools.cached_property
    def path_settings(self) -> dict[str, PathKind]:
        """The settings that are paths, by name."""
        marked = self._marked(PathKind)
        return {name: mark for name, mark in marked.items() if name in self.parameters}

    @functools.cached_property
    def path_texts(self) -> dict[str, PathInText]:
        """The text settings and ports that may contain a path, by name."""
        return self._marked(PathInText)

    def _marked(self, mark: type[T]) -> dict[str, T]:
        found = {name: marks_of(hint) for name, hint in self._hints.items()}
        return {
            name: one for name, marks in found.items() for one in marks if isinstance(one, mark)
        }

    @functools.cached_property
    def settings_model(self) -> type[BaseModel]:
        """The pydantic model of the settings."""
        name = "".join(word.capitalize() for word in self.id.replace(".", "_").split("_"))
        return settings_model(name + "Settings", self.parameters, self.doc.args)

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return all settings, validated and with defaults filled in.

        Raises:
            SettingsError: A name is unknown or a value is out of range.
        """
        return checked(self.settings_model, settings)

    def check_inputs(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return a value for every port, converted to what the function expects.

        Raises:
            InputError: An input is missing, unknown or of the wrong type.
            NotFound: A file or folder does not exist.
        """
        self.check_input_names(inputs)
        return {
            port.name: port.default
            if inputs.get(port.name) is None
            else port.fitted(inputs[port.name], self.id)
            for port in self.ports
        }

    def check_input_names(self, inputs: Mapping[str, Any]) -> None:
        """Reject missing or unknown inputs before any file is read.

        Args:
            inputs: Anything by port name; None counts as missing.

        Raises:
            InputError: An input is missing or unknown.
        """
        known = self._port_names
        unknown = next((name for name in inputs if name not in known), None)
        if unknown is not None:
            hint = nearest(unknown[:80], known) if known else "it takes no inputs"
            raise InputError(f"{self.id} has no input {unknown[:80]!r}", hint)
        for port in self.ports:
            if inputs.get(port.name) is None and not port.optional:
                raise InputError(f"{self.id} needs {port.name}", port.description)

    @property
    def _port_names(self) -> list[str]:
        return [port.name for port in self.ports]

    def _sorted_arguments(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any], Run]:
        """Split the arguments of a call into inputs, settings and run."""
        if len(args) > len(self.ports):
            raise InputError(f"{self.id} takes {len(self.ports)} inputs, not {len(args)}")
        inputs = dict(zip(self._port_names, args, strict=False))
        settings = dict(kwargs)
        inputs |= {name: settings.pop(name) for name in self._port_names if name in settings}
        run = settings.pop(self._run_parameter, SILENT) if self._run_parameter else SILENT
        return inputs, settings, typing.cast("Run", run)

    def _call(self, inputs: Mapping[str, Any], settings: Mapping[str, Any], run: Run) -> Any:
        """Call the function itself."""
        arguments = dict(settings)
        if self._run_parameter:
            arguments[self._run_parameter] = run
        function: Callable[..., Any] = self.function
        return function(**inputs, **arguments)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


AnyDeclaration = Declaration[..., Any]
