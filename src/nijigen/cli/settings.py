"""Settings as options of the command line and as TOML files."""

from __future__ import annotations

import base64
import re
import types
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click

from nijigen.core import registry
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import InputError, NotFound, SettingsError, nearest
from nijigen.core.settings import setting_of
from nijigen.core.strict import read_toml

_MEDIA = "contentMediaType"
"""Schema key of a setting that is the content of a file."""
_FILE_NAME = re.compile(r"(\.{0,2}|~)[/\\][^\n]*|[^{\[\n][^\n]*\.[A-Za-z]\w{1,5}")
"""Text that starts with a folder, or ends in a file extension and does not start like JSON."""
SETTINGS = click.Option(
    ["--settings"],
    type=click.Path(path_type=Path),
    help="TOML file with settings, or a result: with the settings that it was made with.",
)
QUIET = click.Option(["-q", "--quiet"], is_flag=True, help="Print errors only.")
_LARGEST = 64 << 20
"""Size limit in bytes of a file used as a setting."""


def check_names(declaration: AnyDeclaration, common: Sequence[click.Option]) -> None:
    """Reject a declaration whose options would clash with the common ones.

    Raises:
        TypeError: A setting or an optional input has such a name.
    """
    reserved = {option.name for option in common} | {"help", "inputs"}
    optional = {port.name for port in declaration.ports if port.optional}
    clash = reserved & {*declaration.parameters, *optional}
    if clash:
        raise TypeError(f"{declaration.id}: {clash.pop()!r} is reserved by the command line")


def options(operation: AnyDeclaration) -> list[click.Option]:
    """Return an option for every setting. pydantic checks the values, not click."""
    schema = operation.settings_model.model_json_schema().get("properties", {})
    return [
        _option(name, annotation, default, schema[name])
        for name, (annotation, default) in operation.parameters.items()
    ]


def flag_of(name: str) -> str:
    """Return the option for a Python name; reserved words have a trailing ``_`` in Python."""
    return "--" + name.rstrip("_").replace("_", "-")


