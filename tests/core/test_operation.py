from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import pytest

from nijigen import SILENT, Animation, Picture, Run, Setting, operation
from nijigen.core.errors import Cancelled, InputError, SettingsError
from pictures import animation, drawing


@operation(alpha="carry", version=3)
def toy(
    picture: Picture,
    *,
    cell: Annotated[int, Setting(ge=2, le=64, unit="px")] = 8,
    shape: Literal["dot", "line"] = "dot",
    side: Annotated[int | None, Setting(ge=1)] = None,
    run: Run = SILENT,
) -> Picture:
    """Invert a picture.

    Args:
        picture: Any
            size.
        cell: A number.
        shape: A choice.
        side: May be left out.
    """
    run.progress(0.5)
    return picture.with_pixels(255 - picture.pixels)


def test_ports_and_settings_come_from_the_signature() -> None:
    assert [(port.name, port.type, port.description) for port in toy.ports] == [
        ("picture", Picture, "Any size.")
    ]
    assert list(toy.parameters) == ["cell", "shape", "side"]
    schema = toy.settings_model.model_json_schema()["properties"]
    assert schema["cell"] | {"title": ""} == {
        "type": "integer",
        "minimum": 2,
        "maximum": 64,
        "unit": "px",
        "default": 8,
        "description": "A number.",
        "title": "",
    }


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"cell": 1}, "cell"),
        ({"cell": "x"}, "cell"),
        ({"shape": "star"}, "shape"),
        ({"sell": 3}, "sell"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(SettingsError) as caught:
        toy(drawing(), **settings)
    assert caught.value.field == field
    assert caught.value.hint


def test_unknown_setting_names_the_nearest() -> None:
    with pytest.raises(SettingsError) as caught:
        toy.check({"sell": 3})
    assert "cell" in caught.value.hint


def test_wrong_inputs() -> None:
    with pytest.raises(InputError, match="needs picture"):
        toy()  # type: ignore[call-arg]
    with pytest.raises(InputError, match="takes a Picture"):
        toy("picture.png")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="takes 1 inputs"):
        toy(drawing(), drawing())  # type: ignore[call-arg]


def test_alpha_is_carried() -> None:
    source = drawing(channels=4)
    result = toy(source)
    assert np.array_equal(result.pixels[:, :, 3], source.pixels[:, :, 3])


def test_result_tells_how_it_was_made() -> None:
    result = toy(toy(drawing(), cell=3))
    assert [(s.operation, s.version, s.settings["cell"]) for s in result.info.history.steps] == [
        (toy.id, 3, 3),
        (toy.id, 3, 8),
    ]


def test_16_bits_are_reduced_for_an_operation_of_8() -> None:
    assert toy(drawing(depth=16)).depth == 8


def test_frames_are_worked_on_one_by_one_and_held_ones_once() -> None:
    seen: list[float] = []
    moving = animation(4)
    result = toy.apply({"picture": moving}, {}, Run(seen.append))
    assert isinstance(result, Animation)
    assert len(result.frames) == 4
    assert len(seen) == 3  # the last frame is the first again
    assert seen == sorted(seen)


def test_cancelled_before_and_within() -> None:
    run = Run()
    run.cancel()
    with pytest.raises(Cancelled):
        toy(drawing(), run=run)


def test_scratch_goes_with_the_run() -> None:
    run = Run()
    folder = run.scratch
    (folder / "note").write_text("kept while the run is")
    assert folder.is_dir()
    assert folder == run.scratch
    del run
    assert not folder.exists()


def test_a_setting_needs_a_default() -> None:
    @operation(alpha="own", version=1)
    def lacking(picture: Picture, *, cell: int) -> Picture:
        """Do nothing."""
        return picture

    with pytest.raises(TypeError, match="needs a default"):
        _ = lacking.parameters
