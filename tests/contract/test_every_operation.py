"""What every operation must do, whoever writes it."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import numpy as np
import pytest

from nijigen import Animation, NijigenError, Picture
from nijigen.cli.main import main
from nijigen.cli.operation import command
from nijigen.cli.settings import bare
from nijigen.core import registry
from nijigen.core.errors import ModelError, SettingsError
from nijigen.core.operation import Operation
from nijigen.core.ports import Port
from nijigen.core.settings import setting_of
from nijigen.imaging.files import encode
from pictures import animation, drawing

ROOT = Path(__file__).parents[2]
SIZES = [(1, 1), (1, 33), (33, 1), (7, 5), (48, 40)]
IDS = registry.ids()
BUILT_IN = [id for id in IDS if not id.startswith("recipes.")]


def inputs(operation: Operation[Any, Any], picture: Picture) -> dict[str, Any]:
    """Give every port that needs one something of its type."""
    made: dict[type, Any] = {Picture: picture, Animation: animation(), str: "text"}
    found = {}
    for port in operation.ports:
        if port.optional:
            continue
        value = page(port) if port.path else made[port.type]
        found[port.name] = (value, value) if port.several else value
    return found


@functools.cache
def page(port: Port) -> Path:
    """Return a picture file, or a folder of one."""
    folder = Path(tempfile.mkdtemp(prefix="nijigen-contract-"))
    drawing().save(folder / "page.png")
    return folder if port.kind == "folder" else folder / "page.png"


def takes_and_gives_one_picture(operation: Operation[Any, Any]) -> bool:
    needed = [port for port in operation.ports if not port.optional]
    one = [(port.type, port.several) for port in needed] == [(Picture, False)]
    return one and operation.returns is Picture


def run(operation: Operation[Any, Any], picture: Picture, **settings: Any) -> Any:
    return operation.apply(inputs(operation, picture), settings)


def data(value: Any) -> bytes:
    """Everything that must not differ between two results."""
    if isinstance(value, Picture):
        return repr(value).encode() + value.pixels.tobytes()
    if isinstance(value, Animation):
        return b"".join(map(data, value.frames)) + repr(value.durations).encode()
    return repr(value).encode()


@pytest.fixture(params=IDS)
def operation(request: pytest.FixtureRequest) -> Operation[Any, Any]:
    return registry.get(request.param)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_any_size_and_channels(
    operation: Operation[Any, Any], size: tuple[int, int], channels: int
) -> None:
    assert run(operation, drawing(*size, channels=channels)) is not None


def test_same_call_same_bytes(operation: Operation[Any, Any]) -> None:
    picture = drawing(channels=4)
    assert data(run(operation, picture)) == data(run(operation, picture))


def test_input_is_untouched(operation: Operation[Any, Any]) -> None:
    picture = drawing(channels=4)
    before = picture.pixels.copy()
    run(operation, picture)
    assert np.array_equal(picture.pixels, before)


def test_16_bits_are_taken_and_kept_where_declared(operation: Operation[Any, Any]) -> None:
    result = run(operation, drawing(depth=16))
    if isinstance(result, Picture) and operation.alpha == "own" and operation.depth == 16:
        assert result.depth in (8, 16)
    if operation.depth == 8 and isinstance(result, Picture):
        assert result.depth == 8


def test_alpha_policy(operation: Operation[Any, Any]) -> None:
    result = run(operation, drawing(channels=4))
    if not isinstance(result, Picture) or operation.alpha == "own":
        return
    assert (result.channels == 4) == (operation.alpha == "carry")


def test_nothing_of_what_is_under_alpha_shows(operation: Operation[Any, Any]) -> None:
    """The drawing has loud magenta under its transparent pixels."""
    result = run(operation, drawing(channels=4))
    if not isinstance(result, Picture) or result.channels == 1:
        return
    red, green, blue = (result.rgb().reduced().pixels[:, :, c].astype(int) for c in range(3))
    assert not ((np.minimum(red, blue) - green) > 120).any()


def test_works_on_an_animation(operation: Operation[Any, Any]) -> None:
    moving = animation()
    if not takes_and_gives_one_picture(operation):
        pytest.skip("does not turn one picture into one picture")
    result = operation.apply({operation.ports[0].name: moving}, {})
    assert isinstance(result, Animation)
    assert result.durations == moving.durations
    assert data(result.frames[0]) == data(result.frames[-1])


def choices(operation: Operation[Any, Any]) -> Iterator[dict[str, Any]]:
    """Every choice and every bound, one at a time, the others left at their defaults."""
    for name, (annotation, default) in operation.parameters.items():
        kind, limits = bare(annotation), setting_of(annotation)
        values: list[Any] = []
        if get_origin(kind) is Literal:
            values = list(get_args(kind))
        elif kind is bool:
            values = [True, False]
        elif kind in (int, float):
            values = [v for v in (limits.ge, limits.le) if v is not None]
            values = [kind(v) for v in values]
        for value in values:
            if value != default:
                yield {name: value}


@pytest.mark.parametrize("id", BUILT_IN)
def test_every_choice_and_bound_runs(id: str) -> None:
    operation = registry.get(id)
    # One pixel by two: exact sides of 65500 stay small on the other axis. What is made of nothing
    # has a size of its own.
    sides = () if operation.ports else {"width", "height"} & operation.parameters.keys()
    size = dict.fromkeys(sides, 64)
    for settings in (size | given for given in choices(operation)):
        try:
            result = run(operation, drawing(9, 7), **settings)
        except SettingsError as error:
            # A bound may lie outside what this small picture allows; then it is said what does.
            result = error.hint or None
        except ModelError as error:
            # An engine of others, never the default, may not be here; it is said how to get it.
            assert "engine" in settings, settings
            result = error.hint or None
        assert result is not None, settings


@pytest.mark.parametrize("id", BUILT_IN)
def test_out_of_range_is_a_settings_error(id: str) -> None:
    operation = registry.get(id)
    for name, (annotation, _) in operation.parameters.items():
        limits, kind = setting_of(annotation), bare(annotation)
        wrong = [
            v
            for v, there in ((limits.ge, -1), (limits.le, 1))
            if v is not None
            for v in [v + there]
        ]
        if get_origin(kind) is Literal:
            wrong.append("no such choice")
        for value in wrong:
            with pytest.raises(SettingsError) as caught:
                operation.check({name: value})
            assert caught.value.field == name
    with pytest.raises(SettingsError):
        operation.check({"no_such_setting": 1})


@pytest.mark.parametrize("id", BUILT_IN)
def test_docstring_says_everything(id: str) -> None:
    operation = registry.get(id)
    doc = operation.doc
    assert doc.summary
    assert len(doc.summary) <= 72, f"{id}: the first line is the menu text"
    for port in operation.ports:
        assert port.description, f"{id}: {port.name} stands in no Args line"
    for name, field in operation.settings_model.model_fields.items():
        assert field.description, f"{id}: {name} has neither an Args line nor a description"
    strange = doc.args.keys() - operation.parameters.keys() - {p.name for p in operation.ports}
    assert not strange, f"{id}: Args lines for {strange}, which it does not take"
    assert "Example" in doc.sections


@pytest.mark.parametrize("id", BUILT_IN)
def test_example_runs(id: str) -> None:
    import doctest

    operation = registry.get(id)
    code = operation.doc.sections["Example"]
    test = doctest.DocTestParser().get_doctest(code, {}, id, None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("id", BUILT_IN)
def test_has_a_test_file_and_a_docs_page(id: str) -> None:
    group, _, name = id.partition(".")
    assert (ROOT / "tests" / group / f"test_{name}.py").is_file()
    assert (ROOT / "docs" / "operations" / group / f"{name}.md").is_file()


def test_command_line_gives_the_same_bytes_as_python(
    operation: Operation[Any, Any], tmp_path: Path
) -> None:
    if not takes_and_gives_one_picture(operation):
        pytest.skip("takes or gives something else than one picture")
    source, target = tmp_path / "source.png", tmp_path / "out" / "result.png"
    drawing().save(source)
    word = operation.id.replace("_", "-").split(".")
    assert main([*word, str(source), "-o", str(target), "-q"]) == 0
    expected = operation.apply({operation.ports[0].name: Picture.open(source)}, {})
    assert target.read_bytes() == encode(expected, "png")


def test_has_a_command(operation: Operation[Any, Any]) -> None:
    made = command(operation)
    flags = {option for parameter in made.params for option in parameter.opts}
    for name in operation.parameters:
        assert "--" + name.replace("_", "-") in flags


@pytest.mark.parametrize("id", BUILT_IN)
def test_import_brings_no_heavy_library(id: str) -> None:
    code = (
        f"import sys, nijigen.{id}; "
        "heavy = {'onnxruntime', 'onnx', 'cv2', 'scipy', 'openvino', 'torch', 'pyanime4k'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_unknown_operation_names_the_nearest() -> None:
    with pytest.raises(NijigenError, match="no operation") as caught:
        registry.get("effects.halfton")
    assert "effects.halftone" in caught.value.hint
