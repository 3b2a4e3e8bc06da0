"""The task of ``faces-colors``: names of hair and eye colors."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nijigen.faces import EYE_COLORS, HAIR_COLORS
from nijigen_training import task
from nijigen_training.card import RESEARCH_USE, CardTexts
from nijigen_training.data.faces96 import SIDE, face_bytes, face_pixels
from nijigen_training.data.root import data_root
from nijigen_training.faces.colors.data import named, varied
from nijigen_training.faces.colors.net import Chances, ColorNet
from nijigen_training.graph import Graph

BALANCE = 0.5
"""Strength of the logit adjustment by the names' frequency: 0 is none, 1 full. With .5 the accuracy
is the same as without, but rare names are found more often (a mean over names of .68 instead of
.65); for eyes the accuracy would drop by 3 points."""


class Task(task.Task):
    """Hair and eye color names, learned from labels of which one in ten is wrong."""

    def network(self) -> ColorNet:
        """Create the network with random weights."""
        return ColorNet(
            self.recipe.net["widths"], len(HAIR_COLORS), len(EYE_COLORS), self.recipe.net["dropout"]
        )

    def example(self, index: int) -> task.Example:
        """Augment one labelled picture: ``picture``, ``hair``, ``eyes``."""
        rng = task.random(self.recipe, index)
        rows = named("train")
        row = rows[int(rng.integers(len(rows)))]
        return {
            "picture": varied(face_pixels(row.file), rng),
            "hair": np.array([row.hair], np.int64),
            "eyes": np.array([row.eyes], np.int64),
        }

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the cross entropy to labels that the network's own predictions may correct."""
        hair, eyes = network(batch["picture"])
        parts = {
            "hair": self._doubting(hair.float(), batch["hair"]),
            "eyes": self._doubting(eyes.float(), batch["eyes"]),
        }
        return {"loss": parts["hair"] + parts["eyes"], **parts}

    def _doubting(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Mix each label with the prediction (bootstrapping, Reed et al. 2014), and smooth it."""
        trust, smoothing = self.recipe.loss["trust"], self.recipe.loss["smoothing"]
        believed = scores.detach().softmax(dim=1)
        given = nn.functional.one_hot(labels.flatten(), scores.shape[1]).float()
        target = (trust * given + (1 - trust) * believed) * (1 - smoothing)
        target = target + smoothing / scores.shape[1]
        return -(target * scores.log_softmax(dim=1)).sum(dim=1).mean()

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Return the top-1 accuracy on held-out pictures."""
        device = next(network.parameters()).device
        rows = named("held_out")
        right = np.zeros(2)
        for start in range(0, len(rows), 64):
            part = rows[start : start + 64]
            pictures = np.stack([face_pixels(row.file) for row in part])
            batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div(255).to(device)
            hair, eyes = (scores.argmax(dim=1).cpu().numpy() for scores in network(batch))
            right += (
                (hair == [row.hair for row in part]).sum(),
                (eyes == [row.eyes for row in part]).sum(),
            )
        hair_share, eye_share = right / len(rows)
        return {
            "hair_accuracy": float(hair_share),
            "eye_accuracy": float(eye_share),
            "accuracy": float((hair_share + eye_share) / 2),
        }

    def exported(self, network: nn.Module) -> nn.Module:
        """Return the network with probabilities as its output."""
        assert isinstance(network, ColorNet)
        counts = np.bincount([row.hair for row in named("train")], minlength=len(HAIR_COLORS))
        usual = BALANCE * np.log(np.maximum(counts, 1) / counts.sum())
        return Chances(network, torch.from_numpy(usual.astype(np.float32)))

    def restored(self, network: nn.Module, graph: Graph) -> nn.Module:
        """Read the logit adjustment of hair."""
        assert isinstance(network, ColorNet)
        (usual,) = graph.constants("Sub", 1)
        return Chances(network, torch.tensor(usual))

    def example_input(self) -> Tensor:
        """Return two pictures."""
        return torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))

    def card(self) -> CardTexts:
        """Return the texts of the card."""
        return CardTexts(
            task="name-face-colors",
            summary="Names of hair and eye colors of a drawn face",
            training_data=(
                "9,400 labelled faces of the course set faces96 (96 × 96, scraped illustrations; "
                "about one label in ten is wrong); a tenth, by file name, is held out"
            ),
            limits=[
                "It knows 12 names of hair colors and 11 of eye colors, and always gives one, "
                "on gray pages, closed eyes and bald heads too.",
                "Two-colored hair and eyes of two colors get one name.",
                "Neighbours are mixed up most: blue and aqua, brown and red, gray and white, "
                "purple and pink; the labels it learned from do so too.",
                "Gray and orange hair and eyes of gray, black, orange, pink and aqua agree with "
                "their labels in under half of the cases.",
                "hair_right and eyes_right count labels as truth. Of 297 held-out faces looked at "
                "one by one, 88 % of the labels name a color that the hair may be called, and "
                "65 % the one that comes first to mind: no network can agree with them much more.",
            ],
            licence=RESEARCH_USE,
        )

    def pack(self, folder: Path) -> None:
        """Write the labels and the pictures that have one."""
        target = folder / "faces96"
        target.mkdir(parents=True)
        for path in sorted((data_root() / "faces96").glob("labels.csv")):
            shutil.copyfile(path, target / path.name)
        with zipfile.ZipFile(target / "faces96-0.zip", "w") as archive:
            for row in (*named("train"), *named("held_out")):
                archive.writestr(row.file, face_bytes(row.file))
