"""The data sets by name."""

from __future__ import annotations

from pathlib import Path

from nijigen.core.errors import NotFound, nearest
from nijigen.sources.datasets.dataset import Dataset
from nijigen.sources.datasets.icartoonface import ICartoonFace
from nijigen.sources.datasets.manga109 import Manga109
from nijigen.sources.datasets.nico_illust import NicoIllust
from nijigen.sources.datasets.webcaricature import WebCaricature

DATASETS: dict[str, type[Dataset]] = {
    "manga109": Manga109,
    "icartoonface": ICartoonFace,
    "webcaricature": WebCaricature,
    "nico-illust": NicoIllust,
}


def names() -> list[str]:
    """Return the names of all data sets."""
    return list(DATASETS)


def open_dataset(name: str, folder: Path) -> Dataset:
    """Return the copy of a data set in a folder.

    Raises:
        NotFound: There is no such data set, or the folder is no copy of it; the hint says how one
            gets it.
    """
    if name not in DATASETS:
        raise NotFound(f"there is no data set {name[:80]!r}", nearest(name[:80], DATASETS))
    kind = DATASETS[name]
    try:
        return kind(folder)
    except NotFound as error:
        raise NotFound(error.message, f"{error.hint}. {kind.access}") from None
