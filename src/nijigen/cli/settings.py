"""Settings as options of the command line and as TOML files."""

from __future__ import annotations

import base64
import re
import tomllib
import types
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click

from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import InputError, NotFound, SettingsError, nearest
from nijigen.core.settings import setting_of

_MEDIA = "contentMediaType"
"""In the schema of a setting that is the content of a file."""
_FILE_NAME = re.compile(r"(\.{0,2}|~)[/\\][^\n]*|[^{\[\n][^\n]*\.[A-Za-z]\w{1,5}")
"""What begins with a folder, or has the ending of a file and does not begin like JSON."""
SETTINGS = click.Option(
    ["--settings"], type=click.Path(path_type=Path), help="TOML file of settings."
)
QUIET = click.Option(["-q", "--quiet"], is_flag=True, help="Print errors only.")
_LARGEST = 64 << 20
"""Bytes of the largest file that is a setting."""


def check_names(declaration: AnyDeclaration, common: Sequence[click.Option]) -> None:
    """Refuse a declaration whose options would clash with the common ones.

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
    """Return the option of a Python name; one that Python keeps for itself ends with ``_``."""
    return "--" + name.rstrip("_").replace("_", "-")


def bare(annotation: Any) -> Any:
    """Return the type without ``Annotated`` and without ``| None``."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
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
        metavar = _metavar(kind, annotation, _said(schema, "format"))
        extra.update(type=str, metavar=metavar + ("|FILE" if _said(schema, _MEDIA) else ""))
    text = schema.get("description", "").replace("``", "")
    words = " ".join(map(str, default)) if isinstance(default, tuple) else default
    shown = "" if default is None else f"  [default: {words}]"
    # The default stays with the model: None says that the option was not given, so that a
    # --settings file can be told apart from the command line.
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
    """Read settings from TOML: at the top, or in a table named like the operation.

    Raises:
        NotFound: There is no such file.
        InputError: The file is no TOML.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotFound(f"there is no settings file {path}") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no TOML: {error}", "write lines like: factor = 2") from None
    table: Any = content
    for part in operation.id.split("."):
        table = table.get(part) if isinstance(table, dict) else None
    if isinstance(table, dict):
        return table
    return {name: value for name, value in content.items() if not isinstance(value, dict)}


def merged(
    operation: AnyDeclaration,
    given: Mapping[str, Any],
    file: Path | None,
    otherwise: Mapping[str, Any],
) -> dict[str, Any]:
    """Return settings from the file, overridden by those of the command line, checked.

    Args:
        operation: Whose settings they are.
        given: Those of the command line, None where an option was not given.
        file: TOML of settings.
        otherwise: What holds where neither tells.

    Raises:
        SettingsError: A name is unknown or a value is out of range.
    """
    values = read_settings(file, operation) if file else {}
    for name in values:
        if name not in operation.parameters:
            raise SettingsError(
                f"{file}: {operation.id} has no setting {name!r}",
                nearest(name, operation.parameters),
                field=name,
            )
    values = {**otherwise, **values}
    schema = operation.settings_model.model_json_schema().get("properties", {})
    values |= {
        name: _of_file(value, media) if (media := _said(schema[name], _MEDIA)) else value
        for name, value in given.items()
        if value is not None
    }
    return operation.check(values)


def _said(schema: dict[str, Any], key: str) -> str | None:
    """Return what the schema of a setting, or of one of its forms, says of itself."""
    forms = (schema, *schema.get("anyOf", ()))
    return next((form[key] for form in forms if key in form), None)


def _of_file(value: str, media: str) -> str:
    """Return what the file of this name holds, in base64 if it is no text.

    Anything but the name of a file is returned as it is.
    """
    path = Path(value)
    try:
        # A pipe is read like a file.
        there = path.exists() and not path.is_dir()
    except (OSError, ValueError):
        # Longer than a name can be: it is the document itself.
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
        raise InputError(f"{path} has more than {_LARGEST >> 20} MB")
    # Zeros are text to UTF-8, but in no text.
    if b"\0" not in content:
        with suppress(UnicodeDecodeError):
            return content.decode("utf-8-sig")
    if media == "application/json":
        raise InputError(f"{path} is no text")
    return "data:;base64," + base64.b64encode(content).decode()


def _names_a_file(value: str, media: str) -> bool:
    """Return whether a text is meant as the name of a file, and not as what is in one."""
    if media == "application/json":
        return bool(value) and value.lstrip()[:1] not in '{["'
    return _FILE_NAME.fullmatch(value) is not None
