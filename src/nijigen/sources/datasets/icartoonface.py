"""iCartoonFace: faces of cartoon characters, to detect and to recognize.

Source: Zheng et al. 2020, "Cartoon Face Recognition: A Benchmark Dataset".
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from nijigen.core.errors import InputError, NotFound
from nijigen.core.posts.post import Post
from nijigen.imaging.annotations.samples import Label, Region, Sample
from nijigen.sources.datasets.dataset import Faults, lines_of, size_of

T = TypeVar("T")
DISTRACTOR = -1
"""Label of a face that is nobody's; it only makes the search harder."""
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True)
class Box:
    """A face in a picture: ``left, top, right, bottom`` in pixels."""

    file: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Face:
    """A line of a list for recognition."""

    box: Box
    identity: int
    """:data:`DISTRACTOR`, or the number of a character."""


class ICartoonFace:
    """A copy of iCartoonFace, of which any part may be missing."""

    title = "iCartoonFace"
    access = (
        "It is for academic research; the links are public at the project's page"
        " (luxiangju-PersonAI/iCartoonFace at GitHub)."
    )
    layout = "…det….csv with pictures, …rectrain/IDENTITY/…, …rectest….txt with pictures"
    labels: tuple[Label, ...] = (Label("face", "person"),)

    def __init__(self, folder: Path) -> None:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        self.folder = folder
        self.detection = [p for p in files if p.suffix == ".csv" and "det" in p.stem]
        self.lists = [p for p in files if p.suffix == ".txt" and "rectest" in p.stem]
        self.pictures = {path.name: path for path in files if path.suffix.lower() in _PICTURES}
        self.training = [
            path
            for path in files
            if path.suffix.lower() in _PICTURES and "rectrain" in path.parent.parent.name
        ]
        if not (self.detection or self.lists or self.training):
            raise NotFound(f"{folder} is no copy of iCartoonFace", f"it contains {self.layout}")

    def boxes(self, path: Path, faults: Faults) -> Iterator[Box]:
        """Yield the faces of a table for detection: file, left, top, right, bottom.

        Raises:
            InputError: The table cannot be read.
        """
        for number, row in enumerate(csv.reader(lines_of(path)), 1):
            if number == 1 and len(row) > 1 and not _is_number(row[1]):
                continue
            try:
                yield _box(row)
            except ValueError as error:
                faults.add(f"{path.name}, line {number}", str(error))

    def faces(self, path: Path, faults: Faults) -> Iterator[Face]:
        """Yield the lines of a list for recognition: file, box, identity.

        Raises:
            InputError: The list cannot be read.
        """
        for number, line in enumerate(lines_of(path), 1):
            words = line.split()
            try:
                if len(words) != 6:
                    raise ValueError(f"it has {len(words)} words, not 6")
                yield Face(_box(words[:5]), int(words[5]))
            except ValueError as error:
                faults.add(f"{path.name}, line {number}", str(error))

    def contents(self, faults: Faults) -> dict[str, int]:
        """Return the number of boxes, of identities, and of faces to recognize."""
        people = {path.parent.name for path in self.training}
        boxes = sum(1 for path in self.detection for _ in self._read(self.boxes, path, faults))
        tested = [face for path in self.lists for face in self._read(self.faces, path, faults)]
        return {
            "boxes": boxes,
            "identities": len(people),
            "training pictures": len(self.training),
            "test faces": sum(face.identity != DISTRACTOR for face in tested),
            "distractors": sum(face.identity == DISTRACTOR for face in tested),
        }

    def samples(self, faults: Faults) -> Iterator[Sample]:
        """Yield the pictures for detection, then those of the lists, then the training faces."""
        for path in self.detection:
            found: dict[str, list[Region]] = {}
            for box in self._read(self.boxes, path, faults):
                found.setdefault(box.file, []).append(_region(box))
            for name, regions in found.items():
                yield self._sample(f"{path.stem}/{name}", name, regions, faults)
        for path in self.lists:
            for face in self._read(self.faces, path, faults):
                region = _region(face.box, {"identity": face.identity})
                name = face.box.file
                yield self._sample(f"{path.stem}/{name}", name, [region], faults)
        for path in self.training:
            width, height = size_of(path)
            post = Post(tags={path.parent.name: "character"})
            yield Sample(f"train/{path.parent.name}/{path.name}", width, height, (), post, path)

    def _sample(self, name: str, file: str, regions: list[Region], faults: Faults) -> Sample:
        path = self.pictures.get(Path(file).name)
        if path is None:
            faults.add(file, "the picture is missing")
        width, height = size_of(path)
        return Sample(name, width, height, tuple(regions), file=path)

    def _read(
        self, reader: Callable[[Path, Faults], Iterator[T]], path: Path, faults: Faults
    ) -> Iterator[T]:
        """Read a file; one that cannot be read is a fault, and has no lines."""
        try:
            yield from reader(path, faults)
        except InputError as error:
            faults.add(path.name, error.message, error.hint)


def _box(words: list[str]) -> Box:
    if len(words) < 5:
        raise ValueError(f"it has {len(words)} values, not 5")
    if not all(map(_is_number, words[1:5])):
        raise ValueError(f"{' '.join(words[1:5])[:60]!r} is not a box of four numbers")
    left, top, right, bottom = map(float, words[1:5])
    if left >= right or top >= bottom:
        raise ValueError("the box is empty")
    return Box(words[0], left, top, right, bottom)


def _is_number(text: str) -> bool:
    return text.strip().removeprefix("-").replace(".", "", 1).isdecimal()


def _region(box: Box, about: dict[str, int] | None = None) -> Region:
    return Region("face", box.left, box.top, box.right, box.bottom, attributes=about)
