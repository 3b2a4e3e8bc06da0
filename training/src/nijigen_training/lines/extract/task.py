"""The task of ``lines-extract``: contours, interior lines, shadow borders and hatching."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nijigen_training import task
from nijigen_training.card import RESEARCH_USE, CardTexts
from nijigen_training.data.backgrounds import background_files
from nijigen_training.data.files import encoded, read_pixels, reduced
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import LINE_ART_TRAINED, LINE_ART_VALIDATED
from nijigen_training.lines.base import LineTask
from nijigen_training.lines.extract.compose import KINDS, composed
from nijigen_training.lines.extract.net import LineNet
from nijigen_training.lines.extract.pairs import cut, pairs
from nijigen_training.lines.extract.pool import FIRST_SEED, draw, maps_of, pool
from nijigen_training.lines.extract.score import THRESHOLDS, best_f1, counts

SIDE = 128
BACKGROUND_SIDE = 400
DRAWN, GUIDE = (0, 1, 3), 2
"""Kinds that a line artist draws, and the one that guides colorists: borders of shadows, flats."""
DARK = 100 / 255
"""A dark area is where the brightest channels are below this on average."""
HELD_OUT = range(FIRST_SEED - 16, FIRST_SEED)
"""Seeds of the held-out characters."""


class Task(LineTask):
    """Kinds of lines from composed characters, and all lines together from real pairs."""

    def network(self) -> LineNet:
        """Create the network with random weights."""
        return LineNet(self.recipe.net["widths"], len(KINDS))

    def example(self, index: int) -> task.Example:
        """Compose a picture, or cut one from a real pair.

        Returns:
            ``picture``; ``lines`` uint8 ``(4, H, W)``; ``known`` uint8 ``(1, H, W)``; ``kinds``
            whether the kinds are told apart. Of real pairs the first of ``lines`` is all of them.
        """
        rng = task.random(self.recipe, index)
        if rng.random() < self.recipe.data["real"]:
            found = pairs("train")
            picture, ink = cut(found[int(rng.integers(len(found)))], SIDE, rng)
            lines = np.zeros((SIDE, SIDE, len(KINDS)), np.uint8)
            lines[:, :, 0] = ink
            known, kinds = np.full((SIDE, SIDE), 255, np.uint8), 0
        else:
            # Reading a character takes as long as composing it twice: four in a row share one.
            every = pool()
            chosen = task.random(self.recipe, index // 4).integers(len(every))
            made = composed(maps_of(*every[int(chosen)]), SIDE, rng)
            picture, lines, known, kinds = made.picture, made.lines, made.known, 1
        return {
            "picture": picture,
            "lines": np.ascontiguousarray(lines.transpose(2, 0, 1)),
            "known": known[None],
            "kinds": np.array([kinds], np.float32),
        }

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the weighted cross entropy of kinds, and of all drawn lines together."""
        logits = network(batch["picture"]).float()
        lines = batch["lines"].float() / 255
        known = batch["known"].float() / 255
        known = known * (1 + self.recipe.loss["dark"] * _dark(batch["picture"]))
        kinds = batch["kinds"].view(-1, 1, 1, 1)
        weights = self.recipe.loss
        each = nn.functional.binary_cross_entropy_with_logits(
            logits, lines, reduction="none", pos_weight=torch.tensor(weights["positive"])
        )
        shares = torch.tensor(weights["kinds"], device=logits.device).view(1, -1, 1, 1)
        parts = {"kinds": (each * known * kinds * shares).mean()}
        coverage = logits[:, list(DRAWN)].sigmoid()
        together = (1 - (1 - coverage).prod(dim=1, keepdim=True)).clamp(1e-5, 1 - 1e-5)
        drawn = lines[:, list(DRAWN)].amax(dim=1, keepdim=True)
        entropy = -(
            weights["positive"] * drawn * together.log() + (1 - drawn) * (1 - together).log()
        )
        parts["together"] = (entropy * known).mean()
        parts["overlap"] = _apart(together, drawn, known).mean()
        guide = slice(GUIDE, GUIDE + 1)
        told = kinds.flatten()
        parts["guides"] = (
            _apart(logits[:, guide].sigmoid(), lines[:, guide], known) * told
        ).sum() / told.sum().clamp(min=1)
        total = (
            parts["kinds"]
            + parts["together"]
            + weights["overlap"] * parts["overlap"]
            + weights["guides"] * parts["guides"]
        )
        return {"loss": total, **parts}

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Return F1 within two pixels, each at its best threshold."""
        totals = {
            name: np.zeros((len(THRESHOLDS), 4), np.int64)
            for name in ("drawn", "dark", "shadow", "real")
        }
        for seed in HELD_OUT:
            maps = draw(seed)
            for turn in range(3):
                made = composed(maps, 256, np.random.default_rng((seed, turn)), "held_out")
                coverage = self._coverage(network, made.picture)
                known = made.known > 0
                drawn = made.lines[:, :, list(DRAWN)].max(axis=2) > 127
                counted = counts(_together(coverage), drawn, known)
                totals["drawn"] += counted
                dark = made.picture.max(axis=2) < 100
                totals["dark"] += counts(_together(coverage), drawn, known & dark)
                totals["shadow"] += counts(coverage[2], made.lines[:, :, 2] > 100, known)
        for picture, ink in pairs("validation"):
            totals["real"] += counts(_together(self._coverage(network, picture)), ink > 100)
        scores = {name: best_f1(total) for name, total in totals.items()}
        return {**scores, "score": sum(scores.values()) / len(scores)}

    def _coverage(self, network: nn.Module, picture: np.ndarray) -> np.ndarray:
        """Return the coverage of all kinds, float32 ``(4, H, W)``."""
        height, width = picture.shape[:2]
        padding = ((0, -height % 16), (0, -width % 16), (0, 0))
        padded = np.pad(picture, padding, mode="edge")
        device = next(network.parameters()).device
        batch = torch.from_numpy(padded).permute(2, 0, 1)[None].float().div(255).to(device)
        found: np.ndarray = network(batch).sigmoid()[0].float().cpu().numpy()
        return found[:, :height, :width]

    def card(self) -> CardTexts:
        """Return the texts of the card."""
        return CardTexts(
            task="extract-lines",
            summary="Contours, interior lines, shadow borders and hatching of a drawing",
            training_data=(
                "1,000 generated characters with exact lines, painted in seven manners, manga "
                "among them, over painted backgrounds; 20 colored pictures by Style2Paints and "
                "2 animation frames of BasicPBC with their line art"
            ),
            limits=[
                "It learned from heads and shoulders: hands, machines, places are less sure.",
                "Shadow borders and hatching were only seen in generated pictures.",
            ],
            licence=RESEARCH_USE,
        )

    def pack(self, folder: Path) -> None:
        """Write the pool, the real pairs and reduced backgrounds."""
        for name in ("lineart", "backgrounds", "lines"):
            (folder / name).mkdir(parents=True)
        for name in (*LINE_ART_TRAINED, *LINE_ART_VALIDATED):
            for path in (data_root() / "lineart").glob(f"{name}_*.webp"):
                shutil.copyfile(path, folder / "lineart" / path.name)
        for path in (*background_files("train"), *background_files("held_out")):
            pixels = reduced(read_pixels(path), BACKGROUND_SIDE)
            (folder / "backgrounds" / path.name).write_bytes(encoded(pixels, ".webp", 80))
        for path in sorted({path for path, _ in pool()}):
            shutil.copyfile(path, folder / "lines" / path.name)


def _dark(picture: Tensor) -> Tensor:
    """Return 1 for pixels of dark areas and 0 for others, ``(N, 1, H, W)``."""
    brightest = picture.amax(dim=1, keepdim=True)
    around = nn.functional.avg_pool2d(brightest, 9, 1, 4, count_include_pad=False)
    return (around < DARK).float()


def _apart(found: Tensor, lines: Tensor, known: Tensor) -> Tensor:
    """Return how little two coverages overlap, 0 to 1, for each picture: ``(N,)``."""
    overlap = (found * lines * known).sum(dim=(1, 2, 3))
    either = ((found**2 + lines**2) * known).sum(dim=(1, 2, 3))
    return 1 - (2 * overlap + 8) / (either + 8)


def _together(coverage: np.ndarray) -> np.ndarray:
    return 1 - (1 - coverage[list(DRAWN)]).prod(axis=0)
