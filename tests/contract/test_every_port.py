"""What flows in: ports that may be left out, sequences, texts, files and folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cases import IDS, AnyOperation, inputs, needed, usual

from nijigen import Picture
from nijigen.core import registry
from nijigen.core.errors import InputError, NotFound
from nijigen.core.ports import Port
from pictures import drawing


def with_port(fits: Callable[[Port], bool]) -> pytest.MarkDecorator:
    """Run a test for the operations that have such a port."""
    found = [id for id in IDS if any(map(fits, registry.get(id).ports))]
    return pytest.mark.parametrize("operation", found, indirect=True)


@pytest.fixture
def picture() -> Picture:
    return drawing(20, 16)


@with_port(lambda port: port.optional)
def test_what_is_optional_may_be_absent_or_present(
    operation: AnyOperation, picture: Picture
) -> None:
    optional = [port for port in operation.ports if port.optional]
    # Absent: the usual call.
    assert usual(operation).result is not None
    assert operation.apply(inputs(operation, picture, optional=True), {}) is not None
    for port in optional:
        absent = inputs(operation, picture) | {port.name: None}
        assert operation.check_inputs(absent)[port.name] == port.default


@with_port(lambda port: port.several)
def test_sequences_take_one_and_three(operation: AnyOperation, picture: Picture) -> None:
    several = [port for port in operation.ports if port.several]
    for count in (1, 3):
        given = inputs(operation, picture, optional=True, several=count)
        assert operation.apply(given, {}) is not None
    for port in several:
        given = inputs(operation, picture, optional=True)
        with pytest.raises(InputError, match="takes several values"):
            operation.apply(given | {port.name: given[port.name][0]}, {})
        if not port.optional:
            with pytest.raises(InputError, match="at least one"):
                operation.apply(given | {port.name: ()}, {})


@with_port(lambda port: port.path is not None)
def test_files_and_folders_must_be_there(
    operation: AnyOperation, picture: Picture, tmp_path: Path
) -> None:
    for port in (port for port in operation.ports if port.path):
        given = inputs(operation, picture, optional=True)
        for wrong in _wrong(port.kind, tmp_path):
            value = (wrong,) if port.several else wrong
            with pytest.raises(NotFound, match=f"no {port.path.noun if port.path else port.kind}"):
                operation.apply(given | {port.name: value}, {})


def _wrong(kind: str, folder: Path) -> Iterator[Path]:
    """Yield the path of nothing, and one of a folder where a file is wanted or the reverse."""
    yield folder / "nothing"
    file = folder / "file.txt"
    file.touch()
    if kind != "path":
        yield folder if kind == "file" else file


def test_what_is_needed_stands_first(operation: AnyOperation) -> None:
    """The command line takes needed inputs by their place, and optional ones as options."""
    needs = [not port.optional for port in operation.ports]
    assert needs == sorted(needs, reverse=True)
    assert len(needed(operation)) == sum(needs)
