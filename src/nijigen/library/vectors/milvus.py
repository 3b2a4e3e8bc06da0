"""Milvus: a server for vectors, which may be several machines; or a file, with Milvus Lite.

A row is one vector; its key is the number of the picture times the vectors of each, plus which one
it is. The token of a server is in ``NIJIGEN_MILVUS_TOKEN``.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.core.extras import install
from nijigen.core.run import Run
from nijigen.library.vectors.store import Floats, Numbers, best

TOKEN = "NIJIGEN_MILVUS_TOKEN"
_LISTS, _LOOKED_AT = 1024, 32
_BATCH = 4000
"""Rows in one request: 5 MB."""
_MOST = 4000
"""Rows that are asked for of several vectors a picture, which mostly have many among the best."""


class Milvus:
    """One collection of a server.

    Args:
        address: As ``http://host:19530``, or the path of a file for Milvus Lite.
        collection: Its name.
        several: Vectors of each picture.

    Raises:
        ConnectionError: The server does not answer, or has no such collection.
        InputError: The extra is not installed.
    """

    def __init__(self, address: str, collection: str, several: int) -> None:
        self._client = client(address)
        self._collection = collection
        self._several = several
        with _answering(address):
            # A collection that was made in another session does not answer before.
            self._client.load_collection(collection)

    def nearest(self, queries: Floats, count: int) -> Numbers:
        """Return the pictures that have the vectors nearest to any of the queries, best first."""
        limit = count if self._several == 1 else min(self._several * count, _MOST)
        with _answering(self._collection):
            found = self._client.search(
                self._collection,
                data=list(np.ascontiguousarray(queries, np.float32)),
                limit=limit,
                output_fields=["id"],
                search_params={"metric_type": "IP", "params": {"nprobe": _LOOKED_AT}},
            )
        rows = [(hit["id"], hit["distance"]) for hits in found for hit in hits]
        keys = np.array([row[0] for row in rows], np.int64)
        return best(keys // self._several, np.array([row[1] for row in rows], np.float32), count)


def create(address: str, collection: str, width: int) -> None:
    """Make an empty collection.

    Raises:
        ConnectionError: The server does not answer.
        InputError: The extra is not installed.
    """
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=width)
    index = MilvusClient.prepare_index_params()
    # Not a graph: very many equal vectors would be each other's neighbors, and hide all others.
    index.add_index("vector", index_type="IVF_SQ8", metric_type="IP", params={"nlist": _LISTS})
    with _answering(address):
        client(address).create_collection(
            collection, schema=schema, index_params=index, consistency_level="Strong"
        )


def change(
    address: str, collection: str, vectors: NDArray[Any], new: Numbers, gone: Numbers, run: Run
) -> None:
    """Add pictures to a collection, and remove others; the same again changes nothing.

    Args:
        address: Of the server.
        collection: Its name.
        vectors: ``(n, width)`` or ``(n, several, width)``; may be a mapped file.
        new: The pictures to add: indices of the first axis.
        gone: Those to remove.
        run: May be cancelled.

    Raises:
        ConnectionError: The server does not answer.
        InputError: The extra is not installed.
    """
    several = vectors.shape[1] if vectors.ndim == 3 else 1
    step = _BATCH // several
    opened = client(address)
    with _answering(address):
        for start in range(0, len(new), step):
            batch = new[start : start + step]
            rows = vectors[batch].reshape(-1, vectors.shape[-1]).astype(np.float32)
            rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
            keys = (batch[:, None] * several + np.arange(several)).ravel()
            pairs = zip(keys.tolist(), rows, strict=True)
            opened.upsert(collection, [{"id": key, "vector": row} for key, row in pairs])
            run.progress(start / len(new))
        for start in range(0, len(gone), step):
            keys = (gone[start : start + step, None] * several + np.arange(several)).ravel()
            opened.delete(collection, ids=keys.tolist())
        opened.flush(collection)


def drop(address: str, collection: str) -> None:
    """Remove a collection, if there is one.

    Raises:
        ConnectionError: The server does not answer.
        InputError: The extra is not installed.
    """
    with _answering(address):
        client(address).drop_collection(collection)


_clients: dict[str, Any] = {}
"""By address: a file of Milvus Lite is opened once in a process."""


def client(address: str) -> Any:
    """Return the connection to a server.

    Raises:
        ConnectionError: It does not answer.
        InputError: The extra is not installed.
    """
    try:
        from pymilvus import MilvusClient
    except ImportError:
        raise InputError("the library's vectors are in Milvus", install("milvus")) from None
    if "://" not in address:
        # Milvus Lite logs a traceback for each call of pymilvus that it lacks.
        logging.getLogger("grpc._server").setLevel(logging.CRITICAL)
    if address not in _clients:
        with _answering(address):
            _clients[address] = MilvusClient(uri=address, token=os.environ.get(TOKEN, ""))
    return _clients[address]


@contextlib.contextmanager
def _answering(what: str) -> Iterator[None]:
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except MilvusException as error:
        raise ConnectionError(f"Milvus ({what}): {error.message}") from error
