"""Documents: what is read from JSON, what is refused, and how they are settings."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import pytest
from pydantic import BeforeValidator, TypeAdapter, ValidationError, WithJsonSchema, model_validator

from nijigen.core.document import Document, Value, text_schema
from nijigen.core.errors import InputError


class Seat(Value):
    row: float


class Seats(Document):
    nouns: ClassVar[str] = "seats"
    example: ClassVar[str] = 'give {"seats": [{"row": 3}]}'

    seats: tuple[Seat, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_rows(cls, data: Any) -> Any:
        if not isinstance(data, list):
            return data
        if None in data:
            raise ValueError("a seat has a row")
        return {"seats": [{"row": row} for row in data]}


SETTING = TypeAdapter(
    Annotated[str | None, BeforeValidator(Seats.as_text), WithJsonSchema(text_schema("seats"))]
)


def test_what_is_written_is_read() -> None:
    seats = Seats(seats=(Seat(row=3),))
    assert seats.to_json() == '{"seats":[{"row":3.0}]}'
    assert Seats.from_json(seats.to_json()) == seats


@pytest.mark.parametrize("given", ['{"seats": [{"row": 3}]}', {"seats": [{"row": 3}]}, "[3]", [3]])
def test_a_text_or_what_it_stands_for_or_a_shorthand_is_read(given: Any) -> None:
    assert Seats.from_json(given).seats == (Seat(row=3),)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[" * 100_000, "deeply"),
        ("7", "valid dictionary"),
        (None, "valid dictionary"),
        ('{"rows": []}', "rows: Extra inputs"),
        ('[3, "left"]', "seats.1.row: Input should be a valid number"),
        ("[NaN]", "seats.0.row: Input should be a finite number"),
        ("[1e999]", "seats.0.row: Input should be a finite number"),
        ("[null]", "these are not seats: a seat has a row"),
        ("hall.json", "pass the JSON in the file"),
    ],
)
def test_errors_are_one_line(given: Any, why: str) -> None:
    with pytest.raises(InputError) as caught:
        Seats.from_json(given)
    assert caught.value.message.startswith("these are not seats: ")
    assert why in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint == Seats.example


def test_as_a_setting_it_is_a_text() -> None:
    written = Seats(seats=(Seat(row=3),)).to_json()
    for given in (Seats.from_json([3]), [3], "[3]", written):
        assert SETTING.validate_python(given) == written
    assert SETTING.validate_python(None) is None
    # What an empty field of a form sends.
    assert SETTING.validate_python("") is None
    with pytest.raises(ValidationError, match=r"these are not seats: seats\.0\.row"):
        SETTING.validate_python('["left"]')
    text, nothing = SETTING.json_schema()["anyOf"]
    assert (text["format"], text["contentMediaType"]) == ("seats", "application/json")
    assert nothing == {"type": "null"}


def test_it_does_not_change() -> None:
    seat = Seat(row=3)
    with pytest.raises(ValidationError, match="frozen"):
        seat.row = 4  # type: ignore[misc]
