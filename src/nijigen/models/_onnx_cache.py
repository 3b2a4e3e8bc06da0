"""Networks as ONNX bytes, with those that were read from other formats kept on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import astuple
from pathlib import Path

from nijigen.core.errors import NijigenError
from nijigen.imaging.atomic import write_bytes
from nijigen.models import _ncnn, store
from nijigen.models._onnx_graph import Framing
from nijigen.models.card import ModelCard

DIGEST = 32


def onnx_bytes(card: ModelCard, key: str | None = None) -> bytes:
    """Return a network as a serialized ONNX graph: float32 NCHW RGB in 0..1 in and out.

    Networks of ncnn are read and kept in the user's cache folder; a cache that is damaged is
    made anew, and one that cannot be written is done without.

    Raises:
        ModelError: The files are missing or corrupt.
    """
    paths = store.files(card.name, key)
    if card.format == "onnx":
        return paths["onnx"].read_bytes()
    framing = card.framing(key)
    hashes = [file.sha256 for file in card.net(key).parts.values()]
    cached = cache_folder() / f"{_name(hashes, framing)}.onnx"
    graph = _kept(cached)
    if graph is None:
        net = _ncnn.read_net(paths["param"].read_bytes(), paths["bin"].read_bytes(), framing)
        graph = net.SerializeToString()
        with contextlib.suppress(NijigenError, OSError):
            write_bytes(cached, hashlib.sha256(graph).digest() + graph)
    return graph


def cache_folder() -> Path:
    """Return where graphs are kept: ``NIJIGEN_CACHE`` or a folder of the user's account."""
    stated = os.environ.get("NIJIGEN_CACHE")
    if stated:
        return Path(stated).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("nijigen", appauthor=False))


def _name(hashes: list[str], framing: Framing) -> str:
    identity = repr((_ncnn.VERSION, hashes, astuple(framing)))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _kept(path: Path) -> bytes | None:
    """Return a kept graph if it is whole; its own hash stands before it."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, graph = data[:DIGEST], data[DIGEST:]
    return graph if hashlib.sha256(graph).digest() == digest else None