def bare(annotation: Any) -> Any:
    """Return the type without ``Annotated`` and ``| None``; choices of several types as one."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        if all(get_origin(kind) is Literal for kind in kinds):
            return Literal[tuple(choice for kind in kinds for choice in get_args(kind))]
        return bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _option(name: str, annotation: Any, default: Any, schema: dict[str, Any]) -> click.Option:
    kind = bare(annotation)
    flag = flag_of(name)
    extra: dict[str, Any] = {}
    if kind is bool:
        flag = f"{flag}/{flag_of('no_' + name)}"
    elif get_origin(kind) is Literal:
        extra["type"] = click.Choice([str(choice) for choice in get_args(kind)])
    else:
        metavar = _metavar(kind, annotation, _find_in_schema(schema, "format"))
        extra.update(
            type=str, metavar=metavar + ("|FILE" if _find_in_schema(schema, _MEDIA) else "")
        )
    text = schema.get("description", "").replace("``", "")
    words = " ".join(map(str, default)) if isinstance(default, tuple) else default
    shown = "" if default is None else f"  [default: {words}]"
    # The default stays in the model: None means that the option was not given, which keeps
    # values from a --settings file distinct from the command line.
    return click.Option([flag, name], default=None, help=text + shown, **extra)


def _metavar(kind: Any, annotation: Any, format: str | None) -> str:
    setting = setting_of(annotation)
    low, high = setting.ge, setting.le
    if format:
        # A value type of core/values.py: a color, say.
        text = format.upper()
    elif low is not None and high is not None:
        text = f"{low:g}..{high:g}"
    else:
        text = {int: "WHOLE NUMBER", float: "NUMBER", str: "TEXT"}.get(kind, "VALUE")
    unit = f" {setting.unit}" if setting.unit else ""
    return text + unit


def read_settings(path: Path, operation: AnyDeclaration) -> dict[str, Any]:
    """Read settings from TOML: from the table named after the operation, or the top level.

    A result has the settings that it was made with.

    Raises:
        NotFound: The file does not exist.
        InputError: The file is not valid TOML, or the operation did not make it.
    """
    if path.suffix.lower() not in (".toml", ".txt", ""):
        return _of_result(path, operation)
    try:
        content = read_toml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotFound(f"there is no settings file {path}") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        text = f"{path} is not valid TOML: {error}"
        raise InputError(text, "write lines like: factor = 2") from None
    table: Any = content
    for part in operation.id.split("."):
        table = table.get(part) if isinstance(table, dict) else None
    if isinstance(table, dict):
        return table
    # Tables are those of other operations, unless they are named like a setting.
    return {
        name: value
        for name, value in content.items()
        if not isinstance(value, dict) or name in operation.parameters
    }


def _of_result(path: Path, operation: AnyDeclaration) -> dict[str, Any]:
    """Return the settings of the last step of a result that was this operation."""
    # Loaded on first use: most runs read no result.
    from nijigen.jobs.batches.ledger import history_of

    history = history_of(path)
    steps = [step for step in history.steps if step.operation == operation.id] if history else []
    if not steps:
        raise InputError(f"{path} was not made by {operation.id}", "see: nijigen redo FILE --show")
    if (made := steps[-1].version) != (version := registry.get(operation.id).version):
        click.echo(
            f"note: {path.name} was made by version {made} of {operation.id}, which is now "
            f"version {version}; the result may differ",
            err=True,
        )
    known = operation.parameters
    return {name: value for name, value in steps[-1].settings.items() if name in known}


def merged(
    operation: AnyDeclaration,
    given: Mapping[str, Any],
    file: Path | None,
    defaults: Mapping[str, Any],
) -> dict[str, Any]:
    """Return validated settings: those of the file, overridden by the command line.

    Args:
        operation: The operation or command.
        given: Options of the command line; None for those that were not given.
        file: TOML file with settings.
        defaults: Values to use if neither has the setting.

    Raises:
        SettingsError: A name is unknown or a value is out of range.
    """
    values = read_settings(file, operation) if file else {}
    for name in values:
        if name not in operation.parameters:
            raise SettingsError(
                f"{file}: {operation.id} has no setting {name[:80]!r}",
                nearest(name, operation.parameters),
                field=name,
            )
    values = {**defaults, **values}
    schema = operation.settings_model.model_json_schema().get("properties", {})
    values |= {
        name: _of_file(value, media) if (media := _find_in_schema(schema[name], _MEDIA)) else value
        for name, value in given.items()
        if value is not None
    }
    try:
        return operation.check(values)
    except SettingsError as error:
        raise _as_typed(error) if given.get(error.field) is not None else error from None


def _as_typed(error: SettingsError) -> SettingsError:
    """Return an error that names a setting as the option that was typed."""
    name, flag = error.field, flag_of(error.field)
    message = flag + error.message.removeprefix(name).replace(" = ", " ", 1)
    hint = flag + error.hint.removeprefix(name)
    return SettingsError(message, hint, field=name, limit=error.limit)


def _find_in_schema(schema: dict[str, Any], key: str) -> str | None:
    """Return the value of a key in a setting's schema or in one of its variants."""
    forms = (schema, *schema.get("anyOf", ()))
    return next((form[key] for form in forms if key in form), None)


def _of_file(value: str, media: str) -> str:
    """Return the content of the named file, in base64 if it is binary.

    Anything that is not a file name is returned unchanged.
    """
    path = Path(value)
    try:
        # A pipe is read like a file.
        there = path.exists() and not path.is_dir()
    except (OSError, ValueError):
        # Too long for a file name: it is the document itself.
        return value
    if not there:
        if _names_a_file(value, media):
            if path.is_dir():
                raise InputError(f"{path} is a folder, not a file")
            raise NotFound(f"there is no file {value}")
        return value
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if not content.strip():
        raise InputError(f"{path} is empty")
    if len(content) > _LARGEST:
        raise InputError(f"{path} is larger than {_LARGEST >> 20} MB")
    # Zero bytes are valid UTF-8, but do not occur in text.
    if b"\0" not in content:
        with suppress(UnicodeDecodeError):
            return content.decode("utf-8-sig")
    if media == "application/json":
        raise InputError(f"{path} is not a text file")
    return "data:;base64," + base64.b64encode(content).decode()


def _names_a_file(value: str, media: str) -> bool:
    """Return whether a text is meant as a file name rather than a file's content."""
    if media == "application/json":
        return bool(value) and value.lstrip()[:1] not in '{["'
    return _FILE_NAME.fullmatch(value) is not None
