"""Read the weights of an exported model back into the network that it was exported from.

A file does not contain the names of layers, but lists them in the order in which the network calls
them. The export folds a normalization into the convolution before it, so the convolution gets the
folded weights, and the normalization becomes an identity. Before training, it is initialized with
the means and deviations of real examples, because batch statistics would otherwise remove them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nijigen.core.errors import ModelError, NotFound
from nijigen.models.card import BUNDLED, CARD, read_card
from nijigen_training.export import MODEL, largest_difference
from nijigen_training.graph import Graph, Node, read_graph
from nijigen_training.task import Task

Layer = nn.Conv2d | nn.Linear | nn.BatchNorm2d
LAYERS = {"Conv": nn.Conv2d, "Gemm": nn.Linear, "BatchNormalization": nn.BatchNorm2d}
"""Operators with weights, and the corresponding layers."""
EXAMPLES, PART = 64, 16
"""Number of training examples for measuring means and deviations, and the batch size."""
HINT = "train from the beginning, or from another run: --from FOLDER"


@dataclass(frozen=True)
class Restored:
    """A network with the weights of a model file."""

    network: nn.Module
    folded: tuple[nn.BatchNorm2d, ...]
    """Its normalizations that are identities, because they are folded into the weights."""
    pictures: int
    """Number of examples it has seen, from the model's card."""
    difference: float
    """Difference between ONNX Runtime's outputs and the network's; see ``Export.tolerance``."""


def restore(task: Task, folder: Path | None = None) -> Restored:
    """Return a task's network with the weights of a model, by default the bundled one.

    Args:
        task: The task.
        folder: Folder with the model's ``model.onnx`` and ``card.toml``.

    Raises:
        NotFound: There is no such model.
        ModelError: It belongs to another network, or cannot be restored exactly.
    """
    folder = folder or BUNDLED / task.recipe.model
    path = folder / MODEL
    if not path.is_file():
        raise NotFound(f"there is no {path}", HINT)
    data = path.read_bytes()
    graph, network = read_graph(data), task.network().eval()
    try:
        with torch.no_grad():
            folded = _fill(network, _calls(task, network), graph)
            module = task.restored(network, graph).eval()
    except (IndexError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} is of another network: {error}", HINT) from None
    for name, weight in network.named_parameters():
        if weight.isnan().any():
            raise ModelError(f"{path} does not tell the weights {name}", HINT)
    limits = task.recipe.export
    difference = largest_difference(module, data, task.example_input(), limits)
    if not difference <= limits.tolerance:
        raise ModelError(
            f"with the weights of {path} the network answers otherwise than the file, by "
            f"{difference:.2g}; the recipe allows {limits.tolerance:.2g}",
            HINT,
        )
    made = read_card(folder / CARD).training
    return Restored(network, folded, made.pictures if made else 0, difference)


@torch.no_grad()
def measure_norms(restored: Restored, task: Task) -> None:
    """Initialize each folded normalization to remove means and deviations and add them back.

    In evaluation mode the outputs are unchanged. In training mode, with batch statistics, they are
    nearly unchanged.
    """
    moments: dict[nn.Module, list[Tensor]] = {layer: [] for layer in restored.folded}

    def note(layer: nn.Module, inputs: tuple[Tensor, ...], _: Tensor) -> None:
        values = inputs[0].double()
        both = [values.mean((0, 2, 3)), values.square().mean((0, 2, 3))]
        moments[layer].append(torch.stack(both))

    hooks = [layer.register_forward_hook(note) for layer in restored.folded]
    for start in range(restored.pictures, restored.pictures + EXAMPLES, PART):
        examples = [task.example(start + number)["picture"] for number in range(PART)]
        pictures = torch.stack([torch.from_numpy(picture) for picture in examples])
        restored.network(pictures.permute(0, 3, 1, 2).float() / 255)
    for hook in hooks:
        hook.remove()
    for layer in restored.folded:
        mean, square = torch.stack(moments[layer]).mean(0)
        variance = (square - mean.square()).clamp(min=0)
        _statistics(layer, mean, variance)
        layer.weight.copy_((variance + layer.eps).sqrt())
        layer.bias.add_(mean)


def _calls(task: Task, network: nn.Module) -> list[tuple[str, Layer]]:
    """Return the layers in the order in which the network calls them, with repetitions."""
    calls: list[tuple[str, Layer]] = []

    def noting(name: str, layer: Layer) -> Callable[[object, object, object], None]:
        return lambda *_: calls.append((name, layer))

    hooks = [
        layer.register_forward_hook(noting(name, layer))
        for name, layer in network.named_modules()
        if isinstance(layer, Layer)
    ]
    network(task.example_input())
    for hook in hooks:
        hook.remove()
    return calls


def _fill(
    network: nn.Module, calls: list[tuple[str, Layer]], graph: Graph
) -> tuple[nn.BatchNorm2d, ...]:
    """Load the weights of layers; parameters outside of layers become NaN.

    Returns:
        The folded normalizations.

    Raises:
        ValueError: The graph has other layers, or the same in another order.
    """
    for parameter in network.parameters():
        parameter.fill_(math.nan)
    fixed = _fixed(network)
    nodes = [
        node
        for node in graph.nodes
        if node.operator in LAYERS
        and node.constants
        and not any(np.array_equal(node.constants[0], buffer) for buffer in fixed)
    ]
    folded: dict[nn.BatchNorm2d, None] = {}
    at = 0
    offset: Tensor | None = None
    for name, layer in calls:
        node = nodes[at] if at < len(nodes) else Node("none", ())
        if isinstance(layer, nn.BatchNorm2d) and node.operator != "BatchNormalization":
            # It is folded into the convolution; so far it only adds the offset.
            _statistics(layer, torch.zeros(()), torch.tensor(1 - layer.eps))
            layer.weight.fill_(1)
            layer.bias.copy_(torch.zeros(()) if offset is None else offset)
            folded[layer], offset = None, None
            continue
        at += 1
        weight, *others = map(torch.tensor, node.constants or (np.zeros(0),))
        kind = LAYERS.get(node.operator, ())
        if not isinstance(layer, kind) or weight.shape != layer.weight.shape:
            raise ValueError(f"{name} is {node.operator} {tuple(weight.shape)} there")
        layer.weight.copy_(weight)
        offset = None
        if isinstance(layer, nn.BatchNorm2d):
            layer.bias.copy_(others[0])
            _statistics(layer, *others[1:])
        elif layer.bias is not None:
            layer.bias.copy_(others[0])
        elif others:
            offset = others[0]
    if at < len(nodes):
        raise ValueError(f"it has {len(nodes) - at} layers more")
    return tuple(folded)


def _fixed(network: nn.Module) -> list[np.ndarray]:
    """Return the constants that the network computes with outside of layers, such as filters."""
    return [
        buffer.numpy()
        for module in network.modules()
        if not isinstance(module, Layer)
        for buffer in module.buffers(recurse=False)
    ]


def _statistics(layer: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    assert layer.running_mean is not None
    assert layer.running_var is not None
    layer.running_mean.copy_(mean)
    layer.running_var.copy_(variance)
