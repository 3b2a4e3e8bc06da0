"""WebCaricature: caricatures and photographs of the same people, with landmarks.

Source: Huo et al. 2018, "WebCaricature: a benchmark for caricature recognition".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from nijigen.core.errors import InputError, NotFound
from nijigen.core.posts.post import Post
from nijigen.imaging.annotations.samples import Keypoint, Label, Region, Sample
from nijigen.sources.datasets.dataset import RELEASE, Faults, lines_of, size_of

LANDMARKS = (
    "hairline", "left ear", "chin", "right ear",
    "left eyebrow, left", "left eyebrow, right", "right eyebrow, left", "right eyebrow, right",
    "left eye, left", "left eye, right", "right eye, left", "right eye, right",
    "nose", "mouth, top", "mouth, left", "mouth, bottom", "mouth, right",
)  # fmt: skip
"""In the order of the files; left is the viewer's left."""
Protocol = Literal["restricted", "unrestricted", "c2p", "p2c"]
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)
FOLDS = tuple(range(1, 11))


@dataclass(frozen=True)
class Image:
    """One picture: ``C00001`` is a caricature, ``P00001`` a photograph."""

    person: str
    name: str


@dataclass(frozen=True)
class Pair:
    """Two pictures for verification, of the same person or of two."""

    caricature: Image
    photo: Image

    @property
    def matched(self) -> bool:
        """Whether both show the same person."""
        return self.caricature.person == self.photo.person


@dataclass(frozen=True)
class Subject:
    """A person whose pictures may all be used."""

    person: str
    caricatures: int
    photos: int


@dataclass(frozen=True)
class Identification:
    """Whom to search among whom."""

    training: tuple[Subject, ...]
    gallery: tuple[Image, ...]
    probes: tuple[Image, ...]


class WebCaricature:
    """A copy of WebCaricature."""

    title = "WebCaricature"
    access = (
        "It is for academic research and must not be passed on; the authors grant it by e-mail"
        " (Jing Huo, Nanjing University)."
    )
    layout = "OriginalImages/PERSON/C00001.jpg, FacialPoints/PERSON/C00001.txt, EvaluationProtocols"
    labels: tuple[Label, ...] = (Label("face", "person", LANDMARKS),)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.images = folder / "OriginalImages"
        self.points = folder / "FacialPoints"
        self.protocols = folder / "EvaluationProtocols"
        if not self.images.is_dir():
            raise NotFound(f"{folder} is no copy of WebCaricature", f"it contains {self.layout}")

    def pairs(self, view: Literal["train", "test"] | int) -> list[Pair]:
        """Return the pairs of restricted verification.

        Args:
            view: Of the first view, which settings are tuned on; or a fold of the second, 1 to 10.

        Raises:
            InputError: The file is missing, or is not as described.
        """
        return [_pair(line) for line in self._verification("Restricted", view)]

    def subjects(self, view: Literal["train", "test"] | int) -> list[Subject]:
        """Return the people of unrestricted verification, of whom any pairs may be made.

        Args:
            view: As for :meth:`pairs`.

        Raises:
            InputError: The file is missing, or is not as described.
        """
        return [_subject(line) for line in self._verification("UnRestricted", view)]

    def identification(self, to: Literal["c2p", "p2c"], fold: int | None = None) -> Identification:
        """Return whom to search: caricatures among photographs (``c2p``), or the other way.

        Args:
            to: The direction.
            fold: 1 to 10; None is the view that settings are tuned on.

        Raises:
            InputError: A file is missing, or is not as described.
        """
        _check_fold(fold)
        folder, end = self.protocols / "FaceIdentification", "_dev" if fold is None else str(fold)
        name = to.upper()
        return Identification(
            tuple(map(_subject, lines_of(folder / f"FR_Train{end}.txt"))),
            tuple(_images(lines_of(folder / name / f"FR_Gallery_{name}{end}.txt"))),
            tuple(_images(lines_of(folder / name / f"FR_Probe_{name}{end}.txt"))),
        )

    def landmarks(self, image: Image) -> tuple[Keypoint, ...]:
        """Return the 17 landmarks of a picture, in the order of :data:`LANDMARKS`.

        Raises:
            InputError: The file is missing, or has not 17 points.
        """
        path = self.points / image.person / f"{image.name}.txt"
        try:
            values = [float(word) for line in lines_of(path) for word in line.split()]
        except ValueError:
            raise InputError("it has something other than numbers", RELEASE) from None
        if len(values) != 2 * len(LANDMARKS):
            raise InputError(f"it has {len(values) / 2:g} points, not {len(LANDMARKS)}", RELEASE)
        return tuple(Keypoint(x, y, True) for x, y in zip(values[::2], values[1::2], strict=True))

    def contents(self, faults: Faults) -> dict[str, int]:
        """Return the number of people and pictures, and of protocols that are complete."""
        names = [image.name for image, _ in self._pictures()]
        return {
            "people": len({image.person for image, _ in self._pictures()}),
            "caricatures": sum(name.startswith("C") for name in names),
            "photos": sum(name.startswith("P") for name in names),
            "protocols": sum(self._is_complete(one, faults) for one in PROTOCOLS),
        }

    def samples(self, faults: Faults) -> Iterator[Sample]:
        """Yield a sample for each picture, with its landmarks as keypoints of a face."""
        for image, path in self._pictures():
            name = f"{image.person}/{path.name}"
            regions: tuple[Region, ...] = ()
            try:
                regions = (_face(image, self.landmarks(image)),)
            except InputError as error:
                where = f"FacialPoints/{image.person}/{image.name}.txt"
                faults.add(where, error.message, error.hint)
            width, height = size_of(path)
            post = Post(tags={image.person: "character"})
            yield Sample(name, width, height, regions, post, path)

    def _pictures(self) -> Iterator[tuple[Image, Path]]:
        for path in sorted(self.images.glob("*/*")):
            if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".bmp"):
                yield Image(path.parent.name, path.stem), path

    def _is_complete(self, protocol: Protocol, faults: Faults) -> bool:
        try:
            if protocol in ("restricted", "unrestricted"):
                read = self.pairs if protocol == "restricted" else self.subjects
                for view in ("train", "test", *FOLDS):
                    read(view)  # type: ignore[arg-type]
            else:
                for fold in (None, *FOLDS):
                    self.identification(protocol, fold)  # type: ignore[arg-type]
        except InputError as error:
            faults.add(f"EvaluationProtocols, {protocol}", error.message, error.hint)
            return False
        return True

    def _verification(self, kind: str, view: Literal["train", "test"] | int) -> list[str]:
        folder = self.protocols / "FaceVerification" / kind
        if isinstance(view, str):
            name = {"train": "DevTrain", "test": "DevTest"}[view]
            return _folds(folder / f"{kind}View1_{name}.txt", kind)[0]
        _check_fold(view)
        path = folder / f"{kind}View2.txt"
        folds = _folds(path, kind)
        if len(folds) != len(FOLDS):
            raise InputError(f"{path.name} has {len(folds)} folds, not {len(FOLDS)}", RELEASE)
        return folds[view - 1]


