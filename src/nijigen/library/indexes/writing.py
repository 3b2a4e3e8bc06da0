"""Writing: the next generation of indexes, from nothing or from the last one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.disk import make_folder
from nijigen.core.private import FOLDER, write_file
from nijigen.core.run import Run
from nijigen.library._settings import Settings
from nijigen.library.indexes.manifest import Manifest, checksum_of, numbers_path
from nijigen.library.matching import coefficients
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.rows import Rows
from nijigen.library.vectors import inverted, milvus, usearch
from nijigen.library.vectors.store import Numbers

_NONE = np.zeros(0, np.int64)


def write(
    folder: Path,
    old: Manifest,
    catalog: Catalog,
    signed: Mapping[str, tuple[str, Rows]],
    settings: Settings,
    run: Run,
) -> Manifest:
    """Write the next generation, and its manifest.

    Args:
        folder: Where it goes.
        old: The generation that is extended; that of no indexes to begin anew.
        catalog: Which entries have a signature.
        signed: Names and files of the signatures, by their kind.
        settings: Those of the library.
        run: May be cancelled.

    Raises:
        OutputError: It cannot be written; the old generation stays.
        OSError: The old one cannot be read, or Milvus does not answer.
        ValueError: The old one is damaged.
    """
    make_folder(folder, FOLDER)
    taken = [path.stem.rpartition("-")[2] for path in folder.glob("*-*.*")]
    generation = 1 + max([0, *(int(number) for number in taken if number.isdecimal())])
    made = Manifest(generation, signatures=[name for name, _ in signed.values()], store="usearch")
    if settings.vectors == "milvus":
        collection = old.collection or f"nijigen_{uuid.uuid4().hex[:16]}"
        made = replace(made, store="milvus", address=settings.address, collection=collection)
    for share, (kind, (name, rows)) in enumerate(signed.items()):
        part = run.part(share / len(signed), (share + 1) / len(signed))
        records, numbers = rows.open(), catalog.numbers(name)
        numbers = numbers[numbers < len(records)]
        if len(numbers) == 0:
            continue
        known = old.numbers(folder, kind) if old.generation else _NONE
        new = np.setdiff1d(numbers, known, assume_unique=True)
        base = old if len(known) else None
        if kind == "haar":
            before = base.path(folder, "haar") if base else None
            coefficients.write(made.path(folder, "haar"), before, records, numbers, new)
        elif made.store == "milvus":
            _send(made, base, records, new, np.setdiff1d(known, numbers), part)
        else:
            _write_embeddings(folder, made, base, records, numbers, new, part)
        made = replace(
            made,
            last=max(made.last, int(numbers[-1])),
            entries=max(made.entries, len(numbers)),
        )
        write_file(numbers_path(folder, kind, generation), numbers.astype("<u4").tobytes())
    files = sorted(folder.glob(f"*-{generation}.*"))
    made = replace(made, files={f.name: [f.stat().st_size, checksum_of(f)] for f in files})
    made.write(folder)
    return made


def _write_embeddings(
    folder: Path,
    made: Manifest,
    old: Manifest | None,
    records: NDArray[Any],
    numbers: Numbers,
    new: Numbers,
    run: Run,
) -> None:
    whole, regions = (old.path(folder, part) if old else None for part in ("whole", "regions"))
    usearch.write(made.path(folder, "whole"), whole, records["whole"], numbers, run.part(0, 0.7))
    inverted.write(
        made.path(folder, "regions"), regions, records["regions"], numbers, new, run.part(0.7, 1)
    )


def _send(
    made: Manifest,
    old: Manifest | None,
    records: NDArray[Any],
    new: Numbers,
    gone: Numbers,
    run: Run,
) -> None:
    for part, start, end in (("whole", 0, 0.1), ("regions", 0.1, 1)):
        vectors, name = records[part], f"{made.collection}_{part}"
        if old is None:
            milvus.create(made.address, name, vectors.shape[-1])
        milvus.change(made.address, name, vectors, new, gone, run.part(start, end))
