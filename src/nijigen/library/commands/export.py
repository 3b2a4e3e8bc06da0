"""Export: write pictures of the library as a data set."""

from __future__ import annotations

from typing import Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError
from nijigen.core.folders import check_replaceable
from nijigen.core.run import Run
from nijigen.core.values import FolderPath
from nijigen.imaging.annotations.folders import Format, Pictures
from nijigen.library._exporting import Exported
from nijigen.library._exporting import export as write_export
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library.files.scanning import name_of


@command(access="change", lock=lambda library: folder_of(library, writing=True), long=True)
def export(
    *,
    output: FolderPath | None = None,
    format: Format = "webdataset",
    tags: str = "",
    pictures: Pictures = "copy",
    library: FolderPath | None = None,
) -> Plan:
    """Write pictures of the library as a data set for other programs.

    WebDataset: tar files of pictures with their metadata. Parquet: a table. COCO and YOLO: boxes of
    the faces that were found. kohya and Hydrus: texts of tags beside the pictures. The folder is
    written whole: an earlier export in it is replaced in the end, and after an error it is as it
    was. The same pictures make the same bytes, except in Parquet.

    Args:
        output: Folder to write; new, empty, or of an earlier export.
        format: Of the data set.
        tags: Query of the pictures to write, in its order; by default all, the oldest first.
        pictures: Copy them, link them where the disk allows that, or write only what is known of
            them. WebDataset always contains them.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many pictures were written, and skipped since no file of theirs is here.

    Raises:
        InputError: No folder is named, or it has other files in it.
        QueryError: The tags are not a query.
        NotFound: There is no library yet.
        UnsupportedFormat: Parquet needs the extra `parquet`.
        OutputError: The folder cannot be written.

    Example:
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.library.commands.export import export
        >>> try:
        ...     export.plan({}, {})
        ... except InputError as error:
        ...     print(error.message)
        no folder is named
    """
    if output is None:
        raise InputError("no folder is named", "such as --output dataset")
    existing(library)
    check_replaceable(output)
    with Library(library) as known:
        numbers = known.tags.find(tags if tags.strip() else "order:id_asc")
    done = Exported()

    def apply(run: Run) -> None:
        nonlocal done
        with Library(library, held=True) as made:
            done = write_export(made, numbers, output, format, pictures, run)
        if done.skipped:
            run.note("assumed", f"no file of {len(done.skipped)} picture(s) is here as it was")

    def result() -> dict[str, Any]:
        return {"pictures": done.pictures, "skipped": len(done.skipped)}

    text = f"write {len(numbers)} picture(s) as {format} into {name_of(output)}"
    return Plan([Change(text, apply)], result)
