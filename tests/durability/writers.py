"""Everything that writes: what was there before, how it is written, and what one finds then."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_writers import STUDIO_MAY_FAIL, STUDIO_WRITERS
from writer import Failed, Found, Report, Writer, before, content_of, put

from clips import flat
from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core import atomic, home, registry
from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork, Layer
from nijigen.core.history import History, Step
from nijigen.imaging.files import encode, read, read_artwork, write_artwork
from nijigen.jobs.batches import origins
from nijigen.jobs.batches.batch import Job, run_batch
from nijigen.jobs.batches.clips import save_clip
from nijigen.jobs.batches.ledger import history_of
from nijigen.jobs.batches.plan import Task
from nijigen.models import store as models
from nijigen.recipes.commands.save import save as save_recipe
from pictures import drawing


def begin(root: Path, patch: pytest.MonkeyPatch) -> None:
    """Let this process know nothing of earlier runs, and keep everything below the root."""
    for known in (atomic._looked_through, atomic._appended, origins._known, home._warned):
        known.clear()
    for variable, name in {"HOME": "home", "MODELS": "models", "RECIPES": "recipes"}.items():
        patch.setenv(f"NIJIGEN_{variable}", str(root / name))


def _run(*words: object) -> None:
    code = main([str(word) for word in words])
    if code:
        raise Failed(f"exit code {code}")


def _source(root: Path, name: str = "in.png") -> Path:
    return put(root / name, encode(drawing(), "png"))


# A single picture


def _halftone(root: Path, cell: int, target: str) -> None:
    _run("effects", "halftone", root / "in.png", "--cell", cell, "-o", root / target)


def _picture(target: str) -> Writer:
    def write(root: Path, report: Report) -> None:
        _halftone(root, 5, target)
        report("picture")

    def find(root: Path) -> Found:
        path = root / target
        return {"picture": path.exists() and (path.read_bytes(), history_of(path))}

    def prepare(root: Path) -> None:
        _source(root)
        _halftone(root, 8, "out/a.png")

    return Writer(write, find, prepare)


# Sets of files


def _artwork(*shades: int) -> Artwork:
    layers = [Layer("ink", Picture(np.full((8, 8, 4), shade, np.uint8))) for shade in shades]
    return Artwork((8, 8), tuple(layers))


def _write_layers(root: Path, report: Report) -> None:
    write_artwork(_artwork(3, 4), root / "set")
    report("set")


def _find_layers(root: Path) -> Found:
    folder = root / "set"
    if not (folder / "layers.json").exists():
        return {"set": None}
    layers = read_artwork(folder).layers
    return {"set": [int(layer.pixels.pixels[0, 0, 0]) for layer in layers]}  # type: ignore[union-attr]


def _frames(*shades: int) -> bytes:
    frames = tuple(Picture(np.full((8, 8, 3), shade, np.uint8)) for shade in shades)
    return encode(Animation(frames, (100,) * len(frames)), "gif")


def _write_frames(root: Path, report: Report) -> None:
    _run("formats", "frames", root / "in.gif", "-o", root / "frames", "--overwrite")
    report("1")
    report("2")


def _prepare_frames(root: Path) -> None:
    put(root / "in.gif", _frames(30, 40))
    _run("formats", "frames", root / "in.gif", "-o", root / "frames")
    put(root / "in.gif", _frames(10, 20))


def _find_frames(root: Path) -> Found:
    # Not a set as a whole: an interrupted command leaves some new files, and goes on with them.
    return {name: content_of(root / "frames" / "in" / f"frame 00{name}.png") for name in ("1", "2")}


# A clip, in parts


def _write_clip(shade: int) -> Callable[[Path, Report], None]:
    def write(root: Path, report: Report) -> None:
        history = History("in.mp4", "0" * 64, (Step("effects.halftone", 1, {"shade": shade}),))
        save_clip(flat((shade, 0, 0), (8, 8)), root / "out" / "a.gif", history)
        report("clip")

    return write


def _find_clip(root: Path) -> Found:
    path = root / "out" / "a.gif"
    return {"clip": path.exists() and (path.read_bytes(), len(read(path).frames))}  # type: ignore[union-attr]


# A batch, whose BMPs need a ledger

RESULTS = ("a.png", "b.bmp")
UNIMPORTANT = {f"origin of {name}" for name in RESULTS} | STUDIO_MAY_FAIL
"""Things that may fail without a word, but that a cut must not lose."""


def _prepare_batch(root: Path) -> None:
    for name in RESULTS:
        _source(root, f"in/{name}")


def _prepare_batch_again(root: Path) -> None:
    _prepare_batch(root)
    before(_write_batch(9))(root)


def _write_batch(cell: int) -> Callable[[Path, Report], None]:
    def write(root: Path, report: Report) -> None:
        tasks = [
            Task(root / "in" / name, root / "out" / "all" / name, number)
            for number, name in enumerate(RESULTS)
        ]
        job = Job(registry.get("effects.halftone"), {"cell": cell}, {})
        for outcome in run_batch(tasks, job):
            if outcome.error is not None:
                raise outcome.error
            report(outcome.task.target.name)
            report(f"origin of {outcome.task.target.name}")

    return write


def _find_batch(root: Path) -> Found:
    found: dict[str, Any] = {}
    for name in RESULTS:
        path = root / "out" / "all" / name
        content, origin = content_of(path), origins.origin_of(path)
        digest = hashlib.sha256(content or b"").hexdigest()
        found[name] = content, content and history_of(path)
        found[f"origin of {name}"] = origin is not None and digest in origin.hashes
    return found


# The home: recipes and models


def _write_recipe(cell: int) -> Callable[[Path, Report], None]:
    def write(root: Path, report: Report) -> None:
        step = {"operation": "effects.halftone", "cell": cell}
        save_recipe("mine", json.dumps({"steps": [step]}))
        report("recipe")

    return write


def _write_recipe_at_home(root: Path, report: Report) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NIJIGEN_RECIPES")
        _write_recipe(5)(root, report)


WEIGHTS = b"numbers" * 1000
CARD = f"""
name = "mine"
task = "upscale"
summary = "A network for tests"
licence = "Apache-2.0"
source = "Made by the test"
training_data = "None"
limits = ["Does nothing useful"]
format = "onnx"
default = "main"
wheel = "nijigen-test-weights==1.0"