def _folds(path: Path, kind: str) -> list[list[str]]:
    """Return the lines of each fold, which a line with their number stands before.

    Of pairs it is the number of matched ones, and as many others follow.
    """
    lines = iter(lines_of(path))
    folds = []
    for line in lines:
        if not line.isdecimal():
            raise InputError(f"{path.name}: {line[:60]!r} is not a number of lines", RELEASE)
        count = int(line) * (2 if kind == "Restricted" else 1)
        fold = [text for _, text in zip(range(count), lines, strict=False)]
        if len(fold) < count:
            raise InputError(f"{path.name} ends after {len(fold)} of {count} lines", RELEASE)
        folds.append(fold)
    if not folds:
        raise InputError(f"{path.name} is empty", RELEASE)
    return folds


def _pair(line: str) -> Pair:
    match line.split("\t"):
        case [person, caricature, photo]:
            return Pair(Image(person, caricature), Image(person, photo))
        case [one, caricature, other, photo]:
            return Pair(Image(one, caricature), Image(other, photo))
    raise InputError(f"{line[:60]!r} is not a pair", RELEASE)


def _subject(line: str) -> Subject:
    match line.split("\t"):
        case [person, caricatures, photos] if caricatures.isdecimal() and photos.isdecimal():
            return Subject(person, int(caricatures), int(photos))
    raise InputError(f"{line[:60]!r} is not a person with two numbers", RELEASE)


def _images(lines: Iterable[str]) -> Iterator[Image]:
    for line in lines:
        match line.split("\t"):
            case [person, *names] if names:
                yield from (Image(person, name) for name in names)
            case _:
                raise InputError(f"{line[:60]!r} names no picture of a person", RELEASE)


def _check_fold(fold: int | None) -> None:
    if fold is not None and fold not in FOLDS:
        raise InputError(f"there is no fold {fold}", "folds are numbered from 1 to 10")


def _face(image: Image, points: tuple[Keypoint, ...]) -> Region:
    """Return the box around all landmarks."""
    across, down = [point.x for point in points], [point.y for point in points]
    kind = "caricature" if image.name.startswith("C") else "photo"
    about = {"person": image.person, "kind": kind}
    box = (min(across), min(down), max(across), max(down))
    return Region("face", *box, keypoints=points, attributes=about)
