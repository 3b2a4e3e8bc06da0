"""Networks as ONNX bytes, with a disk cache of those converted from other formats."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from nijigen.core.atomic import write_bytes
from nijigen.core.errors import ModelError, NijigenError
from nijigen.core.home import Store
from nijigen.models import _conversion
from nijigen.models._ncnn import network as ncnn
from nijigen.models._onnx import int8
from nijigen.models._onnx.graph import Framing, Unreadable
from nijigen.models.card import ModelCard

if TYPE_CHECKING:
    import onnx

DIGEST = 32
STORE = Store(
    name="cache",
    version=1,
    earlier="cache",
    contents="*.onnx",
    cache=True,
    variable="NIJIGEN_CACHE",
)


def onnx_bytes(card: ModelCard, key: str | None, paths: Mapping[str, Path]) -> bytes:
    """Return a network as a serialized ONNX graph: pictures are float32 NCHW RGB in 0..1.

    Networks in other formats are converted and stored in the user's cache folder. A damaged cache
    entry is recreated; if the folder is not writable, the cache is skipped.

    Args:
        card: The model's card.
        key: Key of the network; by default the card's default network.
        paths: Its verified files.

    Raises:
        ModelError: The files cannot be read, or do not give the graph that the card names.
    """
    net = card.net(key)
    if card.format == "onnx" and net.graph is None:
        return paths["onnx"].read_bytes()

    def convert() -> bytes:
        model = _read(card, key, {name: path.read_bytes() for name, path in paths.items()})
        return bytes(model.SerializeToString(deterministic=True))

    return _cached(_graph_name(card, key), convert)


def int8_bytes(card: ModelCard, key: str, paths: Mapping[str, Path]) -> bytes:
    """Return a network as a serialized graph of 8-bit integers, likewise cached.

    Args:
        card: The model's card, which has the ranges of the network's tensors.
        key: Key of the network.
        paths: Its verified files.

    Raises:
        ModelError: The files cannot be read, or the ranges are not those of this network.
    """
    ranges = card.net(key).ranges

    def quantize() -> bytes:
        try:
            return int8.quantized(onnx_bytes(card, key, paths), ranges)
        except Unreadable as error:
            raise ModelError(
                f"the ranges of the network {key!r} of model {card.name} do not fit it: {error}",
                "correct the card, or remove the ranges",
            ) from None

    identity = repr((int8.VERSION, _graph_name(card, key), sorted(ranges.items())))
    return _cached(f"int8-{hashlib.sha256(identity.encode()).hexdigest()[:32]}", quantize)


def cached_path(card: ModelCard, key: str | None, *, writing: bool = False) -> Path:
    """Return the cache path of a network's graph.

    Raises:
        InputError: A newer version of Nijigen made the cache, or the folder is something else.
        OutputError: The cache cannot be made.
    """
    return cache_folder(writing=writing) / f"{_graph_name(card, key)}.onnx"


def is_kept(card: ModelCard, key: str | None) -> bool:
    """Return whether the graph of a network is cached, without checking its content."""
    return cached_path(card, key).is_file()


def _read(card: ModelCard, key: str | None, data: Mapping[str, bytes]) -> onnx.ModelProto:
    if card.format == "ncnn":
        return ncnn.read_net(data["param"], data["bin"], card.framing(key))
    return _conversion.convert(card, key, data)


def cache_folder(*, writing: bool = False) -> Path:
    """Return the cache folder: ``NIJIGEN_CACHE``, or the store in the home.

    Args:
        writing: Make the store if it is missing.

    Raises:
        InputError: A newer version of Nijigen made the store, or the folder is something else.
        OutputError: The store cannot be made.
    """
    return STORE.folder(writing=writing)


def _graph_name(card: ModelCard, key: str | None) -> str:
    net = card.net(key)
    # The graph's hash identifies everything that it computes, regardless of its source.
    return net.graph or _name([file.sha256 for file in net.parts.values()], card.framing(key))


def _name(hashes: list[str], framing: Framing) -> str:
    identity = repr((ncnn.VERSION, hashes, astuple(framing)))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _cached(name: str, make: Callable[[], bytes]) -> bytes:
    """Return the cached graph of this name; make it if it is missing or damaged."""
    graph = _kept(name)
    if graph is None:
        graph = make()
        with contextlib.suppress(NijigenError, OSError):
            path = cache_folder(writing=True) / f"{name}.onnx"
            write_bytes(path, hashlib.sha256(graph).digest() + graph)
    return graph


def _kept(name: str) -> bytes | None:
    """Return a cached graph if it is intact; the file starts with its hash."""
    try:
        data = (cache_folder() / f"{name}.onnx").read_bytes()
    except (NijigenError, OSError):
        return None
    digest, graph = data[:DIGEST], data[DIGEST:]
    return graph if hashlib.sha256(graph).digest() == digest else None