[files.main]
scale = 1
onnx.member = "weights/net.onnx"
onnx.sha256 = "{hashlib.sha256(WEIGHTS).hexdigest()}"
"""


def _prepare_model(root: Path) -> None:
    folder = root / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "card.toml").write_text(CARD)
    (folder / "net.onnx").write_bytes(b"damaged")
    with zipfile.ZipFile(root / "weights.whl", "w") as archive:
        archive.writestr("weights/net.onnx", WEIGHTS)


def _write_model(root: Path, report: Report) -> None:
    models.get("mine", given=[root / "weights.whl"])
    report("model")


WRITERS: Mapping[str, Writer] = {
    "picture": _picture("out/a.png"),
    "picture in new folders": _picture("b/c/a.png"),
    "layers": Writer(_write_layers, _find_layers),
    "layers again": Writer(
        _write_layers, _find_layers, lambda root: write_artwork(_artwork(1, 2, 5), root / "set")
    ),
    "frames": Writer(_write_frames, _find_frames, _prepare_frames),
    "clip": Writer(_write_clip(5), _find_clip, before(_write_clip(9))),
    "batch": Writer(_write_batch(5), _find_batch, _prepare_batch),
    "batch again": Writer(_write_batch(5), _find_batch, _prepare_batch_again),
    "recipe": Writer(
        _write_recipe(5),
        lambda root: {"recipe": content_of(root / "recipes" / "mine.toml")},
        before(_write_recipe(9)),
    ),
    "recipe in a new home": Writer(
        _write_recipe_at_home,
        lambda root: {"recipe": content_of(root / "home" / "recipes" / "mine.toml")},
    ),
    "model": Writer(
        _write_model,
        lambda root: {"model": content_of(root / "models" / "mine" / "net.onnx")},
        _prepare_model,
    ),
    **STUDIO_WRITERS,
}
