"""The task of ``lines-simplify``: the clean lines of a rough drawing."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from nijigen_training import task
from nijigen_training.card import RESEARCH_USE, CardTexts
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import CLEAN_LINE_ART
from nijigen_training.lines.base import LineTask
from nijigen_training.lines.extract.net import LineNet
from nijigen_training.lines.extract.pool import FIRST_SEED, draw, ink_of, pool
from nijigen_training.lines.extract.score import THRESHOLDS, best_f1, counts
from nijigen_training.lines.simplify.clean import Ink, cut, drawings, figures
from nijigen_training.lines.simplify.rough import Pair, made_rough

SIDE = 128
EVALUATED = 320
"""Side of held-out pairs."""
HELD_OUT = range(FIRST_SEED - 8, FIRST_SEED)
"""Seeds of the held-out characters."""


class Task(LineTask):
    """Clean lines from made roughs."""

    def network(self) -> LineNet:
        """Create the network with random weights."""
        return LineNet(self.recipe.net["widths"], 1)

    def example(self, index: int) -> task.Example:
        """Make a rough drawing.

        Returns:
            ``picture``; ``lines`` uint8 ``(1, H, W)``.
        """
        rng = task.random(self.recipe, index)
        size = round(SIDE / float(np.exp(rng.uniform(np.log(0.45), np.log(1.15)))))
        chance = rng.random() - self.recipe.data["generated"]
        if chance < 0:
            every = pool()
            ink = cut(ink_of(*every[int(rng.integers(len(every)))]), size, rng)
        elif chance < self.recipe.data["real"]:
            found = drawings("train")
            ink = cut(found[int(rng.integers(len(found)))], size, rng)
        else:
            ink = figures(size, rng)
        made = made_rough(ink, SIDE, rng)
        return {"picture": made.picture, "lines": made.lines[None]}

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the weighted cross entropy, and how much is not overlapped."""
        logits = network(batch["picture"]).float()
        lines = batch["lines"].float() / 255
        weights = self.recipe.loss
        parts = {
            "entropy": nn.functional.binary_cross_entropy_with_logits(
                logits, lines, pos_weight=torch.tensor(weights["positive"])
            )
        }
        coverage = logits.sigmoid()
        overlap = (coverage * lines).sum(dim=(1, 2, 3))
        either = (coverage**2 + lines**2).sum(dim=(1, 2, 3))
        parts["overlap"] = (1 - (2 * overlap + 8) / (either + 8)).mean()
        return {"loss": parts["entropy"] + weights["overlap"] * parts["overlap"], **parts}

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Return F1 within two pixels at the best threshold, on held-out drawings."""
        device = next(network.parameters()).device
        totals = {name: np.zeros((len(THRESHOLDS), 4), np.int64) for name in _held_out()}
        for name, made in _held_out().items():
            for pair in made:
                batch = torch.from_numpy(pair.picture).permute(2, 0, 1)[None].float().div(255)
                coverage = network(batch.to(device)).sigmoid()[0, 0].float().cpu().numpy()
                totals[name] += counts(coverage, pair.lines > 127)
        scores = {name: best_f1(total) for name, total in totals.items()}
        return {**scores, "score": sum(scores.values()) / len(scores)}

    def card(self) -> CardTexts:
        """Return the texts of the card."""
        return CardTexts(
            task="simplify-lines",
            summary="The clean lines of a rough pencil drawing",
            training_data=(
                "Roughs made by lines.rough: of 1,000 generated characters, ten clean drawings by "
                "people (Style2Paints, Virtual Sketching), and figures of curves and polygons; it "
                "started from the weights of a run of lines/extract"
            ),
            limits=[
                "No rough by a person was trained on; strokes further apart than about two line "
                "widths stay two lines.",
                "Construction lines drawn as dark as the drawing are kept.",
            ],
            licence=RESEARCH_USE,
        )

    def pack(self, folder: Path) -> None:
        """Write the pool and the clean drawings."""
        names = [f"lineart/{name}_line.webp" for name in CLEAN_LINE_ART]
        root = data_root()
        names += [
            path.relative_to(root).as_posix()
            for path in (root / "sketches" / "clean_line_drawings").glob("*.webp")
        ]
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / name)
        (folder / "lines").mkdir()
        for path in sorted({path for path, _ in pool()}):
            shutil.copyfile(path, folder / "lines" / path.name)


@lru_cache(maxsize=1)
def _held_out() -> dict[str, list[Pair]]:
    maps = [draw(seed) for seed in HELD_OUT]
    characters = [np.maximum(one.contour, one.interior) for one in maps]
    return {
        "characters": [_held_out_pair(ink, n) for n, ink in enumerate(characters)],
        "drawings": [_held_out_pair(ink, n) for n, ink in enumerate(drawings("held_out"))],
    }


def _held_out_pair(ink: Ink, number: int) -> Pair:
    """Return a whole drawing made rough."""
    size = max(ink.shape)
    down, across = (size - side for side in ink.shape)
    square = cv2.copyMakeBorder(ink, 0, down, 0, across, cv2.BORDER_CONSTANT, value=0)
    return made_rough(np.asarray(square, np.uint8), EVALUATED, np.random.default_rng((97, number)))
