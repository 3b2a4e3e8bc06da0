"""Document: data that is saved as JSON, read back, and given to operations as a setting."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from nijigen.core.errors import InputError


class Value(BaseModel):
    """Data that does not change; unknown fields and infinite numbers are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Document(Value):
    """A value that stands alone in a file of JSON.

    A shorthand, such as a bare list, is a ``model_validator(mode="before")`` of the class. As a
    setting it is a text, so that it goes through forms and into the history of a result::

        Annotated[
            str | None, BeforeValidator(Kind.as_text), WithJsonSchema(text_schema("kind")), …
        ]
    """

    nouns: ClassVar[str]
    """What it tells of, in the plural."""
    example: ClassVar[str]
    """What the hint of an error says to give."""

    def to_json(self) -> str:
        """Return one line of JSON, which :meth:`from_json` reads."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, given: str | Any) -> Self:
        """Read a text of JSON, or what it stands for.

        Raises:
            InputError: It is no JSON, or of something else.
        """
        try:
            return cls.model_validate(json.loads(given) if isinstance(given, str) else given)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            reason = first["msg"].removeprefix("Value error, ")
            text = f"{where}: {reason}" if where else reason
        except (ValueError, RecursionError) as error:
            text = str(error)
            if isinstance(given, str) and given.rstrip().endswith(".json"):
                text = "give the JSON that is in the file, not the name of the file"
        raise InputError(f"these are no {cls.nouns}: {text}", cls.example)

    @classmethod
    def as_text(cls, given: Any) -> str | None:
        """Return the JSON of a document in any form, or None where there is none.

        Raises:
            ValueError: It is no such document; pydantic makes the error of the setting of it.
        """
        if given is None or given == "":
            return None
        try:
            return (given if isinstance(given, cls) else cls.from_json(given)).to_json()
        except InputError as error:
            raise ValueError(error.message) from None


def text_schema(format: str) -> dict[str, Any]:
    """Return the JSON schema of a setting that may be a document, by the name of its format."""
    text = {"type": "string", "format": format, "contentMediaType": "application/json"}
    return {"anyOf": [text, {"type": "null"}]}
