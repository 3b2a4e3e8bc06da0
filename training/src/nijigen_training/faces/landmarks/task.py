"""The task of ``faces-landmarks``: 64 points, their visibility, pose and openness."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nijigen.faces._reading import LANDMARKS_FACTOR, LANDMARKS_SIDE
from nijigen.imaging.crops import square_crop
from nijigen_training import task
from nijigen_training.card import RESEARCH_USE, CardTexts
from nijigen_training.data import faces96
from nijigen_training.data.pack import pack
from nijigen_training.faces.landmarks import drawn, layered, teacher, truth
from nijigen_training.faces.landmarks.lesson import Floats, Lesson, shown
from nijigen_training.faces.landmarks.loss import losses
from nijigen_training.faces.landmarks.net import Flat, LandmarkNet
from nijigen_training.graph import Graph


class Task(task.Task):
    """Landmarks, learned from exact drawings, layered sprites and a teacher on real faces."""

    def network(self) -> LandmarkNet:
        """Create the network with random weights."""
        return LandmarkNet(self.recipe.net["widths"], self.recipe.net["deep"])

    def example(self, index: int) -> task.Example:
        """Return one face; see ``lesson.shown``."""
        rng = task.random(self.recipe, index)
        return shown(self.lesson(rng), rng, self.recipe.data["gray"])

    def lesson(self, rng: np.random.Generator) -> Lesson:
        """Choose a face: drawn, layered or real."""
        shares = self.recipe.data["shares"]
        chance = rng.random()
        if chance < shares["layered"]:
            return layered.layered_lesson(rng, "train")
        if chance < shares["layered"] + shares["real"]:
            return teacher.taught_lesson(rng)
        return drawn.drawn_lesson(rng)

    def loss(self, network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the errors of points, centres, visibility and states."""
        return losses(network(batch["picture"]), batch, self.recipe.loss)

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Evaluate centres of eyes and mouth on held-out sprites, relative to the eye distance."""
        lessons = truth.held_out()
        off = truth.errors(predicted(network, lessons), lessons)
        return {
            "median": float(np.median(off)),
            "ninth": float(np.percentile(off, 90)),
            "eyes_median": float(np.median(off[:, :2])),
            "mouth_median": float(np.median(off[:, 2])),
            # Both thresholds, .05 and .12, in one number.
            "score": float(np.median(off) / 0.05 + np.percentile(off, 90) / 0.12) / 2,
        }

    def exported(self, network: nn.Module) -> nn.Module:
        """Return the network with one flat output."""
        assert isinstance(network, LandmarkNet)
        return Flat(network)

    def restored(self, network: nn.Module, graph: Graph) -> nn.Module:
        """Restore the visibility weights, which do not belong to a layer."""
        assert isinstance(network, LandmarkNet)
        (seen,) = graph.constants("Mul", 2)
        (bias,) = graph.constants("Add", 1)
        network.seen.copy_(torch.tensor(seen))
        network.seen_bias.copy_(torch.tensor(bias))
        return Flat(network)

    def example_input(self) -> Tensor:
        """Return two pictures."""
        size = (2, 3, LANDMARKS_SIDE, LANDMARKS_SIDE)
        return torch.rand(size, generator=torch.Generator().manual_seed(0))

    def card(self) -> CardTexts:
        """Return the texts of the card."""
        return CardTexts(
            task="find-face-landmarks",
            summary="Find 64 landmarks, pose and openness of a drawn face",
            training_data=(
                "Characters drawn by generate.character with exact landmarks; layered sprites "
                "(nova, 3 characters, free licence) with points from their alpha; real faces "
                "(faces96, scenes, sprites) on which AnimeFace 2009 found eyes, mouth, nose and "
                "chin twice alike. Held out: 4 characters of sprites, a tenth of faces96, a "
                "fifth of the scenes"
            ),
            limits=[
                "On real pictures only the centres and rims of eyes and mouth, the nose and the "
                "chin were learned from the pictures themselves; contour, brows and iris follow "
                "what was learned from drawn characters and are rougher.",
                "Faces turned further than about 45 degrees, profiles and upside-down heads get "
                "the points of a front face.",
                "Eyes behind hair, patches or dark glasses are guessed from the other eye.",
                "Pose is learned from drawn characters alone, within 35, 20 and 25 degrees.",
                "Faces under about 24 pixels have points, but not openness.",
            ],
            licence=RESEARCH_USE,
        )

    def pack(self, folder: Path) -> None:
        """Write all data sets, reduced to the size limit, the teacher's answers and their faces."""
        pack(folder, scene_side=480)
        shutil.rmtree(folder / "face_photos")
        answers = teacher.believed()
        lines = "".join(json.dumps(answer) + "\n" for answer in answers)
        (folder / teacher.ANSWERS).write_text(lines, encoding="utf-8")
        there = set(zipfile.ZipFile(folder / "faces96/faces96-0.zip").namelist())
        files = [one["face"].removeprefix("faces96/") for one in answers]
        with zipfile.ZipFile(folder / "faces96/faces96-1.zip", "w") as archive:
            for file in files:
                if "/" not in file and file not in there:
                    archive.writestr(file, faces96.face_bytes(file))


def predicted(network: nn.Module, lessons: tuple[Lesson, ...]) -> Floats:
    """Return the points of faces, cropped as at runtime: ``(n, 64, 2)`` in pixels."""
    device = next(network.parameters()).device
    found = []
    for start in range(0, len(lessons), 32):
        part = lessons[start : start + 32]
        cut = [square_crop(one.pixels, one.box, LANDMARKS_FACTOR, LANDMARKS_SIDE) for one in part]
        pictures = np.stack([crop for crop, _ in cut])
        batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div(255).to(device)
        points = network(batch)[0].float().cpu().numpy()
        for one, (_, affine) in zip(points, cut, strict=True):
            found.append(one @ affine[:, :2].T + affine[:, 2])
    return np.asarray(np.stack(found), np.float32)
