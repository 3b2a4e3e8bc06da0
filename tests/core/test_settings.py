"""Settings: what the hints of a setting become in its schema."""

from __future__ import annotations

from typing import Annotated

from nijigen.core.settings import Setting, settings_model


def test_a_section_is_in_the_schema() -> None:
    parameters = {
        "eyes": (Annotated[float | None, Setting(ge=0, section="eyes")], None),
        "seed": (Annotated[int, Setting(ge=0)], 7),
    }
    schema = settings_model("Face", parameters, {}).model_json_schema()["properties"]
    assert schema["eyes"]["section"] == "eyes"
    assert "section" not in schema["seed"]


def test_a_shared_type_describes_itself_and_the_docstring_wins() -> None:
    shared = Annotated[float, Setting(description="Of all.", ge=0)]
    parameters = {"own": (shared, 1), "left_out": (shared, 1), "plain": (int, 1)}
    model = settings_model("Shared", parameters, {"own": "Of this one."})
    schema = model.model_json_schema()["properties"]
    assert schema["own"]["description"] == "Of this one."
    assert schema["left_out"] == {
        "default": 1,
        "description": "Of all.",
        "minimum": 0,
        "title": "Left Out",
        "type": "number",
    }
    assert "description" not in schema["plain"]
