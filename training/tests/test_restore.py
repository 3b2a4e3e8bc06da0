"""A network that is restored from its model file answers as the file does, and learns on."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from torch import nn

from nijigen.core.errors import ModelError, NotFound
from nijigen.faces._verifying import VERIFY_SIDE
from nijigen.models.card import BUNDLED, load_card
from nijigen_training import restore as restoring
from nijigen_training.cli import cli
from nijigen_training.data.faces96 import SIDE
from nijigen_training.device import Device
from nijigen_training.export import MODEL, export
from nijigen_training.faces.detect.data import MOST
from nijigen_training.faces.landmarks.lesson import Lesson, shown
from nijigen_training.loop import Budget, Loop
from nijigen_training.recipe import Recipe, load_recipe
from nijigen_training.restore import measure_norms, restore
from nijigen_training.task import Example, load_task

TOY = Path(__file__).parent / "toy"
NAMES = ["faces/detect", "faces/verify", "faces/landmarks", "faces/colors"]
LINES = ["lines/extract", "lines/simplify"]
CLOSE = 1e-5
"""How far a restored network's answers may be from ONNX Runtime's, in each column as a share of the
largest value there, or of 1; 8e-7 at most was measured."""


def noise(side: int, index: int) -> Any:
    return np.random.default_rng(index).integers(0, 256, (side, side, 3), np.uint8)


def example(name: str, index: int) -> Example:
    """Make up what training would show: of the right form, and without meaning."""
    if name == "faces/detect":
        boxes = np.zeros((MOST, 5), np.float32)
        boxes[0] = (10, 10, 50, 60, 1)
        return {"picture": noise(64, index), "faces": boxes, "heads": boxes}
    if name == "faces/verify":
        label, move = np.array([index % 2], np.float32), np.zeros(4, np.float32)
        return {"picture": noise(VERIFY_SIDE, index), "label": label, "move": move}
    if name == "faces/colors":
        label = np.array([index % 5], np.int64)
        return {"picture": noise(SIDE, index), "hair": label, "eyes": label}
    lesson = Lesson(noise(128, index), (20.0, 20.0, 100.0, 100.0))
    lesson.points[:] = 60
    lesson.weights[:] = 1
    return shown(lesson, np.random.default_rng(index), 0.2)


def narrow(name: str) -> Recipe:
    """Return a recipe with a batch that is quickly learned."""
    recipe = load_recipe(name)
    return recipe.model_copy(
        update={"training": recipe.training.model_copy(update={"batch": 4, "warmup_examples": 0})}
    )


@pytest.fixture(autouse=True)
def _one_thread(device: Device) -> None:
    """Two threads wait for each other where others work too."""


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        kind = type(load_task(load_recipe(name)))
        monkeypatch.setattr(kind, "example", lambda _, index, name=name: example(name, index))
    monkeypatch.setattr(restoring, "EXAMPLES", 16)


@pytest.fixture(scope="module")
def models(recipe: Recipe, device: Device, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model of the toy."""
    run = tmp_path_factory.mktemp("run")
    Loop(recipe, run, device, fresh=True, say=lambda _: None).run(Budget(steps=40))
    folder = tmp_path_factory.mktemp("models")
    export(recipe, run, folder / recipe.model)
    return folder


@pytest.mark.parametrize("name", [*NAMES, *LINES])
def test_it_answers_as_the_bundled_file(name: str) -> None:
    restored = restore(load_task(load_recipe(name)))
    assert restored.difference < CLOSE
    made = load_card(load_recipe(name).model).training
    assert made
    assert restored.pictures == made.pictures


@pytest.mark.parametrize("name", NAMES)
def test_it_learns_on(name: str, made_up: None, device: Device, tmp_path: Path) -> None:
    lines: list[str] = []
    recipe = narrow(name)
    loop = Loop(recipe, tmp_path, device, fresh=False, begin="bundled", say=lines.append)
    before = {key: value.clone() for key, value in loop.network.state_dict().items()}
    seen = loop.progress.pictures
    assert loop.run(Budget(steps=1), evaluate=False)
    assert f"from {recipe.model} as it is bundled, after {seen:,} pictures" in lines[0]
    assert loop.progress.pictures == seen + recipe.training.batch
    assert not loop.progress.skipped
    after = loop.network.state_dict()
    assert all(torch.isfinite(value).all() for value in after.values())
    moved = {key for key, value in after.items() if not torch.equal(value, before[key])}
    assert moved
    learned = {key for key, value in loop.network.named_parameters() if value.requires_grad}
    assert {key for key, _ in loop.network.named_parameters()} & moved <= learned


