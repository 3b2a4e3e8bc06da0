"""WebDataset: pictures with their metadata in tar files, read in order by training programs."""

from __future__ import annotations

import io
import itertools
import json
import tarfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from nijigen.core.atomic import replacing
from nijigen.core.errors import InputError
from nijigen.core.posts.sidecars import hydrus
from nijigen.core.strict import escaped
from nijigen.imaging.annotations.samples import Sample


def write_webdataset(
    samples: Iterable[Sample], folder: Path, *, per_shard: int = 1000
) -> list[Path]:
    """Write ``shard-000000.tar`` and so on: each picture with a ``.json`` and a ``.txt`` of tags.

    The key of a sample is its number, since readers end keys at the first dot of a name:
    ``Fate.stay.night_001`` and ``_002`` would be one sample. The name is in the JSON. The same
    samples give the same bytes. A shard is complete or not there.

    Args:
        samples: Each with its file.
        folder: Created if it is missing.
        per_shard: Samples of each shard.

    Returns:
        The shards.

    Raises:
        InputError: A sample has no file, or it cannot be read or has no extension.
        OutputError: A shard cannot be written.
    """
    made: list[Path] = []
    numbered = enumerate(samples)
    for number in itertools.count():
        batch = list(itertools.islice(numbered, per_shard))
        if not batch:
            return made
        path = folder / f"shard-{number:06d}.tar"
        with replacing(path) as file, tarfile.open(fileobj=file, mode="w") as tar:
            for place, sample in batch:
                _add_sample(tar, f"{place:09d}", sample)
        made.append(path)
    return made


def _add_sample(tar: tarfile.TarFile, key: str, sample: Sample) -> None:
    extension = PurePosixPath(sample.name).suffix.lower()
    if sample.file is None or not extension:
        raise InputError(f"{sample.name} cannot be exported: it has no file or no extension")
    try:
        picture = sample.file.open("rb")
    except OSError as error:
        raise InputError(f"{sample.file} cannot be read: {error.strerror or error}") from error
    with picture:
        _add(tar, key + extension, picture, sample.file.stat().st_size)
    text = escaped(json.dumps(metadata(sample), ensure_ascii=False)).encode()
    for end, content in ((".json", text), (".txt", hydrus.write(sample.post).encode())):
        _add(tar, key + end, io.BytesIO(content), len(content))


def _add(tar: tarfile.TarFile, name: str, content: BinaryIO, size: int) -> None:
    # Owner and time stay 0, so that equal samples make equal files.
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    tar.addfile(info, content)


def metadata(sample: Sample) -> dict[str, Any]:
    """Return all that is known of a sample, as data for JSON."""
    return {
        "file_name": sample.name,
        "width": sample.width,
        "height": sample.height,
        "post": {"tags": sample.post.tags}
        | sample.post.model_dump(mode="json", exclude_defaults=True),
        "regions": [asdict(region) for region in sample.regions],
    }
