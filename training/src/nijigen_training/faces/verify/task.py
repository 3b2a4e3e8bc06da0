"""The verifier's task: network, examples, loss, evaluation and export."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from torch import Tensor, nn

from nijigen.faces._verifying import VERIFY_SIDE
from nijigen_training import task
from nijigen_training.card import RESEARCH_USE
from nijigen_training.data.pack import pack
from nijigen_training.faces.verify.data import Examples
from nijigen_training.faces.verify.evaluate import evaluate
from nijigen_training.faces.verify.net import Exported, Verifier
from nijigen_training.faces.verify.proposals import proposals_file


class Task(task.Task):
    """Distinguish faces from similar patterns, and refine their boxes."""

    def __init__(self, recipe: task.Recipe) -> None:
        super().__init__(recipe)
        self.examples = Examples(recipe.data["validation"])

    def network(self) -> Verifier:
        """Create the verifier."""
        return Verifier(**self.recipe.net)

    def example(self, index: int) -> task.Example:
        """Return a crop: ``picture``, ``label``, ``move``."""
        return self.examples.example(task.random(self.recipe, index))

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the cross entropy of the label, and the error of the box for faces."""
        answer = network(batch["picture"]).float()
        label = batch["label"]
        smoothing = self.recipe.loss["smoothing"]
        target = label * (1 - 2 * smoothing) + smoothing
        face = nn.functional.binary_cross_entropy_with_logits(answer[:, :1], target)
        off = nn.functional.smooth_l1_loss(
            answer[:, 1:], batch["move"], reduction="none", beta=self.recipe.loss["beta"]
        ).mean(dim=1, keepdim=True)
        move = (off * label).sum() / label.sum().clamp(min=1)
        return {"loss": face + self.recipe.loss["move"] * move, "face": face, "move": move}

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Evaluate on the validation scenes."""
        return evaluate(network, self.recipe.data["validation"])

    def exported(self, network: nn.Module) -> nn.Module:
        """Return the network with a confidence instead of a logit."""
        return Exported(network)

    def example_input(self) -> Tensor:
        """Return two crops."""
        return torch.rand(
            2, 3, VERIFY_SIDE, VERIFY_SIDE, generator=torch.Generator().manual_seed(0)
        )

    def card(self) -> task.CardTexts:
        """Return the texts of the card."""
        return task.CardTexts(
            task="verify-faces",
            summary="Tell the faces among what the detector proposes, and their boxes",
            training_data=(
                "Begun from EfficientNet-lite0 as trained on the photographs of ImageNet"
                " (Apache-2.0). What faces-detect proposed on its training pictures, right or"
                " wrong, and boxes near and beside faces: 346 illustrations, 140 painted"
                " backgrounds, 440 photographs of people; 29,193 faces of 96 px;"
                " 483 visual-novel sprites and 1,200 characters drawn by generate.character, on"
                " other grounds. A part was turned, reduced, covered, and printed in gray or"
                " screentone by code. How much to believe it was fitted on 93 held-out"
                " illustrations, on which its figures are measured as well."
            ),
            limits=[
                "It is asked about boxes that faces-detect proposes, and knows little of others.",
                "A face that is not proposed stays unfound.",
                "It has seen few profiles, and few faces that are half hidden.",
                "Animals, dolls and masks with human faces are told from people at random.",
            ],
            licence=RESEARCH_USE,
        )

    def pack(self, folder: Path) -> None:
        """Write all data sets, reduced to the size limit, and the proposals."""
        pack(folder, evaluation=False)
        shutil.copyfile(proposals_file(), folder / proposals_file().name)
