"""Dataset: what a copy of a research data set contains, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from nijigen.core.operation import operation
from nijigen.core.run import SILENT, Run
from nijigen.core.values import Choices, FolderPath
from nijigen.sources.datasets.dataset import Faults
from nijigen.sources.datasets.opening import names, open_dataset


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield found["title"]
    yield found["access"]
    for name, count in (found["contents"] | found["regions"]).items():
        yield f"{count:12,} {name}"
    yield f"{found['pictures']:12,} pictures, of which {found['missing']:,} are missing"
    yield from found["faults"]
    more = found["fault_count"] - len(found["faults"])
    if more:
        yield f"and {more:,} more"


@operation(alpha="own", version=1, lines=_lines)
def dataset(
    name: Annotated[str, Choices(names)], folder: FolderPath, *, run: Run = SILENT
) -> dict[str, Any]:
    """List and check your copy of a research data set.

    It reads Manga109, iCartoonFace, WebCaricature and Nico-Illust as they are released, and
    downloads nothing. `nijigen sources export` writes them as COCO, YOLO and others.

    Args:
        name: `manga109`, `icartoonface`, `webcaricature` or `nico-illust`.
        folder: Where your copy is.

    Returns:
        How access is granted, what there is (`contents`, `regions` by label, `pictures`), how many
        pictures are missing, and `faults`: the first hundred things that are wrong, a line each.

    Raises:
        NotFound: There is no such data set, or the folder is no copy of it.
        InputError: A list of contents cannot be read.

    Source:
        Matsui et al. 2017 (Manga109); Zheng et al. 2020 (iCartoonFace); Huo et al. 2018
        (WebCaricature); Ikuta et al. 2016 (Nico-Illust).

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.sources.dataset import dataset
        >>> try:
        ...     dataset("manga109", ".")
        ... except NotFound as error:
        ...     print(error.message)
        . is no copy of Manga109
    """
    found, faults = open_dataset(name, folder), Faults()
    # Some files are read for the contents, some for the pictures, and most for both.
    contents = found.contents(faults)
    regions: dict[str, int] = {label.name: 0 for label in found.labels}
    pictures = missing = 0
    for sample in found.samples(faults):
        run.check()
        pictures += 1
        missing += sample.file is None
        for region in sample.regions:
            regions[region.label] += 1
    return {
        "title": found.title,
        "access": found.access,
        "contents": contents,
        "regions": regions,
        "pictures": pictures,
        "missing": missing,
        "faults": [str(fault) for fault in faults.kept],
        "fault_count": faults.count,
    }
