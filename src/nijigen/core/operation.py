"""Operation: a plain typed function whose signature is its declaration."""

from __future__ import annotations

import functools
import hashlib
import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar

from nijigen.core.alpha import attach, bleed
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.docstring import Docstring, parse
from nijigen.core.drawing import Drawing
from nijigen.core.errors import InputError
from nijigen.core.history import History, Step
from nijigen.core.picture import Info, Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.settings import Setting, checked, parameters_of, settings_model

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["Operation", "Port", "Setting", "operation"]

P = ParamSpec("P")
R = TypeVar("R")
Alpha = Literal["carry", "drop", "own"]
LAYERED = Picture | Artwork
"""What an operation takes and returns that works on pictures and keeps layers."""


@dataclass(frozen=True)
class Port:
    """One value that flows into an operation."""

    name: str
    type: type
    description: str
    layered: bool = False
    """Declared as ``Picture | Artwork``: it takes layers as they are. Others get them flattened."""


class Operation(Generic[P, R]):
    """A declared operation; call it like the function it was made from.

    Attributes:
        id: Group and name, as in ``effects.halftone``.
        alpha: ``carry``: the function sees gray or RGB with colors bled under transparent pixels
            and alpha is put back on the result; ``drop``: it sees the picture over white;
            ``own``: it sees alpha and answers for it.
        depth: 16 where the function takes 16-bit pixels; others get 8 bits.
        version: Rises when the output changes.
    """

    def __init__(
        self, function: Callable[P, R], *, alpha: Alpha, version: int, depth: Literal[8, 16]
    ) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.id = function.__module__.partition(".")[2]
        self.alpha = alpha
        self.version = version
        self.depth = depth

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
        """The docstring, taken apart."""
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
        """What flows in: the parameters before the bare ``*``."""
        return tuple(
            Port(
                name,
                _kind(self._hints[name]),
                self.doc.args.get(name, ""),
                self._hints[name] == LAYERED,
            )
            for name, parameter in self._signature.parameters.items()
            if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
        )

    @functools.cached_property
    def parameters(self) -> dict[str, tuple[Any, Any]]:
        """The settings as ``name: (annotation, default)``."""
        skip = {self._run_parameter} if self._run_parameter else set()
        return parameters_of(self._signature, self._hints, skip)

    @property
    def returns(self) -> Any:
        """The type that flows out; Picture where it is a choice of pictures of any kind."""
        return _kind(self._hints["return"])

    @property
    def vectors(self) -> bool:
        """Whether a :class:`~nijigen.core.drawing.Drawing` may flow out: SVG can be asked for."""
        hint = self._hints["return"]
        return hint is Drawing or Drawing in typing.get_args(hint)

    @functools.cached_property
    def settings_model(self) -> type[BaseModel]:
        """The pydantic model of the settings."""
        name = "".join(word.capitalize() for word in self.id.replace(".", "_").split("_"))
        return settings_model(name + "Settings", self.parameters, self.doc.args)

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return all settings, checked and with defaults filled in.

        Raises:
            SettingsError: A name is unknown or a value is out of range.
        """
        return checked(self.settings_model, settings)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the operation; an Animation in place of a Picture is worked on frame by frame.

        Raises:
            InputError: An input is missing or of the wrong type.
            SettingsError: A setting is unknown or out of range.
        """
        named = dict(zip((port.name for port in self.ports), args, strict=False))
        if len(args) > len(self.ports):
            raise InputError(f"{self.id} takes {len(self.ports)} inputs, not {len(args)}")
        settings = dict(kwargs)
        for port in self.ports:
            if port.name in settings:
                named[port.name] = settings.pop(port.name)
        run = settings.pop(self._run_parameter, SILENT) if self._run_parameter else SILENT
        result: R = self.apply(named, settings, typing.cast("Run", run))
        return result

    def apply(
        self, inputs: Mapping[str, Any], settings: Mapping[str, Any], run: Run = SILENT
    ) -> Any:
        """Run the operation on inputs by port name; what every front end calls.

        Raises:
            InputError: An input is missing or of the wrong type.
            SettingsError: A setting is unknown or out of range.
            Cancelled: The user asked to stop.
        """
        values = self.check(settings)
        inputs = dict(inputs)
        for port in self.ports:
            if port.name not in inputs:
                raise InputError(f"{self.id} needs {port.name}", port.description)
            given = inputs[port.name] = _fitted(port, inputs[port.name])
            lifted = port.type is Picture and isinstance(given, Animation)
            layers = port.layered and isinstance(given, Artwork)
            if not (lifted or layers or isinstance(given, port.type)):
                raise InputError(
                    f"{self.id} takes a {port.type.__name__} as {port.name}, "
                    f"not a {type(given).__name__}"
                )
        run.check()
        lifted_port = next((p.name for p in self.ports if _is_lifted(p, inputs[p.name])), None)
        if lifted_port is not None:
            result = self._over_frames(lifted_port, inputs, values, run)
        else:
            result = self._once(inputs, values, run)
        return self._signed(result, inputs, values)

    def _over_frames(
        self, port: str, inputs: Mapping[str, Any], values: Mapping[str, Any], run: Run
    ) -> Any:
        animation: Animation = inputs[port]
        results: list[Any] = []
        done: dict[bytes, Any] = {}
        count = len(animation.frames)
        for index, frame in enumerate(animation.frames):
            # A held drawing stands in many frames; it is worked on once.
            digest = hashlib.sha256(frame.pixels.tobytes()).digest()
            if digest not in done:
                part = run.part(index / count, (index + 1) / count)
                made = self._once({**inputs, port: frame}, values, part)
                if isinstance(made, Artwork) and self.returns is Picture:
                    # It may make layers or a picture: of frames, pictures.
                    made = made.flatten()
                done[digest] = made
            results.append(done[digest])
        if any(isinstance(result, Artwork) for result in results):
            raise InputError(
                f"{self.id} makes layers of one picture, not of {count} frames",
                "take a frame out of the animation first",
            )
        if not all(isinstance(result, Picture) for result in results):
            return tuple(results)
        return replace(animation, frames=tuple(results), info=_info_after(animation.info, results))

    def _once(self, inputs: Mapping[str, Any], values: Mapping[str, Any], run: Run) -> Any:
        prepared = {
            name: self._prepared(value) if isinstance(value, Picture) else value
            for name, value in inputs.items()
        }
        arguments = dict(values)
        if self._run_parameter:
            arguments[self._run_parameter] = run
        function: Callable[..., Any] = self.function
        result = function(**prepared, **arguments)
        first = next((v for v in inputs.values() if isinstance(v, Picture)), None)
        if self.alpha == "carry" and first is not None and isinstance(result, Picture):
            result = attach(result, first)
        return result

    def _prepared(self, picture: Picture) -> Picture:
        if self.depth == 8:
            picture = picture.reduced()
        if self.alpha == "carry":
            return bleed(picture)
        if self.alpha == "drop" and picture.channels == 4:
            return picture.rgb()
        return picture

    def _signed(self, result: Any, inputs: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        """Write into the result how it was made."""
        if not isinstance(result, (Picture, Animation, Artwork)):
            return result
        infos = [v.info for v in inputs.values() if isinstance(v, (Picture, Animation, Artwork))]
        base = infos[0] if infos else Info()
        others = tuple(info.history for info in infos[1:])
        history = replace(base.history, steps=(*base.history.steps, *self.steps(values, others)))
        text = {**base.text, **result.info.text}
        info = replace(base, history=history, text=text, encoding=result.info.encoding)
        return replace(result, info=info)

    def steps(
        self, settings: Mapping[str, Any], others: Sequence[History] = ()
    ) -> tuple[Step, ...]:
        """Return what is written into a result made with these settings.

        Args:
            settings: All settings, as :meth:`check` returns them.
            others: Where the inputs after the first came from.
        """
        written = self.settings_model.model_construct(**settings).model_dump(mode="json")
        origins = tuple((other.source or "", other.sha256 or "") for other in others)
        return (Step(self.id, self.version, written, origins),)

    def __repr__(self) -> str:
        return f"<Operation {self.id}>"


def _kind(hint: Any) -> Any:
    kinds = typing.get_args(hint) or (hint,)
    several = len(kinds) > 1 and set(kinds) <= {Picture, Drawing, Animation, Artwork}
    return Picture if several or hint is Drawing else hint


def _fitted(port: Port, value: Any) -> Any:
    """Flatten an artwork for an operation on pictures; make a layer of a picture for others."""
    if isinstance(value, Artwork) and port.type is Picture and not port.layered:
        return value.shown()
    if isinstance(value, Picture) and port.type is Artwork:
        return Artwork.of(value)
    return value


def _is_lifted(port: Port, value: Any) -> bool:
    return port.type is Picture and isinstance(value, Animation)


def _info_after(info: Info, frames: list[Picture]) -> Info:
    first = frames[0].info
    return replace(info, text={**info.text, **first.text}, encoding=first.encoding)


def operation(
    *, alpha: Alpha, version: int, depth: Literal[8, 16] = 8
) -> Callable[[Callable[P, R]], Operation[P, R]]:
    """Declare a function as an operation; the path of its module is the operation's id."""

    def declare(function: Callable[P, R]) -> Operation[P, R]:
        return Operation(function, alpha=alpha, version=version, depth=depth)

    return declare
