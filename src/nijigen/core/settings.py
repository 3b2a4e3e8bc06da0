"""Settings: the keyword-only parameters of an operation, and the model that validates them."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from nijigen.core.errors import SettingsError, nearest

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Description, limits and hints of one setting, used in its ``Annotated`` type.

    The limits are pydantic's. The hints are a closed set; a new need is a new value type in
    ``core/values.py``, not a new hint.
    """

    ge: float | None = None
    le: float | None = None
    gt: float | None = None
    lt: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    description: str = ""
    """Replaces the Args line of a docstring, for a type that several operations share."""

    unit: str = ""
    """Unit of the number: px, ms, %, ×."""
    step: float | None = None
    """Distance between two stops of a slider."""
    advanced: bool = False
    """Whether it is collapsed at first."""
    shown_when: Mapping[str, Any] | None = None
    """Values of other settings for which this one is relevant."""
    section: str = ""
    """Its heading in a long form."""
    task: str = ""
    """The setting is the name of a model for this task."""

    def limits(self) -> dict[str, Any]:
        """Return the limits that are set, by pydantic's names."""
        values = {name: getattr(self, name) for name in _LIMITS}
        return {name: value for name, value in values.items() if value is not None}

    def hints(self) -> dict[str, Any]:
        """Return the hints that are set."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {n: v for n, v in values.items() if n not in _FIELDS and v not in (None, "", False)}


_LIMITS = ("ge", "le", "gt", "lt", "multiple_of", "min_length", "max_length", "pattern")
_FIELDS = (*_LIMITS, "description")
"""Fields that pydantic supports natively."""
NO_SETTING = Setting()
_LONGEST = 80
"""Most characters of an invalid value that an error message quotes."""


def setting_of(annotation: Any) -> Setting:
    """Return the :class:`Setting` in an ``Annotated`` type, or an empty one."""
    if get_origin(annotation) is Annotated:
        for extra in get_args(annotation)[1:]:
            if isinstance(extra, Setting):
                return extra
    return NO_SETTING


def settings_model(
    name: str, parameters: Mapping[str, tuple[Any, Any]], descriptions: Mapping[str, str]
) -> type[BaseModel]:
    """Build the pydantic model of settings given as ``name: (annotation, default)``.

    Args:
        name: Name of the model.
        parameters: The settings.
        descriptions: Args lines of the docstring; they take precedence over the annotations.
    """
    from pydantic import ConfigDict, Field, create_model

    fields: dict[str, Any] = {}
    for key, (annotation, default) in parameters.items():
        setting = setting_of(annotation)
        info = Field(
            default=default,
            description=descriptions.get(key) or setting.description or None,
            json_schema_extra=setting.hints(),
            **setting.limits(),
        )
        fields[key] = (annotation, info)
    config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    return create_model(name, __config__=config, **fields)


def checked(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings with defaults filled in.

    Raises:
        SettingsError: A name is unknown or a value is of the wrong type or out of range.
    """
    from pydantic import ValidationError

    try:
        return dict(model.model_validate(dict(values)))
    except ValidationError as error:
        raise _explained(error.errors()[0], model) from None


def _explained(problem: ErrorDetails, model: type[BaseModel]) -> SettingsError:
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if problem["type"] == "extra_forbidden" or name not in model.model_fields:
        return SettingsError(
            f"there is no setting {name[:80]!r}", nearest(name[:80], model.model_fields), field=name
        )
    text = problem["msg"].removeprefix("Value error, ")
    text = text[0].lower() + text[1:]
    context = problem.get("ctx", {})
    limit = ", ".join(f"{k} {v}" for k, v in context.items() if not isinstance(v, Exception))
    field = model.model_fields[name]
    hint = field.description or ""
    given = repr(problem["input"])
    if len(given) > _LONGEST:
        # The value may be a whole file; keep the reason after it visible.
        given = given[: _LONGEST - 1] + "…"
    return SettingsError(f"{name} = {given}: {text}", f"{name}: {hint}", field=name, limit=limit)


def parameters_of(
    signature: inspect.Signature, hints: Mapping[str, Any], skip: set[str]
) -> dict[str, tuple[Any, Any]]:
    """Return the keyword-only parameters of a signature as ``name: (annotation, default)``."""
    found = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in skip:
            if parameter.default is inspect.Parameter.empty:
                raise TypeError(f"setting {name!r} needs a default")
            found[name] = (hints[name], parameter.default)
    return found
