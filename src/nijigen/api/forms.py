"""Forms: sort a multipart request into the inputs and settings of an operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile

from nijigen.api.refusals import BadRequest, UploadTooLarge
from nijigen.api.services import Services
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import InputError, SettingsError
from nijigen.core.ports import Port
from nijigen.core.run import Run
from nijigen.imaging.files import decode
from nijigen.jobs.given import check_count, copied, read_one
from nijigen.jobs.names import file_name

LONGEST_TEXT = 4 << 20
"""Size limit of a file uploaded for a text, in bytes."""
Part = UploadFile | str
"""A file, or text that is the value itself, a picture id or a path."""


@dataclass
class Form:
    """The parts of a form."""

    inputs: dict[str, list[Part]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def first_name(self) -> str | None:
        """File name of the first upload."""
        parts = (part for given in self.inputs.values() for part in given)
        return next((part.filename for part in parts if isinstance(part, UploadFile)), None)


def sort_form(form: FormData, declaration: AnyDeclaration) -> Form:
    """Return the inputs and the settings of a form.

    Raises:
        BadRequest: A setting occurs twice.
        InputError: A file is uploaded for a setting, or an input is missing or unknown.
        SettingsError: A list or table setting is not valid JSON.
    """
    made = Form()
    ports = {port.name: port for port in declaration.ports}
    for name, part in form.multi_items():
        if name in ports or isinstance(part, UploadFile):
            made.inputs.setdefault(name, []).append(part)
        elif name in made.settings:
            raise BadRequest(f"{name[:80]!r} occurs twice")
        else:
            made.settings[name] = _parsed(declaration, name, part)
    declaration.check_input_names(made.inputs)
    for name, given in made.inputs.items():
        check_count(declaration, ports[name], len(given))
    return made


def read_form(
    declaration: AnyDeclaration, inputs: Mapping[str, list[Part]], services: Services, run: Run
) -> dict[str, Any]:
    """Return the values of the inputs of a form.

    Raises:
        NotFound: A picture, root, file or folder does not exist.
        BadPicture: A file is not a picture.
        InputError: A file is not text, or is uploaded for a folder.
    """
    values: dict[str, Any] = {}
    for port in declaration.ports:
        if port.name in inputs:
            given = [_value(declaration, port, p, services, run) for p in inputs[port.name]]
            values[port.name] = tuple(given) if port.several else given[0]
    return values


def _value(
    declaration: AnyDeclaration, port: Port, part: Part, services: Services, run: Run
) -> Any:
    run.check()
    if not isinstance(part, UploadFile):
        given = services.finder.find_one(declaration, port, part)
        services.decoders.check(declaration, {port.name: given})
        return read_one(port, given, run)
    if port.path is not None and port.in_root:
        raise InputError(
            f"{port.name} is a {port.path.noun} and cannot be uploaded",
            "use one under a registered root, as in NAME:relative/path",
        )
    if port.path is not None:
        return copied(run, part.file, part.filename or "file")
    if port.kind != "text":
        path, name = copied(run, part.file, "upload"), file_name(part.filename)
        services.decoders.facts(path, name)
        return decode(path.read_bytes(), name)
    content = part.file.read(LONGEST_TEXT + 1)
    if len(content) > LONGEST_TEXT:
        raise UploadTooLarge(f"{port.name} has more than {LONGEST_TEXT >> 20} MB of text")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise InputError(f"{port.name} is not UTF-8 text") from None
    return read_one(port, services.finder.find_one(declaration, port, text), run)


def _parsed(declaration: AnyDeclaration, name: str, text: str) -> Any:
    """Return the value of a form field: lists and tables are JSON, an empty text may be None."""
    if name not in declaration.parameters:
        return text
    if text == "" and declaration.parameters[name][1] is None:
        return None
    if text[:1] in ("[", "{"):
        schema = declaration.settings_model.model_json_schema()["properties"][name]
        if "string" in {choice.get("type") for choice in (schema, *schema.get("anyOf", ()))}:
            return text
        try:
            return json.loads(text)
        except ValueError as error:
            raise SettingsError(f"{name} is not valid JSON: {error}", field=name) from None
    return text
