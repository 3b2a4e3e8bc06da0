"""The task of ``color-parts``: which part of a figure each place of a line drawing is."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nijigen.color._parts.names import PARTS
from nijigen_training import task
from nijigen_training.card import RESEARCH_USE, CardTexts
from nijigen_training.color.parts.compose import Example, composed
from nijigen_training.color.parts.net import Chances, PartNet
from nijigen_training.color.parts.pool import (
    FIRST_SEED,
    GROUPS,
    POOL,
    UNKNOWN,
    Drawing,
    drawing_of,
    drawn,
    pool,
)
from nijigen_training.data.blocks import pool_folder

HELD_OUT = range(FIRST_SEED - 12, FIRST_SEED)
"""Seeds of the held-out characters."""
WINDOWS = 3
"""Windows of each held-out drawing."""


class Task(task.Task):
    """Parts, learned from generated characters with bodies, sprites and faces of scenes."""

    def network(self) -> PartNet:
        """Create the network; its trunk knows photographs."""
        return PartNet(self.recipe.net["width"], self.recipe.net["frozen"])

    def example(self, index: int) -> task.Example:
        """Compose a window: ``picture``, what the network sees, and ``parts`` at half the size."""
        rng = task.random(self.recipe, index)
        kinds = self.recipe.data["kinds"]
        shares = np.array(list(kinds.values())) / sum(kinds.values())
        kind = str(rng.choice(list(kinds), p=shares))
        every = pool(kind)
        drawing = drawing_of(*every[int(rng.integers(len(every)))])
        made = composed(drawing, self.recipe.data["side"], rng, body=kind == "characters")
        return {"picture": made.planes, "parts": made.parts}

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the weighted cross entropy where the part is known."""
        scores = network(batch["picture"]).float()
        weights = torch.tensor(self.recipe.loss["parts"], device=scores.device)
        loss = nn.functional.cross_entropy(
            scores, batch["parts"].long(), weights, ignore_index=UNKNOWN, label_smoothing=0.02
        )
        return {"loss": loss}

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Return the mean IoU of the groups on held-out characters, and on faces of scenes."""
        drawn_ious = self._ious(network, _held_out_characters())
        real_ious = self._ious(network, _held_out_scenes())
        figures = {f"{name}_drawn": value for name, value in drawn_ious.items()}
        figures |= {f"{name}_real": value for name, value in real_ious.items()}
        drawn_mean = float(np.mean(list(drawn_ious.values())))
        real_mean = float(np.mean([real_ious[name] for name in ("skin", "hair", "eyes", "mouth")]))
        return {
            **figures,
            "drawn": drawn_mean,
            "real": real_mean,
            "score": (drawn_mean + real_mean) / 2,
        }

    def _ious(self, network: nn.Module, windows: tuple[Example, ...]) -> dict[str, float]:
        device = next(network.parameters()).device
        counts = np.zeros((len(PARTS), len(PARTS)), np.int64)
        for start in range(0, len(windows), 8):
            some = windows[start : start + 8]
            stacked = np.stack([one.planes for one in some])
            batch = torch.from_numpy(stacked).permute(0, 3, 1, 2).float().div(255).to(device)
            found = network(batch).argmax(dim=1).cpu().numpy()
            truth = np.stack([one.parts for one in some])
            known = truth != UNKNOWN
            pairs = truth[known].astype(np.int64) * len(PARTS) + found[known]
            counts += np.bincount(pairs, minlength=counts.size).reshape(counts.shape)
        result = {}
        for name, members in GROUPS.items():
            rows = [PARTS.index(part) for part in members]
            both = counts[np.ix_(rows, rows)].sum()
            either = counts[rows].sum() + counts[:, rows].sum() - both
            result[name] = float(both / max(either, 1))
        return result

    def exported(self, network: nn.Module) -> nn.Module:
        """Return the network with probabilities as its output."""
        return Chances(network)

    def example_input(self) -> Tensor:
        """Return two pictures."""
        return torch.rand(2, 3, 96, 128, generator=torch.Generator().manual_seed(0))

    def card(self) -> CardTexts:
        """Return the texts of the card."""
        return CardTexts(
            task="find-parts",
            summary="Find skin, hair, eyes, mouth, clothes and background in line art",
            training_data=(
                "720 generated characters with their exact parts, continued by simple bodies (400 "
                "of an earlier version first); 57 sprites of visual novels (Katawa Shoujo, "
                "TyranoScript, Ren'Py) whose colors were told apart by hand; faces and hair of 156 "
                "illustrations, by landmarks and color, and on 50 of them, chosen by eye, bare "
                "arms and legs of the color of the face; 12 line drawings by artists (samples of "
                "Style2Paints), colored by hints placed by hand. Lines are exact, or a high-pass "
                "of the colored picture, roughened"
            ),
            limits=[
                "Bodies below the chest are simple shapes in training: hands, wide skirts, "
                "animals and machines are often wrong.",
                "It is told where faces are; without a face it knows little.",
                "Arms and legs are often taken for clothes, animal ears for background.",
            ],
            licence=RESEARCH_USE,
        )

    def pack(self, folder: Path) -> None:
        """Write the pool."""
        (folder / POOL).mkdir(parents=True)
        for path in sorted(pool_folder(POOL).glob("*.zip")):
            shutil.copyfile(path, folder / POOL / path.name)


@lru_cache(maxsize=1)
def _held_out_characters() -> tuple[Example, ...]:
    return _windows([drawn(seed) for seed in HELD_OUT], body=True)


@lru_cache(maxsize=1)
def _held_out_scenes() -> tuple[Example, ...]:
    return _windows([drawing_of(*where) for where in pool("held-scenes")[:40]], body=False)


def _windows(drawings: list[Drawing], *, body: bool) -> tuple[Example, ...]:
    turns = WINDOWS if body else 1
    return tuple(
        composed(drawing, 160, np.random.default_rng((number, turn)), body=body)
        for number, drawing in enumerate(drawings)
        for turn in range(turns)
    )
