from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import InputError, NotFound
from nijigen.jobs.batches.plan import plan
from nijigen.jobs.batches.sources import Source, find_sources


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def targets(sources: list[Source], output: Path | None, **options: object) -> list[str]:
    tasks = plan(sources, output, operation="halftone", **options)  # type: ignore[arg-type]
    return [task.target.as_posix() for task in tasks]


def test_folders_are_searched_with_all_below(tmp_path: Path) -> None:
    touch(tmp_path, "b.png", "a.jpg", "deep/c.webp", "notes.txt", ".hidden.png")
    found = find_sources([str(tmp_path)])
    assert [(s.path.name, s.folder.as_posix()) for s in found] == [
        ("a.jpg", "."),
        ("b.png", "."),
        ("c.webp", "deep"),
    ]


def test_patterns_are_filled_in_where_the_shell_does_not(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png", "c.jpg")
    assert [s.path.name for s in find_sources([str(tmp_path / "*.png")])] == ["a.png", "b.png"]
    with pytest.raises(NotFound, match="nothing matches"):
        find_sources([str(tmp_path / "*.gif")])


def test_missing_names_the_nearest(tmp_path: Path) -> None:
    touch(tmp_path, "picture.png")
    with pytest.raises(NotFound) as caught:
        find_sources([str(tmp_path / "pictrue.png")])
    assert "picture.png" in caught.value.hint


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no pictures"):
        find_sources([str(tmp_path)])


def test_one_file() -> None:
    assert targets([Source(Path("a.png"))], Path("big.jpg")) == ["big.jpg"]


def test_beside_the_source_by_default() -> None:
    assert targets([Source(Path("x/a.jpg"))], None) == ["x/a-halftone.png"]
    assert targets([Source(Path("x/a.gif"))], None) == ["x/a-halftone.gif"]


def test_folder_keeps_folders() -> None:
    source = Source(Path("in/deep/a.png"), Path("deep"))
    assert targets([source], Path("out")) == ["out/deep/a.png"]


def test_several_into_one_file_is_an_error() -> None:
    with pytest.raises(InputError, match="one file"):
        targets([Source(Path("a.png")), Source(Path("b.png"))], Path("big.png"))


def test_same_names_are_kept_apart() -> None:
    sources = [Source(Path("a.png")), Source(Path("a.jpg"))]
    assert targets(sources, Path("out")) == ["out/a-png.png", "out/a-jpg.png"]


def test_same_names_with_the_same_ending_are_numbered() -> None:
    sources = [Source(Path("x/a.png")), Source(Path("y/a.png"))]
    assert targets(sources, Path("out")) == ["out/a.png", "out/a-2.png"]
    sources_of_one = [Source(Path("x.PNG")), Source(Path("x.png")), Source(Path("x.jpg"))]
    made = targets(sources_of_one, Path("out"))
    assert made[:2] == ["out/x.png", "out/x-2.png"]
    assert len(set(made)) == 3
    assert targets(sources, Path("out"), name="{folder}-{stem}.{ending}") == [
        "out/x-a.png",
        "out/y-a.png",
    ]


def test_template_fields() -> None:
    sources = [Source(Path("a.png")), Source(Path("b.png"))]
    names = targets(sources, Path("out"), name="{number:03}-{stem}-{operation}.webp")
    assert names == ["out/001-a-halftone.webp", "out/002-b-halftone.webp"]


@pytest.mark.parametrize("template", ["{nothing}", "{stem", "{0}", "{stem.x}"])
def test_wrong_template(template: str) -> None:
    with pytest.raises(InputError, match="template") as caught:
        targets([Source(Path("a.png"))], Path("out"), name=template)
    assert "{stem}" in caught.value.hint
