"""Export trained weights as a bundled model: an ONNX file that matches torch, and its card."""

from __future__ import annotations

import hashlib
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nijigen.core.atomic import write_bytes
from nijigen.core.errors import ModelError
from nijigen.models.card import CARD, File, Made, ModelCard, Net, Port, Shape, read_card
from nijigen_training import checkpoint
from nijigen_training.card import write_card
from nijigen_training.recipe import Export, Recipe
from nijigen_training.task import Task, load_task

MODEL = "model.onnx"
INPUT, OUTPUT = "input", "output"
SMALL = 0.01
"""Tensors with less than this share of all weights always stay float32: converting them saves
little, and they include the first layers, whose errors propagate through all others."""


@dataclass(frozen=True)
class Exported:
    """A network as a file."""

    data: bytes
    difference: float
    """Difference between ONNX Runtime's outputs and torch's; see ``Export.tolerance``."""


def export(recipe: Recipe, run: Path, out: Path) -> Exported:
    """Write ``model.onnx`` and ``card.toml`` of the best weights of a run.

    The card has no metrics; they are measured on the exported file. If the file is unchanged, the
    metrics of the existing card are kept.

    Raises:
        InputError: The run has no weights yet, or those of another network.
        ModelError: The file is too large, or does not match the network.
        OutputError: The files cannot be written.
    """
    task = load_task(recipe)
    network, state = checkpoint.load_best(task, run)
    made = to_onnx(task, network)
    texts = task.card()
    digest = hashlib.sha256(made.data).hexdigest()
    limits = recipe.export
    sides = {"height", "width"} & set(limits.dynamic)
    card = ModelCard(
        name=recipe.model,
        task=texts.task,
        summary=texts.summary,
        licence=texts.licence,
        source=f"Made for Nijigen by the recipe {recipe.name} of its training package",
        training_data=texts.training_data,
        limits=texts.limits,
        failures=texts.failures,
        format="onnx",
        precision="float32",
        default="default",
        shapes={"1x": Shape(multiple_of=limits.multiple_of)} if sides else {},
        files={
            "default": Net(
                onnx=File(member=MODEL, sha256=digest),
                inputs=_fixed(task.example_input(), limits),
            )
        },
        training=Made(
            recipe=recipe.name,
            device=state["device"],
            steps=state["steps"],
            pictures=state["pictures"],
            seconds=round(state["seconds"]),
            difference=float(f"{made.difference:.2g}"),
        ),
    )
    if (out / CARD).is_file():
        before = read_card(out / CARD)
        if before.files == card.files:
            card = card.model_copy(update={"metrics": before.metrics})
    write_bytes(out / MODEL, made.data)
    write_card(out, card)
    return made


def _fixed(source: Tensor, limits: Export) -> dict[str, Port]:
    """Return the input that a card states, if its shape is not arbitrary."""
    letters = {0: ("batch", "n"), 2: ("height", "h"), 3: ("width", "w")}
    shape = [
        letters[axis][1] if axis in letters and letters[axis][0] in limits.dynamic else side
        for axis, side in enumerate(source.shape)
    ]
    return {} if shape == ["n", source.shape[1], "h", "w"] else {INPUT: Port(shape=tuple(shape))}


def to_onnx(task: Task, network: nn.Module) -> Exported:
    """Convert a network to ONNX and check that ONNX Runtime's outputs match torch's.

    Raises:
        ModelError: The file is too large, or the outputs differ by more than the recipe allows.
    """
    limits = task.recipe.export
    module = task.exported(network.cpu()).eval()
    source = task.example_input()
    model = _tidied(_traced(module, source, limits), limits)
    if limits.weights == "float16":
        _halve(model)
    data: bytes = model.SerializeToString()
    if len(data) > limits.limit_mb * 1e6:
        raise ModelError(
            f"{len(data) / 1e6:.2f} MB exceed the recipe's limit of {limits.limit_mb} MB",
            "make the network smaller, or store its weights as float16",
        )
    difference = largest_difference(module, data, source, limits)
    if not difference <= limits.tolerance:
        raise ModelError(
            f"ONNX Runtime's answer differs from torch's by {difference:.2g}; "
            f"the recipe allows {limits.tolerance:.2g}",
            "store the weights as float32, or find the part that is exported incorrectly",
        )
    return Exported(data, difference)


