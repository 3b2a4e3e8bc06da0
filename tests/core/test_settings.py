"""Settings: what the hints of a setting become in its schema."""

from __future__ import annotations

from typing import Annotated

from nijigen.core.settings import Setting, settings_model


def test_a_section_is_told_by_the_schema() -> None:
    parameters = {
        "eyes": (Annotated[float | None, Setting(ge=0, section="eyes")], None),
        "seed": (Annotated[int, Setting(ge=0)], 7),
    }
    schema = settings_model("Face", parameters, {}).model_json_schema()["properties"]
    assert schema["eyes"]["section"] == "eyes"
    assert "section" not in schema["seed"]
