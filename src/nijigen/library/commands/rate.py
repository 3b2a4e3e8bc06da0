"""Rate: tell safe pictures of the library from questionable ones."""

from __future__ import annotations

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import ModelError
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FolderPath
from nijigen.library import _summaries
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library.measuring import ratings


@command(
    access="change",
    lock=lambda library: folder_of(library, writing=True),
    long=True,
    lines=_summaries.counts,
)
def rate(*, again: bool = False, library: FolderPath | None = None, run: Run = SILENT) -> Plan:
    """Rate the pictures of the library as safe or questionable.

    The rating counts in queries (`rating:q`) where neither a site nor you gave one. Thumbnails are
    looked at, so drives may be away. Each picture is rated once. The network was
    not made for drawings and misses much: it sorts a collection, and keeps nothing from anybody.

    Args:
        again: Also rate the pictures that have been rated.
        library: Folder of the library; by default the one in the home.

    Returns:
        How many pictures were rated now, and how many are safe and questionable in all.

    Raises:
        NotFound: There is no library yet.
        ModelError: The weights are missing.
        OutputError: The library cannot be written.

    Source:
        NSFWJS 4.3.0 (MIT), its MobileNetV2.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.rate import rate
        >>> try:
        ...     rate.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    existing(library)
    with Library(library) as known:
        left = known.ratings.rated() if again else []
        left = sorted({*left, *known.ratings.lacking()})
        result = {"rated": 0, **known.ratings.counts()}
    if not left:
        return Plan(result=lambda: result)
    if ratings.missing():
        raise ModelError(
            f"the model {ratings.MODEL} rates pictures, and is missing",
            f"run: nijigen models get {ratings.MODEL}",
            model=ratings.MODEL,
        )

    def apply(run: Run) -> None:
        with Library(library, held=True) as made:
            result["rated"] = made.ratings.rate(left, run)
            result.update(made.ratings.counts())
        if lost := len(left) - result["rated"]:
            run.note("assumed", f"{lost} picture(s) have no thumbnail: nijigen library verify")

    return Plan([Change(f"rate {len(left)} picture(s)", apply)], lambda: result)
