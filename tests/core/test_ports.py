from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

from nijigen import Animation, Artwork, Picture, Run, operation
from nijigen.core.errors import InputError, NotFound
from nijigen.core.ports import check_paths, marks_of
from nijigen.core.run import Note
from nijigen.core.values import AnyPath, Choices, FilePath, FolderPath, Media, PathInText
from pictures import animation, artwork, drawing


@operation(alpha="own", version=1)
def blend(
    picture: Picture,
    mask: Picture | None = None,
    references: Sequence[Picture] = (),
    caption: str | None = None,
) -> Picture:
    """Take whatever is given.

    Args:
        picture: Any size.
        mask: May be left out.
        references: May be none.
        caption: A text.
    """
    marks = [0 if mask is None else 1, len(references), len(caption or "")]
    return picture.with_pixels(np.array([[marks]], np.uint8))


@operation(alpha="drop", version=1)
def strip(pictures: Sequence[Picture]) -> Picture:
    """Put pictures beside each other.

    Args:
        pictures: Of one height.
    """
    return Picture(np.hstack([picture.rgb().pixels for picture in pictures]))


@operation(alpha="own", version=1)
def read_files(
    source: FilePath,
    folder: FolderPath | None = None,
    code: Annotated[str | None, Media("application/toml")] = None,
    *,
    query: Annotated[str, PathInText(("dump:",))] = "",
    beside: FilePath | None = None,
) -> str:
    """Read files.

    Args:
        source: A file.
        folder: A folder.
        code: A text of TOML.
        query: May name a dump.
        beside: Another file.
    """
    return f"{source.name} {folder.name if folder else None} {code} {beside}"


def marks(picture: Picture) -> list[int]:
    result: list[int] = picture.pixels[0, 0].tolist()
    return result


def test_kinds_of_ports() -> None:
    assert [(p.name, p.kind, p.optional, p.several) for p in blend.ports] == [
        ("picture", "picture", False, False),
        ("mask", "picture", True, False),
        ("references", "picture", True, True),
        ("caption", "text", True, False),
    ]
    assert [(p.name, p.kind, p.media) for p in read_files.ports] == [
        ("source", "file", ""),
        ("folder", "folder", ""),
        ("code", "text", "application/toml"),
    ]
    assert read_files.path_settings.keys() == {"beside"}
    assert read_files.path_texts["query"].split("dump:a/b") == ("dump:", "a/b")
    assert read_files.path_texts["query"].split("a/b") is None
    schema = read_files.settings_model.model_json_schema()["properties"]["beside"]
    assert {"type": "string", "format": "file-path"} in schema["anyOf"]


def test_optional_inputs_may_be_left_out() -> None:
    assert marks(blend(drawing())) == [0, 0, 0]
    assert marks(blend(drawing(), drawing())) == [1, 0, 0]
    assert marks(blend(drawing(), references=[drawing(), drawing()], caption="abc")) == [0, 2, 3]
    assert marks(blend.apply({"picture": drawing(), "mask": None}, {})) == [0, 0, 0]


def test_inputs_of_the_wrong_kind() -> None:
    with pytest.raises(InputError, match="as mask"):
        blend(drawing(), "mask.png")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="several values as references"):
        blend(drawing(), references=drawing())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no input 'maks'"):
        blend.apply({"picture": drawing(), "maks": drawing()}, {})
    with pytest.raises(InputError, match="at least one"):
        strip([])


def test_several_pictures_become_one() -> None:
    result = strip([drawing(10, 8), drawing(20, 8, channels=4)])
    assert result.size == (30, 8)
    assert strip.source_port is strip.ports[0]


@pytest.mark.parametrize(
    "hint",
    [
        Path,
        Path | None,
        Sequence[FilePath],
        list[Annotated[str, PathInText(("dump:",))]],
        dict[str, FolderPath],
        tuple[Path, ...] | None,
    ],
)
def test_no_setting_hides_a_path(hint: Any) -> None:
    with pytest.raises(TypeError, match="'near' must"):
        check_paths("near", hint)


@pytest.mark.parametrize(
    "hint", [FilePath | None, FolderPath, list[str], Annotated[str, PathInText(("dump:",))]]
)
def test_settings_that_servers_can_check(hint: Any) -> None:
    check_paths("near", hint)


def test_a_path_in_one_of_several_texts_is_found() -> None:
    mark = PathInText(("dump:",))
    assert marks_of(Sequence[Annotated[str, mark]]) == [mark]


def test_paths_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x")
    assert read_files(tmp_path / "a.bin", tmp_path, "x = 1").startswith("a.bin")
    with pytest.raises(NotFound, match="no file"):
        read_files(tmp_path)
    with pytest.raises(NotFound, match=r"no folder .*a\.bin: it is a file"):
        read_files(tmp_path / "a.bin", tmp_path / "a.bin")
    with pytest.raises(NotFound) as missing:
        read_files(tmp_path / "b.bin")
    assert missing.value.hint == "did you mean a.bin?"


