"""Export: the file does what the network does, and its card loads in Nijigen."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from nijigen.core.errors import InputError, ModelError
from nijigen.core.extras import install_module
from nijigen.models import session, store
from nijigen.models.card import Metric, load_card, read_card
from nijigen_training.card import toml, write_card, write_metrics
from nijigen_training.checkpoint import load_best
from nijigen_training.device import Device
from nijigen_training.export import MODEL, _traced, export, to_onnx
from nijigen_training.loop import Budget, Loop
from nijigen_training.recipe import Recipe
from nijigen_training.task import Task, load_task


@pytest.fixture(scope="module")
def run(recipe: Recipe, device: Device, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run with weights."""
    folder = tmp_path_factory.mktemp("run")
    Loop(recipe, folder, device, fresh=False, say=lambda _: None).run(Budget(steps=30))
    return folder


@pytest.fixture(scope="module")
def models(recipe: Recipe, run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with the exported one."""
    folder = tmp_path_factory.mktemp("models")
    export(recipe, run, folder / recipe.model)
    return folder


@pytest.fixture(scope="module")
def graph(recipe: Recipe, run: Path) -> Any:
    """What torch writes of the run's network."""
    task = load_task(recipe)
    module = task.exported(load_best(task, run)[0]).eval()
    return _traced(module, task.example_input(), recipe.export)


@pytest.fixture
def traced(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tracing takes seconds: for what only concerns what comes after it, once is enough."""
    monkeypatch.setattr("nijigen_training.export._traced", lambda *_: graph)


@pytest.fixture
def here(models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIJIGEN_MODELS", str(models))
    monkeypatch.setenv("NIJIGEN_THREADS", "1")
    session._open.clear()
    return models


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_session_answers_as_torch_does(
    runtime: str, here: Path, recipe: Recipe, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if runtime == "openvino":
        pytest.importorskip("openvino", reason=install_module("openvino"))
    monkeypatch.setenv("NIJIGEN_RUNTIME", runtime)
    task = load_task(recipe)
    module = task.exported(load_best(task, run)[0]).eval()
    opened = session.open_session("toy")
    assert opened.runtime == runtime
    for shape in ((1, 3, 8, 8), (3, 3, 64, 32), (2, 3, 24, 80)):
        batch = torch.rand(shape, generator=torch.Generator().manual_seed(3))
        answer = opened(batch.numpy())
        assert answer.shape == (shape[0], shape[2] * shape[3] // 64, 3)
        assert np.abs(answer - module(batch).numpy()).max() < recipe.export.tolerance
    with pytest.raises(ModelError, match="9×8 pixels"):
        opened(np.zeros((1, 3, 8, 9), np.float32))


def test_card(here: Path, recipe: Recipe) -> None:
    card = load_card("toy")
    assert {state.state for state in store.verify("toy")} == {"ok"}
    assert card.training is not None
    assert (card.training.recipe, card.training.steps, card.training.pictures) == ("toy", 30, 240)
    assert 0 < card.training.difference <= recipe.export.tolerance
    assert not card.metrics, "figures are only measured"
    text = (here / "toy" / "card.toml").read_text()
    assert not re.search(r"https?:|/tmp|/root|/home", text)


def test_measured_figures_stay_as_long_as_the_file_does(
    models: Path, recipe: Recipe, run: Path, traced: None, tmp_path: Path
) -> None:
    folder = tmp_path / recipe.model
    shutil.copytree(models / recipe.model, folder)
    metrics = {"f1": Metric(value=0.5, command="python benchmarks/toy.py")}
    write_metrics(folder, metrics)
    assert read_card(folder / "card.toml").metrics == metrics
    export(recipe, run, folder)
    assert read_card(folder / "card.toml").metrics == metrics
    full = recipe.model_copy(
        update={"export": recipe.export.model_copy(update={"weights": "float32"})}
    )
    export(full, run, folder)
    assert not read_card(folder / "card.toml").metrics, "they were those of another file"


def test_graph_is_lean(recipe: Recipe, run: Path, models: Path, traced: None) -> None:
    task = load_task(recipe)
    data = to_onnx(task, load_best(task, run)[0]).data
    model = onnx.load_from_string(data)
    assert {node.op_type for node in model.graph.node} >= {"Conv", "Cast", "Sigmoid"}
    assert "BatchNormalization" not in {node.op_type for node in model.graph.node}
    assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
    assert b"/" not in b"".join(name.encode() for name in names(model)), "no paths of modules"
    large = [
        numpy_helper.to_array(t)
        for t in model.graph.initializer
        if np.prod(t.dims) >= 64 and t.data_type != onnx.TensorProto.INT64
    ]
    assert len(large) == 3
    assert all(values.dtype == np.float16 for values in large)
    sides = model.graph.input[0].type.tensor_type.shape.dim
    assert [side.dim_param for side in sides] == ["batch", "", "height", "width"]
    assert (models / "toy" / MODEL).read_bytes() == data, "the same weights, the same bytes"


def names(model: Any) -> list[str]:
    found = [t.name for t in model.graph.initializer]
    for node in model.graph.node:
        found += [node.name, *node.input, *node.output]
    return found


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"limit_mb": 0.001}, "limit of 0.001 MB"), ({"tolerance": 1e-9}, "differs from torch")],
)
def test_file_that_breaks_a_bound_is_refused(
    changed: dict[str, float], reason: str, recipe: Recipe, run: Path, traced: None, tmp_path: Path
) -> None:
    strict = recipe.model_copy(update={"export": recipe.export.model_copy(update=changed)})
    with pytest.raises(ModelError, match=reason):
        export(strict, run, tmp_path / "toy")
    assert not (tmp_path / "toy").exists()


def test_run_without_weights(recipe: Recipe, run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no .*best\.pt"):
        export(recipe, tmp_path, tmp_path / "toy")
    task: Task = load_task(recipe.model_copy(update={"net": {"width": 8}}))
    with pytest.raises(InputError, match="another network"):
        load_best(task, run)


def test_toml_reads_back(models: Path, recipe: Recipe, tmp_path: Path) -> None:
    values = {
        "text": 'a "quoted" \\ line\nand ぬ',
        "list": ["x" * 60, "y" * 60],
        "flag": True,
        "number": 1e-07,
        "table": {"a b": {"x": 1}, "empty": {}, "plain": [1, 2.5]},
    }
    assert tomllib.loads(toml(values)) == values
    card = read_card(models / recipe.model / "card.toml")
    write_card(tmp_path / card.name, card)
    assert read_card(tmp_path / card.name / "card.toml") == card
