"""Document: data saved as JSON, read back, and passed to operations as a setting."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from nijigen.core.errors import InputError
from nijigen.core.strict import read_json


class Value(BaseModel):
    """Immutable data; unknown fields and non-finite numbers are rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Document(Value):
    """A value that makes up a JSON file of its own.

    A class can accept a shorthand, such as a bare list, by a ``model_validator(mode="before")``. As
    a setting it is text, so that it fits into forms and the history of a result::

        Annotated[
            str | None, BeforeValidator(Kind.as_text), WithJsonSchema(text_schema("kind")), …
        ]
    """

    nouns: ClassVar[str]
    """What it contains, in the plural, for messages."""
    example: ClassVar[str]
    """Error hint: what to pass instead."""

    def to_json(self) -> str:
        """Return one line of JSON, which :meth:`from_json` reads."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, given: str | Any) -> Self:
        """Read JSON text or the equivalent data.

        Raises:
            InputError: It is not valid JSON, or not such a document.
        """
        try:
            return cls.model_validate(
                read_json(given, constants=True) if isinstance(given, str) else given
            )
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            reason = first["msg"].removeprefix("Value error, ")
            text = f"{where}: {reason}" if where else reason
        except (ValueError, RecursionError) as error:
            text = str(error)
            if isinstance(given, str) and given.rstrip().endswith(".json"):
                text = "pass the JSON in the file, not the name of the file"
        raise InputError(f"these are not {cls.nouns}: {text}", cls.example)

    @classmethod
    def as_text(cls, given: Any) -> str | None:
        """Return the JSON of a document given in any form, or None for none.

        Raises:
            ValueError: It is not such a document; pydantic turns this into the setting's error.
        """
        if given is None or given == "":
            return None
        try:
            return (given if isinstance(given, cls) else cls.from_json(given)).to_json()
        except InputError as error:
            raise ValueError(error.message) from None


def text_schema(format: str) -> dict[str, Any]:
    """Return the JSON schema of a setting that holds a document of the given format, or null."""
    text = {"type": "string", "format": format, "contentMediaType": "application/json"}
    return {"anyOf": [text, {"type": "null"}]}
