"""Export: write your copy of a research data set in another format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.folders import check_replaceable
from nijigen.core.run import Run
from nijigen.core.values import Choices, FolderPath
from nijigen.imaging.annotations.folders import Format, Pictures, write_dataset
from nijigen.imaging.annotations.samples import Sample
from nijigen.sources.datasets.dataset import Dataset, Faults
from nijigen.sources.datasets.opening import names, open_dataset
from nijigen.sources.sites._own import STORE


@command(access="change", lock=lambda: STORE.folder(writing=True), long=True)
def export(
    name: Annotated[str, Choices(names)],
    folder: FolderPath,
    *,
    output: FolderPath | None = None,
    format: Format = "coco",
    pictures: Pictures = "none",
) -> Plan:
    """Write your copy of a research data set in another format.

    COCO and YOLO have its boxes and landmarks, Parquet and WebDataset everything. The folder is
    written whole: an earlier export in it is replaced in the end, and after an error it is as it
    was.

    Args:
        name: `manga109`, `icartoonface`, `webcaricature` or `nico-illust`.
        folder: Where your copy is.
        output: Folder to write; new, empty, or of an earlier export.
        format: Of the export.
        pictures: Copy them, link them where the disk allows that, or write only what is known of
            them. WebDataset always contains them.

    Returns:
        How many pictures were written, how many left out since they are missing or cannot be read
        where the format needs them, and how many other things are wrong with the copy.

    Raises:
        NotFound: There is no such data set, or the folder is no copy of it.
        InputError: No folder is named, or it has other files in it.
        UnsupportedFormat: Parquet needs the extra `parquet`.
        OutputError: The folder cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.sources.commands.export import export
        >>> try:
        ...     export.plan({"name": "manga109", "folder": "."}, {})
        ... except NotFound as error:
        ...     print(error.message)
        . is no copy of Manga109
    """
    found = open_dataset(name, folder)
    if output is None:
        raise InputError("no folder is named", "such as --output dataset")
    if output.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{output} is inside of the copy", "name a folder beside it")
    check_replaceable(output)
    needs_file = pictures != "none" or format == "webdataset"
    done = {"pictures": 0, "skipped": 0, "faults": 0}

    def apply(run: Run) -> None:
        faults = Faults()
        samples = _usable(found, faults, run, done, needs_file, format == "yolo")
        write_dataset(samples, found.labels, output, format, pictures)
        done["faults"] = faults.count
        for fault in faults.kept[:10]:
            run.note("assumed", str(fault))
        if faults.count > 10:
            run.note("assumed", f"nijigen sources dataset {name} lists {faults.count} faults")

    def result() -> dict[str, Any]:
        return dict(done)

    return Plan([Change(f"write {found.title} as {format} into {output}", apply)], result)


def _usable(
    found: Dataset,
    faults: Faults,
    run: Run,
    done: dict[str, int],
    needs_file: bool,
    needs_size: bool,
) -> Iterator[Sample]:
    """Yield the samples that a format can hold."""
    for sample in found.samples(faults):
        run.check()
        if (needs_file and sample.file is None) or (needs_size and sample.width is None):
            done["skipped"] += 1
            continue
        done["pictures"] += 1
        yield sample
