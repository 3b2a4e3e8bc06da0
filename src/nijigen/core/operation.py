"""Operation: a plain typed function whose signature is its declaration."""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from nijigen.core._lifting import over_animation, over_clip
from nijigen.core.alpha import attach, bleed, has_transparency
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.clip import Clip
from nijigen.core.declaration import Access, Declaration, Lines
from nijigen.core.drawing import Drawing
from nijigen.core.file_set import FileSet
from nijigen.core.history import Source, Step
from nijigen.core.picture import Info, Picture
from nijigen.core.ports import PathInText, Port
from nijigen.core.run import SILENT, Run
from nijigen.core.runtimes import recording
from nijigen.core.settings import Setting

__all__ = ["Operation", "Port", "Setting", "operation"]

P = ParamSpec("P")
R = TypeVar("R")
Alpha = Literal["carry", "drop", "own"]
FLOWING = (Picture, Animation, Clip, Artwork)
"""What a batch goes over."""
Value = Picture | Animation | Clip | Artwork
Preview = Literal["crop", "whole"]
Chooses = Callable[[Picture, Mapping[str, Any]], dict[str, Any]]
"""Returns those of all settings that it chooses for a picture, with their values."""


class Operation(Declaration[P, R]):
    """A declared operation; call it like the function it was made from.

    Attributes:
        id: Group and name, as in ``effects.halftone``.
        alpha: ``carry``: the function sees gray or RGB with colors bled under transparent pixels
            and alpha is re-attached to the result; ``drop``: it sees the picture over white;
            ``own``: it sees alpha and handles it. ``carry`` refers to the first port.
        depth: 16 if the function accepts 16-bit pixels; others get 8 bits.
        version: Rises when the output changes.
        access: Its side effects: ``read``, ``change`` or ``network``.
        preview: ``crop``: a crop looks like the same part of the result; ``whole``: the result
            depends on the whole picture but little on its size, so that previews reduce it.
    """

    def __init__(
        self,
        function: Callable[P, R],
        *,
        alpha: Alpha,
        version: int,
        depth: Literal[8, 16],
        access: Access = "read",
        chooses: Chooses | None = None,
        lines: Lines | None = None,
        preview: Preview = "crop",
    ) -> None:
        super().__init__(function, access, lines)
        self.alpha = alpha
        self._chooses = chooses
        self.version = version
        self.depth = depth
        self.preview = preview

    @functools.cached_property
    def source_port(self) -> Port | None:
        """The first port that takes any kind of picture: a batch iterates over its files."""
        return next((p for p in self.ports if p.type in FLOWING), None)

    @property
    def returns(self) -> Any:
        """The type of the result; Picture for a union of picture types."""
        return _kind(self._hints["return"])

    @property
    def vectors(self) -> bool:
        """Whether the result may be a :class:`~nijigen.core.drawing.Drawing`, available as SVG."""
        hint = self._hints["return"]
        return hint is Drawing or Drawing in typing.get_args(hint)

    def chosen(self, picture: Picture, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that the operation itself chooses for a picture; mostly none.

        They are shown before a run, and previews of a part use those of the whole picture.
        """
        return self._chooses(picture, settings) if self._chooses else {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the operation; an Animation or a Clip in place of a Picture is processed by frames.

        The result of a Clip is a Clip whose frames are computed when they are requested.

        Raises:
            InputError: An input is missing or of the wrong type.
            SettingsError: A setting is unknown or out of range.
        """
        inputs, settings, run = self._sorted_arguments(args, kwargs)
        result: R = self.apply(inputs, settings, run)
        return result

    def apply(
        self, inputs: Mapping[str, Any], settings: Mapping[str, Any], run: Run = SILENT
    ) -> Any:
        """Run the operation on inputs by port name; every front end calls this.

        Raises:
            InputError: An input is missing or of the wrong type.
            SettingsError: A setting is unknown or out of range.
            Cancelled: The user asked to stop.
        """
        values = self.check(settings)
        fitted = self.check_inputs(inputs)
        run.check()
        for port in self.ports:
            _note_lost_sound(port, inputs.get(port.name), run)
            _repeat_notes(fitted[port.name], run)
        fitted = {port.name: _flattened(port, fitted[port.name], run) for port in self.ports}
        lifted = next((p.name for p in self.ports if _is_lifted(p, fitted[p.name])), None)
        with recording() as runtimes:
            if lifted is not None:
                result = self._lifted(lifted, fitted, values, run)
            else:
                result = self._once(fitted, values, run)
        result = self._signed(result, fitted, values, tuple(runtimes))
        return _in_memory(result, inputs) if isinstance(result, Clip) else result

    def _lifted(
        self, port: str, inputs: Mapping[str, Any], values: Mapping[str, Any], run: Run
    ) -> Any:
        def work(frame: Picture, part: Run) -> Any:
            made = self._once({**inputs, port: frame}, values, part)
            # It returns layers or a picture; a frame must be a picture.
            return made.flatten() if isinstance(made, Artwork) and self.returns is Picture else made

        value = inputs[port]
        over = over_clip if isinstance(value, Clip) else over_animation
        return over(value, work, run)

    def _once(self, inputs: Mapping[str, Any], values: Mapping[str, Any], run: Run) -> Any:
        prepared = {port.name: self._prepared(port, inputs[port.name], run) for port in self.ports}
        result = self._call(prepared, values, run)
        first = next((v for v in inputs.values() if isinstance(v, Picture)), None)
        if self.alpha == "carry" and first is not None and isinstance(result, Picture):
            result = attach(result, first)
        return result

    def _prepared(self, port: Port, value: Any, run: Run) -> Any:
        """Return a value as the function expects it, and note what is lost."""
        if isinstance(value, tuple):
            return tuple(self._prepared(port, one, run) for one in value)
        if not isinstance(value, Picture):
            return value
        if self.depth == 8 and value.depth == 16:
            run.note("depth", f"{port.name} was reduced from 16 to 8 bits per channel")
            value = value.reduced()
        if self.alpha == "carry":
            return bleed(value)
        if self.alpha == "drop" and value.channels == 4:
            if has_transparency(value):
                run.note("alpha", f"transparent parts of {port.name} were composited over white")
            return value.rgb()
        return value

    def _signed(
        self,
        result: Any,
        inputs: Mapping[str, Any],
        values: Mapping[str, Any],
        runtimes: tuple[str, ...],
    ) -> Any:
        """Record in the result how it was made."""
        if isinstance(result, FileSet):
            parts = {name: self._signed(v, inputs, values, runtimes) for name, v in result}
            return FileSet(parts)
        if not isinstance(result, Value):
            return result
        source = self.source_port
        given = _several(inputs[source.name]) if source else ()
        base: Info = given[0].info if given else Info()
        steps = self.steps(values, inputs, runtimes)
        history = replace(base.history, steps=(*base.history.steps, *steps))
        text = {**base.text, **result.info.text}
        info = replace(base, history=history, text=text, encoding=result.info.encoding, notes=())
        return replace(result, info=info)

    def steps(
        self,
        settings: Mapping[str, Any],
        inputs: Mapping[str, Any],
        runtimes: tuple[str, ...] = (),
    ) -> tuple[Step, ...]:
        """Return the steps to record in a result made with these settings.

        Args:
            settings: All settings, as :meth:`check` returns them.
            inputs: Values by port name. The origin of pictures is recorded, except for the source,
                whose origin is already in the history.
            runtimes: The runtimes that ran the networks.
        """
        written = self.settings_model.model_construct(**settings).model_dump(mode="json")
        for name in written.keys() & self.path_settings.keys():
            # Only the name: pictures get shared, and folder names may reveal private details.
            written[name] = written[name] and Path(written[name]).name
        for name in written.keys() & self.path_texts.keys():
            written[name] = _without_folder(self.path_texts[name], written[name])
        others: list[Source] = []
        texts: dict[str, str] = {}
        for port in self.ports:
            values = _several(inputs.get(port.name))
            for value in values[1:] if port is self.source_port else values:
                if port.type is str:
                    paths = self.path_texts.get(port.name)
                    texts[port.name] = _without_folder(paths, value) if paths else value
                elif port.path is not None:
                    others.append(Source(port.name, value.name, ""))
                else:
                    came = value.info.history
                    others.append(
                        Source(port.name, came.source or "", came.sha256 or "", came.steps)
                    )
        return (Step(self.id, self.version, written, tuple(others), texts, runtimes),)


def _without_folder(paths: PathInText, text: Any) -> Any:
    """Return a text with the path in it reduced to the name of the file or folder."""
    parts = paths.split(text) if isinstance(text, str) else None
    return text if parts is None else parts[0] + Path(parts[1]).name


def _kind(hint: Any) -> Any:
    kinds = typing.get_args(hint) or (hint,)
    several = len(kinds) > 1 and set(kinds) <= {Picture, Drawing, Animation, Artwork}
    return Picture if several or hint is Drawing else hint


def _several(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _flattened(port: Port, value: Any, run: Run) -> Any:
    """Flatten an artwork for a port that takes pictures."""
    if port.type is not Picture or port.layered:
        return value
    if isinstance(value, tuple):
        return tuple(_flattened(port, one, run) for one in value)
    if not isinstance(value, Artwork):
        return value
    run.note("layers", f"the layers of {port.name} were flattened")
    return value.shown()


def _note_lost_sound(port: Port, given: Any, run: Run) -> None:
    """Note what an animation cannot hold of the clip that was given for it."""
    if port.type is Animation and isinstance(given, Clip) and given.sound is not None:
        run.note("sound", f"the sound of {port.name} was left out")


def _repeat_notes(value: Any, run: Run) -> None:
    """Report what was lost or assumed when the files of an input were read."""
    for one in _several(value):
        if isinstance(one, FLOWING):
            for note in one.info.notes:
                run.note(note.kind, note.text)


def _is_lifted(port: Port, value: Any) -> bool:
    return port.type is Picture and not port.several and isinstance(value, Animation | Clip)


def _in_memory(clip: Clip, inputs: Mapping[str, Any]) -> Any:
    """Return what was made of values in memory as such a value, not as a stream."""
    if any(isinstance(value, Clip) for value in inputs.values()):
        return clip
    made = clip.animation()
    return made.frames[0].with_info(**vars(made.info)) if len(made.frames) == 1 else made


def operation(
    *,
    alpha: Alpha,
    version: int,
    depth: Literal[8, 16] = 8,
    access: Access = "read",
    chooses: Chooses | None = None,
    lines: Lines | None = None,
    preview: Preview = "crop",
) -> Callable[[Callable[P, R]], Operation[P, R]]:
    """Declare a function as an operation; the path of its module is the operation's id.

    Args:
        alpha: How transparency is handled.
        version: Rises when the output changes.
        depth: Most bits per sample that the function handles.
        access: What it may read or change besides its inputs.
        chooses: Returns the settings that depend on the picture, such as those left at ``auto``,
            for the picture and all settings.
        lines: Returns data as lines for a terminal, if JSON would be long.
        preview: Whether previews show a crop, or the whole picture reduced.
    """

    def declare(function: Callable[P, R]) -> Operation[P, R]:
        return Operation(
            function,
            alpha=alpha,
            version=version,
            depth=depth,
            access=access,
            chooses=chooses,
            lines=lines,
            preview=preview,
        )

    return declare
