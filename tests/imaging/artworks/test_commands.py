"""Layered documents on the command line, in batches and in requests."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nijigen import Artwork, Picture
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.operation import operation
from nijigen.core.run import Run
from nijigen.imaging.files import decode, encode
from nijigen.jobs.perform import perform
from nijigen.jobs.say import as_command, as_python
from pictures import artwork, drawing

LAYERED = ("psd", "ora", "zip")


def run(*words: object) -> int:
    return main([str(word) for word in words])


@pytest.mark.parametrize("ending", LAYERED)
def test_an_operation_on_pictures_takes_a_layered_file(ending: str, tmp_path: Path) -> None:
    source, target = tmp_path / f"a.{ending}", tmp_path / "out.png"
    # Whole steps of opacity, so that all formats hold the same.
    art = artwork().with_layers(artwork().layers[:1] + artwork().layers[3:])
    art.save(source)
    assert run("effects", "halftone", source, "-o", target) == 0
    halftone = registry.get("effects.halftone")
    wanted = halftone.apply({"picture": Picture(art.flatten().pixels)}, {})
    assert np.array_equal(Picture.open(target).pixels, wanted.pixels)
    # The result knows what it was made from, so it is not made again.
    before = target.stat().st_mtime_ns
    assert run("effects", "halftone", source, "-o", target) == 0
    assert target.stat().st_mtime_ns == before


@pytest.mark.parametrize("source", LAYERED)
@pytest.mark.parametrize("target", LAYERED)
def test_convert_keeps_layers(source: str, target: str, tmp_path: Path) -> None:
    art = artwork().with_layers([replace(node, opacity=1.0) for node in artwork().layers])
    art.save(tmp_path / f"a.{source}")
    path = tmp_path / f"b.{target}"
    assert run("formats", "convert", tmp_path / f"a.{source}", "-o", path) == 0
    found = Artwork.open(path)
    assert [path for path, _ in found.leaves()] == [path for path, _ in art.leaves()]
    assert np.abs(found.flatten().pixels.astype(int) - art.flatten().pixels).max() <= 1
    # Written with its history, it is known again.
    assert run("formats", "convert", tmp_path / f"a.{source}", "-o", path) == 0
    assert run("redo", path, "-o", tmp_path / f"c.{target}") == 0
    assert (tmp_path / f"c.{target}").read_bytes() == path.read_bytes()


def test_convert_unpacks_a_folder_of_documents(tmp_path: Path) -> None:
    for name in ("a.psd", "b.ora"):
        artwork().save(tmp_path / "in" / name)
    (tmp_path / "in" / "other.zip").write_bytes(b"PK\3\4 holiday")
    assert (
        run("formats", "convert", tmp_path / "in", "-o", tmp_path / "out", "--format", "zip") == 0
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.zip", "b.zip"]


def test_convert_flattens_for_other_formats(tmp_path: Path) -> None:
    artwork().save(tmp_path / "a.ora")
    assert run("formats", "convert", tmp_path / "a.ora", "-o", tmp_path / "a.png") == 0
    assert np.array_equal(Picture.open(tmp_path / "a.png").pixels, artwork().flatten().pixels)


@pytest.mark.parametrize(("mode", "channels"), [("gray", {1, 4}), ("rgba", {4}), ("rgb", {3, 4})])
def test_convert_changes_every_layer(mode: str, channels: set[int]) -> None:
    convert = registry.get("formats.convert")
    made = convert.apply({"picture": artwork()}, {"format": "ora", "mode": mode, "depth": "16"})
    found = decode(encode(made, "ora"))
    assert isinstance(found, Artwork)
    for (_, one), (_, other) in zip(artwork().leaves(), found.leaves(), strict=True):
        assert other.pixels.channels in channels
        assert other.pixels.depth == 16
        if mode == "gray" and other.pixels.channels == 4:
            assert np.ptp(other.pixels.pixels[:, :, :3].astype(int), axis=2).max() == 0
            alpha = other.pixels.reduced().pixels[:, :, 3]
            assert np.array_equal(alpha, one.pixels.pixels[:, :, 3])


def test_a_broken_document_in_a_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    artwork().save(folder / "a.psd")
    (folder / "b.psd").write_bytes(encode(artwork(), "psd")[:3000])
    (folder / "c.ora").write_bytes(encode(artwork(), "ora")[:3000])
    assert run("effects", "halftone", folder, "-o", tmp_path / "out") == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 2
    assert all("cut off" in line for line in errors)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]


def test_requests() -> None:
    @operation(alpha="own", version=1)
    def ink(picture: Picture) -> Artwork:
        return Artwork.of(picture, "ink")

    made = perform(ink, {"picture": drawing()}, {}, Run())
    assert (made.format, made.ending) == ("psd", "psd")
    assert perform(ink, {"picture": drawing()}, {}, Run(), "ora").format == "ora"
    flat = perform(ink, {"picture": drawing()}, {}, Run(), "png")
    assert np.array_equal(decode(flat.content).pixels, drawing().pixels)  # type: ignore[union-attr]


def test_code_that_is_shown_opens_layers() -> None:
    convert = registry.get("formats.convert")
    code = as_python(convert, {"format": "ora"}, {"picture": "a.psd"})
    assert "Artwork.open('a.psd')" in code
    assert "Picture.open('a.psd')" in as_python(
        registry.get("effects.halftone"), {}, {"picture": "a.psd"}
    )
    assert as_command(convert, {}, {"picture": "a.psd"}).endswith("-o a-convert.png")


def test_history_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing().save(tmp_path / "a.png")
    assert run("formats", "convert", tmp_path / "a.png", "-o", tmp_path / "b.psd", "-q") == 0
    capsys.readouterr()
    assert run("redo", tmp_path / "b.psd", "--show") == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert [step["operation"] for step in steps] == ["formats.convert"]