@pytest.mark.parametrize("name", NAMES)
def test_measured_norms_change_no_answer(name: str, made_up: None) -> None:
    task = load_task(load_recipe(name))
    restored = restore(task)
    with torch.no_grad():
        before = restored.network(task.example_input())
        measure_norms(restored, task)
        after = restored.network(task.example_input())
    for one, two in zip(before, after, strict=True):
        assert torch.allclose(one, two, rtol=1e-4, atol=1e-3)


def test_it_can_be_trained_at_once(recipe: Recipe, models: Path) -> None:
    """By batches, the answers are those of the trained network, not of one that forgot scales."""

    def loss(network: nn.Module) -> float:
        examples = [task.example(5000 + number) for number in range(64)]
        batch = {
            key: torch.from_numpy(np.stack([one[key] for one in examples])) for key in examples[0]
        }
        batch["picture"] = batch["picture"].permute(0, 3, 1, 2).float() / 255
        with torch.no_grad():
            return task.loss(network, batch)["cells"].item()

    def by_batches(network: nn.Module) -> nn.Module:
        """Normalise as training does, but leave nothing out at random."""
        for layer in network.eval().modules():
            layer.train(isinstance(layer, nn.BatchNorm2d))
        return network

    task = load_task(recipe)
    restored = restore(task, models / "toy")
    assert restored.difference < CLOSE
    told = loss(restored.network.eval())
    forgotten = loss(by_batches(restored.network))
    restored = restore(task, models / "toy")
    measure_norms(restored, task)
    assert loss(restored.network.eval()) == pytest.approx(told, rel=1e-3)
    assert loss(by_batches(restored.network)) - told < 0.3 * (forgotten - told)


def test_a_run_that_was_stopped_is_the_same_to_the_bit(
    recipe: Recipe, device: Device, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "BUNDLED", models)

    def train(name: str, steps: int, say: Any = lambda _: None) -> dict[str, Any]:
        loop = Loop(recipe, tmp_path / name, device, fresh=False, begin="bundled", say=say)
        loop.run(Budget(steps=steps), evaluate=False)
        return dict(loop.network.state_dict())

    # The length decides the learning rate, so the first part is cut off and not planned short.
    whole = train("whole", 6)
    first = Loop(recipe, tmp_path / "parts", device, fresh=False, begin="bundled", say=lambda _: 0)
    step = first._step

    def stopping(*arguments: Any) -> Any:
        if first.progress.steps == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return step(*arguments)

    first._step = stopping  # type: ignore[method-assign]
    assert not first.run(Budget(steps=6), evaluate=False)
    lines: list[str] = []
    parts = train("parts", 6, lines.append)
    assert "from step 3 of the run in" in lines[0]
    assert all(torch.equal(whole[key], parts[key]) for key in whole)


def test_another_network_is_refused(recipe: Recipe, models: Path) -> None:
    wider = recipe.model_copy(update={"net": {"width": 8}})
    with pytest.raises(ModelError, match=r"another network: body\.0 is Conv") as caught:
        restore(load_task(wider), models / "toy")
    assert "--from FOLDER" in caught.value.hint
    with pytest.raises(ModelError, match="another network"):
        restore(load_task(load_recipe("faces/verify")), BUNDLED / "faces-colors")


def test_what_cannot_be_restored_exactly_is_refused(
    recipe: Recipe, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = load_task(recipe)
    make = task.network

    def with_more() -> nn.Module:
        network = make()
        network.scale = nn.Parameter(torch.ones(1))
        return network

    monkeypatch.setattr(task, "network", with_more)
    with pytest.raises(ModelError, match="does not tell the weights scale"):
        restore(task, models / "toy")
    monkeypatch.undo()
    decoded = task.exported
    monkeypatch.setattr(
        task, "restored", lambda network, _: decoded(nn.Sequential(network, nn.ELU()))
    )
    with pytest.raises(ModelError, match="answers otherwise than the file"):
        restore(task, models / "toy")


def test_no_such_model(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no") as caught:
        restore(load_task(recipe))
    assert "--from FOLDER" in caught.value.hint
    (tmp_path / MODEL).write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be read"):
        restore(load_task(recipe), tmp_path)


@pytest.mark.parametrize("option", ["--from", "--weights"])
def test_command(option: str, recipe: Recipe, device: Device, tmp_path: Path) -> None:
    Loop(recipe, tmp_path / "one", device, fresh=True, say=lambda _: None).run(Budget(steps=2))
    options = (
        "--device",
        "cpu",
        "--threads",
        "1",
        "--workers",
        "0",
        "--out",
        str(tmp_path / "two"),
    )
    call = ["run", str(TOY), "--steps", "1", option, str(tmp_path / "one"), *options]
    result = CliRunner().invoke(cli, call, catch_exceptions=False)
    assert result.exit_code == 0
    assert f"from {tmp_path / 'one'}, after 16 pictures" in result.output
