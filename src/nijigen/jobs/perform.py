"""Run one operation on picture files in memory, for requests and for jobs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath
from typing import Any

from nijigen.core import registry
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork
from nijigen.core.binary import Binary, BinaryStream
from nijigen.core.clip import Clip
from nijigen.core.errors import InputError, UnsupportedFormat
from nijigen.core.file_set import FileSet
from nijigen.core.operation import FLOWING, Operation, Port
from nijigen.core.picture import FileFormat, Picture
from nijigen.core.run import SILENT, Note, Run
from nijigen.imaging.clips.files import ENDINGS as CLIP_ENDINGS
from nijigen.imaging.files import ENDINGS, encode, encode_draft, format_of
from nijigen.imaging.losses import losses
from nijigen.jobs.batches.file_sets import as_zip, lost_in
from nijigen.jobs.contents import as_bytes

AnyOperation = Operation[Any, Any]
Value = Picture | Animation | Artwork
SHORT_ENDINGS = {"jpeg": "jpg"}
_SAME = (
    "csv",
    "gpl",
    "ase",
    "aco",
    "css",
    "pal",
    "act",
    "hex",
    "kpl",
    "png",
    "cbz",
    "zip",
    "pdf",
    "jsonl",
    "parquet",
    "glb",
    "vox",
)
DATA_ENDINGS = {
    "yolo": "txt",
    **{ending: ending for ending in _SAME},
}
"""Extensions of data results by the setting ``format``; others are JSON."""


@dataclass(frozen=True)
class Result:
    """The result of an operation, as a file."""

    content: bytes
    format: FileFormat | None
    """None for JSON and text."""
    value: Any
    data_ending: str = "json"
    """The usual extension, if it is not a picture."""
    notes: tuple[Note, ...] = ()
    """What was lost or assumed, by the operation or when the result was written."""

    @property
    def ending(self) -> str:
        """The usual extension of a file of this kind."""
        return SHORT_ENDINGS.get(self.format, self.format) if self.format else self.data_ending


def returns_picture(operation: AnyOperation) -> bool:
    """Return whether the operation makes a picture of any kind: still, animated or layered."""
    return operation.returns in FLOWING


def returns_file(operation: AnyOperation) -> bool:
    """Return whether the result is a file that cannot be printed: a picture, archive or bytes."""
    return returns_picture(operation) or operation.returns in (FileSet, Binary, BinaryStream)


def flowing(
    operation: AnyOperation, values: Mapping[str, Any], run: Run = SILENT
) -> dict[str, Any]:
    """Return the values as the operation takes them: only the source may be animated."""
    return {
        port.name: values[port.name]
        if port is operation.source_port and not port.several
        else still(port, values[port.name], run)
        for port in operation.ports
        if port.name in values
    }


def still(port: Port, value: Any, run: Run = SILENT) -> Any:
    """Return the first frame of an animation if the port takes a picture."""
    if isinstance(value, tuple | list):
        return tuple(still(port, one, run) for one in value)
    if port.type is Picture and isinstance(value, Animation):
        if len(value.frames) > 1:
            run.note("frames", f"of {port.name}, only the first frame was used")
        return value.frames[0].with_info(history=value.info.history, notes=value.info.notes)
    if port.type is Picture and isinstance(value, Clip):
        run.note("frames", f"of {port.name}, only the first frame was used")
        return next(value.frames()).picture.with_info(history=value.info.history)
    return value


def seen(value: Value) -> Picture:
    """Return a value as one picture: its first frame, or all its layers composited."""
    if isinstance(value, Animation):
        return value.frames[0]
    return value.shown() if isinstance(value, Artwork) else value


def format_named(name: str | None) -> FileFormat | None:
    """Return the format for the extension of a result's name; None without a name.

    Raises:
        UnsupportedFormat: The extension is unknown.
    """
    path = PurePosixPath(name or "")
    return format_of(path) if path.suffix else None


def check_format(operation: AnyOperation, format: FileFormat | None) -> None:
    """Reject a format that no result of the operation can have, before the work starts.

    Raises:
        UnsupportedFormat: It is SVG, and the operation makes no vectors.
    """
    if format == "svg" and not operation.vectors:
        raise UnsupportedFormat(
            f"{operation.id} produces pixels, but SVG contains vector graphics",
            "use PNG; lines.vectorize makes vectors of line art",
        )


def settings_for(
    operation: AnyOperation, settings: Mapping[str, Any], format: FileFormat | None
) -> dict[str, Any]:
    """Return the settings, validated; if one of them is the format, it is set to the one named.

    Raises:
        SettingsError: A name is unknown or a value is out of range.
        UnsupportedFormat: The operation cannot make that format.
    """
    check_format(operation, format)
    values = dict(settings)
    if format is not None and "format" in operation.parameters and "format" not in values:
        values["format"] = format
    return operation.check(values)


def perform(
    operation: AnyOperation,
    values: Mapping[str, Any],
    settings: Mapping[str, Any],
    run: Run,
    format: FileFormat | None = None,
    *,
    draft: bool = False,
) -> Result:
    """Run an operation and return its result as the bytes of a file.

    The layers of a draft are compressed quickly, since they are viewed but not kept.

    Raises:
        NijigenError: The operation, or writing its result, fails.
    """
    return as_file(calculate(operation, values, settings, run), settings, run, format, draft=draft)


def calculate(
    operation: AnyOperation, values: Mapping[str, Any], settings: Mapping[str, Any], run: Run
) -> Any:
    """Run an operation and return its result as a value.

    Raises:
        NijigenError: The operation fails.
    """
    with _enough_memory():
        made = operation.apply(flowing(operation, values, run), settings, run)
        run.check()
        return made


def as_file(
    made: Any,
    settings: Mapping[str, Any],
    run: Run,
    format: FileFormat | None = None,
    *,
    draft: bool = False,
) -> Result:
    """Return the result of an operation as the bytes of a file.

    Raises:
        UnsupportedFormat: The format cannot hold it.
        OutputError: The encoder failed.
    """
    with _enough_memory():
        if isinstance(made, FileSet):
            content = as_zip(made)
            return Result(content, None, made, "zip", _all_notes(run, lost_in(made)))
        if isinstance(made, BinaryStream):
            content = made.content
            made = content.decode() if made.is_text else Binary(content=content, ending=made.ending)
        if not isinstance(made, Value):
            ending = made.ending if isinstance(made, Binary) else data_ending(settings)
            return Result(as_bytes(made), None, made, ending, run.notes)
        chosen = format or natural_format(made)
        notes = _all_notes(run, losses(made, chosen))
        if draft and chosen == "zip" and isinstance(made, Artwork):
            return Result(encode_draft(made), chosen, made, notes=notes)
        return Result(encode(made, chosen), chosen, made, notes=notes)


@contextlib.contextmanager
def _enough_memory() -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise out_of_memory() from None


def out_of_memory() -> InputError:
    """Return the error for a picture that does not fit into memory."""
    return InputError("not enough memory for this picture", "close programs, or cut it up")


def _all_notes(run: Run, lost: tuple[Note, ...]) -> tuple[Note, ...]:
    return tuple(dict.fromkeys((*run.notes, *lost)))


def data_ending(settings: Mapping[str, Any]) -> str:
    """Return the usual extension of a result that is not a picture."""
    return DATA_ENDINGS.get(str(settings.get("format")), "json")


def named_format(operation: AnyOperation, path: PurePath) -> str | None:
    """Return the format for the extension of a name, if a setting chooses the format.

    If several formats share the extension, the first is returned: ``.json`` is our own format,
    COCO must be selected explicitly.
    """
    field = operation.settings_model.model_json_schema().get("properties", {}).get("format", {})
    ending = path.suffix.lower().removeprefix(".")
    return next((f for f in field.get("enum", ()) if data_ending({"format": f}) == ending), None)


@contextlib.contextmanager
def naming_maker(operation: AnyOperation, path: PurePath) -> Iterator[None]:
    """Name the operation of the same group that makes such files, if a name is refused within."""
    try:
        yield
    except UnsupportedFormat as error:
        others = map(registry.get, registry.groups()[operation.group])
        other = next((one for one in others if named_format(one, path) is not None), None)
        if other is None:
            raise
        raise UnsupportedFormat(error.message, f"use {other.id}, which makes it") from None


def check_ending(operation: AnyOperation, settings: Mapping[str, Any], path: PurePath) -> None:
    """Reject a name with the wrong extension for a result that is not a picture.

    Raises:
        UnsupportedFormat: It has the extension of a picture, or of another format of the operation.
    """
    made = data_ending(settings)
    if path.suffix.lower() == f".{made}":
        return
    better = f"name it {path.with_suffix('.' + made).name}"
    if known_ending(path.name):
        raise UnsupportedFormat(
            f"{operation.id} does not produce pictures such as {path.name}", better
        )
    other = named_format(operation, path)
    if other is not None:
        raise UnsupportedFormat(
            f"{path.name} is the name of a file of the format {other}, and {settings['format']} "
            "was requested",
            f"{better}, or leave the format to the name",
        )
    if operation.returns is Binary and path.suffix:
        raise UnsupportedFormat(f"{operation.id} makes no {path.suffix} files", better)


def natural_format(value: Value) -> FileFormat:
    """Return the default format of a result."""
    if value.info.encoding is not None:
        return value.info.encoding.format
    if isinstance(value, Artwork):
        return "psd"
    return "apng" if isinstance(value, Animation) else "png"


def known_ending(name: str) -> bool:
    """Return whether a name has the extension of a picture format."""
    return PurePosixPath(name).suffix.lower() in {*ENDINGS, *CLIP_ENDINGS}