def test_the_history_names_every_source(tmp_path: Path) -> None:
    paths = []
    for name in ("one.png", "two.png", "three.png"):
        drawing().save(tmp_path / name)
        paths.append(Picture.open(tmp_path / name))
    made = blend(paths[0], mask=paths[1], references=[blend(paths[2])], caption="words")
    (step,) = made.info.history.steps
    assert [(o.port, o.name, len(o.steps)) for o in step.others] == [
        ("mask", "two.png", 0),
        ("references", "three.png", 1),
    ]
    assert step.texts == {"caption": "words"}
    copy = type(made.info.history).from_json(made.info.history.to_json())
    assert copy == made.info.history


def test_sources_of_results_of_earlier_versions_are_read() -> None:
    text = (
        '{"source":"a.png","sha256":"00","steps":[{"operation":"color.transfer","version":1,'
        '"settings":{},"others":[["b.png","11"]]}]}'
    )
    history = type(drawing().info.history).from_json(text)
    assert history is not None
    (other,) = history.steps[0].others
    assert (other.port, other.name, other.sha256) == ("", "b.png", "11")


def test_an_animation_stands_for_a_picture_and_the_other_way_round() -> None:
    @operation(alpha="own", version=1)
    def count(animation: Animation) -> str:
        """Count frames.

        Args:
            animation: Any.
        """
        return str(len(animation.frames))

    assert count(drawing()) == "1"  # type: ignore[arg-type]
    assert count(animation(4)) == "4"
    with pytest.raises(InputError):
        strip([animation()])  # type: ignore[list-item]


def notes_of(declared: Any, inputs: dict[str, Any]) -> set[str]:
    run = Run()
    declared.apply(inputs, {}, run)
    return {note.kind for note in run.notes}


def test_what_is_lost_is_noted() -> None:
    assert notes_of(strip, {"pictures": [drawing(channels=4)]}) == {"alpha"}
    opaque = Picture(np.dstack([drawing().pixels, np.full((40, 48), 255, np.uint8)]))
    assert notes_of(strip, {"pictures": [opaque]}) == set()
    assert notes_of(strip, {"pictures": [drawing(depth=16)]}) == {"depth"}
    assert notes_of(blend, {"picture": artwork()}) == {"layers"}
    assert notes_of(blend, {"picture": drawing(), "mask": artwork()}) == {"layers"}


def test_the_same_note_is_kept_once() -> None:
    run = Run()
    run.part(0, 0.5).note("sound", "the sound was left out")
    run.note("sound", "the sound was left out")
    assert run.notes == (Note("sound", "the sound was left out"),)


def test_ports_that_cannot_be() -> None:
    def wrong(function: Any) -> None:
        with pytest.raises(TypeError):
            _ = operation(alpha="own", version=1)(function).ports

    def default(picture: Picture = Picture(np.zeros((1, 1), np.uint8))) -> Picture:  # noqa: B008
        return picture

    def union(picture: Picture | Animation) -> Picture:
        raise NotImplementedError

    def bare(path: Path) -> Picture:
        raise NotImplementedError

    def no_default(picture: Picture | None) -> Picture:
        raise NotImplementedError

    for function in (default, union, bare, no_default):
        wrong(function)


def test_layers_flow_into_a_port_that_keeps_them() -> None:
    @operation(alpha="own", version=1)
    def layers(picture: Picture | Artwork) -> str:
        """Name what came.

        Args:
            picture: Any.
        """
        return type(picture).__name__

    assert layers(artwork()) == "Artwork"
    assert layers(drawing()) == "Picture"


NAMES = ["one"]


@operation(alpha="drop", version=1)
def pick(picture: Picture, name: Annotated[str, Choices(lambda: NAMES)]) -> Picture:
    """Take a name.

    Args:
        picture: Any size.
        name: One that exists.
    """
    return picture


def test_a_text_can_offer_the_names_that_exist() -> None:
    _, port = pick.ports
    assert port.kind == "text"
    assert port.choices is not None
    NAMES.append("two")
    assert list(port.choices.names()) == ["one", "two"]


@operation(alpha="own", version=1)
def count_names(paths: Sequence[AnyPath]) -> int:
    """Count files and folders.

    Args:
        paths: Files or folders.
    """
    return len(paths)


def test_a_port_may_take_files_and_folders(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").touch()
    assert count_names([file, tmp_path]) == 2
    assert count_names.ports[0].kind == "path"
    with pytest.raises(NotFound, match="no file or folder"):
        count_names([tmp_path / "missing"])