def _traced(module: nn.Module, source: Tensor, limits: Export) -> Any:
    """Export the graph with torch."""
    sides: dict[int, Any] = {}
    for axis, name in ((0, "batch"), (2, "height"), (3, "width")):
        if name in limits.dynamic:
            step = limits.multiple_of if axis else 1
            side = torch.export.Dim(name, min=1)
            sides[axis] = step * side if step > 1 else side
    # Torch warns about its own deprecations and missing packages.
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                module,
                (source,),
                dynamo=True,
                verbose=False,
                opset_version=limits.opset,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes=(sides,),
            )
    finally:
        logger.setLevel(level)
    assert program is not None
    return program.model_proto


def _tidied(model: Any, limits: Export) -> Any:
    """Return the graph with short names and without debugging information."""
    import onnx

    graph = model.graph
    if model.functions or any(a.HasField("g") for node in graph.node for a in node.attribute):
        raise ModelError(
            "the network has control flow that depends on data, which cannot be exported",
            "write it without if and for over tensor values",
        )
    names = {INPUT: INPUT, OUTPUT: OUTPUT, "": ""}
    for number, tensor in enumerate(graph.initializer):
        names[tensor.name] = f"w{number}"
    nodes = []
    for node in graph.node:
        for name in node.output:
            names.setdefault(name, f"t{len(names)}")
        nodes.append(
            onnx.NodeProto(
                op_type=node.op_type,
                domain=node.domain,
                attribute=node.attribute,
                input=[names[name] for name in node.input],
                output=[names[name] for name in node.output],
            )
        )
    weights = []
    for tensor in graph.initializer:
        copy = onnx.TensorProto()
        copy.CopyFrom(tensor)
        copy.name, copy.doc_string = names[tensor.name], ""
        weights.append(copy)
    free = {0: "batch", 2: "height", 3: "width"}
    shape = [
        free[axis] if free.get(axis) in limits.dynamic else side.dim_value
        for axis, side in enumerate(graph.input[0].type.tensor_type.shape.dim)
    ]
    result = [side.dim_value or None for side in graph.output[0].type.tensor_type.shape.dim]
    kind = onnx.TensorProto.FLOAT
    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            nodes,
            "nijigen",
            [onnx.helper.make_tensor_value_info(INPUT, kind, shape)],
            [onnx.helper.make_tensor_value_info(OUTPUT, kind, result)],
            weights,
        ),
        opset_imports=[onnx.helper.make_opsetid("", limits.opset)],
        ir_version=10,
        producer_name="nijigen-training",
    )
    onnx.checker.check_model(made)
    return made


def _halve(model: Any) -> None:
    """Store large tensors in half precision; they are converted back when the model is loaded.

    Depthwise convolutions stay unchanged: in a sum of nine or 25 products the errors do not cancel
    out.
    """
    import onnx

    widened = []
    everything = [onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
    least = SMALL * sum(values.size for values in everything)
    for tensor, values in zip(model.graph.initializer, everything, strict=True):
        by_itself = values.ndim == 4 and values.shape[1] == 1
        if values.dtype != np.float32 or values.size < least or by_itself:
            continue
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        widened.append(
            onnx.helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT)
        )
    nodes = [*widened, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def largest_difference(module: nn.Module, data: bytes, source: Tensor, limits: Export) -> float:
    """Return the largest difference of ONNX Runtime's outputs from torch's, at several sizes."""
    return max(_difference(module, data, x) for x in _inputs(source, limits))


def _inputs(source: Tensor, limits: Export) -> list[Tensor]:
    """Return the example input and, if axes are dynamic, inputs of other sizes."""
    batch, channels, height, width = source.shape
    if "batch" in limits.dynamic:
        batch += 1
    if "height" in limits.dynamic:
        height += limits.multiple_of
    if "width" in limits.dynamic:
        width += 3 * limits.multiple_of
    random = torch.Generator().manual_seed(0)
    others = [torch.rand(batch, channels, height, width, generator=random)]
    if "batch" in limits.dynamic:
        others.append(source[:1])
    return [source, *others]


def _difference(module: nn.Module, data: bytes, source: Tensor) -> float:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    answer = session.run(None, {INPUT: source.numpy()})[0]
    with torch.no_grad():
        truth = module(source).float().numpy()
    if answer.shape != truth.shape:
        return float("inf")
    # Per column, so that distances of 100 pixels do not hide errors of a confidence.
    rest = tuple(range(truth.ndim - 1))
    share = np.abs(answer - truth).max(rest) / np.maximum(1.0, np.abs(truth).max(rest))
    return float(share.max())
