from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nijigen import FileSet, Picture, get
from nijigen.cli.main import main
from nijigen.core.errors import InputError, RecipeError
from nijigen.recipes.recipe import parse
from pictures import drawing

TWO = """
summary = "Screen the reference and take its colors."

[inputs]
picture = "Any size."
reference = "Whose colors are wanted."

[[steps]]
name = "screened"
operation = "effects.halftone"
inputs.picture = "reference"

[[steps]]
operation = "color.transfer"
inputs.picture = "picture"
inputs.reference = "screened"
"""


def test_several_inputs_and_named_steps() -> None:
    recipe = parse("two", TWO)
    assert [(port.name, port.layered) for port in recipe.ports] == [
        ("picture", True),
        ("reference", False),
    ]
    ours, theirs = drawing(), drawing(30, 30, channels=1).rgb()
    made = recipe.apply({"picture": ours, "reference": theirs}, {})
    screened = get("effects.halftone")(theirs)
    assert np.array_equal(made.pixels, get("color.transfer")(ours, screened).pixels)
    with pytest.raises(InputError, match="needs reference"):
        recipe.apply({"picture": ours}, {})


def test_results_that_are_no_pictures() -> None:
    steps = '[[steps]]\noperation = "effects.halftone"\n\n[[steps]]\noperation = '
    palette = parse("p", steps + '"color.palette"\ncolors = 2\nformat = "json"')
    assert palette.returns is get("color.palette").returns
    assert "#" in str(palette.apply({"picture": drawing()}, {}))
    apart = parse("f", steps + '"formats.frames"')
    assert apart.returns is FileSet
    assert len(apart.apply({"picture": drawing()}, {})) == 2


def test_the_command_line_resumes_and_makes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("two.toml").write_text(TWO)
    drawing().save("a.png")
    drawing(30, 30, channels=1).save("b.png")
    words = ["run", "two.toml", "a.png", "b.png", "-o", "c.png"]
    assert main(words) == 0
    made, when = Path("c.png").read_bytes(), Path("c.png").stat().st_mtime_ns
    assert main(words) == 0
    assert Path("c.png").stat().st_mtime_ns == when
    assert main(["redo", "c.png", "-o", "d.png"]) == 0
    assert Path("d.png").read_bytes() == made


def test_json_is_the_same() -> None:
    content = {
        "summary": "Screen.",
        "steps": [{"operation": "effects.halftone", "cell": 4.0}],
    }
    made = parse("j", json.dumps(content)).apply({"picture": drawing()}, {})
    assert np.array_equal(made.pixels, get("effects.halftone")(drawing(), cell=4).pixels)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps = 1", "has no steps"),
        ("[[steps]]\noperation = 1", "the operation is missing"),
        ('[[steps]]\noperation = "effects.halftones"', "no operation"),
        ('[[steps]]\noperation = "effects.halftone"\ncell = 0', "cell"),
        ('[[steps]]\noperation = "color.transfer"', "also needs reference"),
        ('[[steps]]\noperation = "color.transfer"\ninputs.reference = "b"', "no earlier step 'b'"),
        ('[[steps]]\noperation = "effects.halftone"\ninputs.maks = "b"', "no input 'maks'"),
        ('[[steps]]\noperation = "effects.halftone"\nname = "picture"', "not a valid step name"),
        ('[inputs]\na = "x"\nb = "y"\n[[steps]]\noperation = "effects.halftone"', "no step uses"),
        ('[inputs]\na = 1\n[[steps]]\noperation = "effects.halftone"', "inputs must be a table"),
        (
            '[[steps]]\noperation = "color.palette"\n[[steps]]\noperation = "effects.halftone"',
            "does not accept the result of the previous step",
        ),
        ("{", "not valid TOML"),
        ("[[steps]\n", "not valid TOML"),
    ],
)
def test_wrong_recipes(text: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        parse("wrong", text)


def test_a_recipe_is_as_careful_as_its_most_careful_step() -> None:
    assert parse("two", TWO).access == "read"


def test_a_picture_stays_a_picture() -> None:
    recipe = parse("one", '[[steps]]\noperation = "lines.thicken"')
    assert recipe.returns is Picture
    assert not recipe.vectors
