"""Updating: what has happened to the files of a library since they were last looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from nijigen.core.clip import Clip
from nijigen.core.errors import Cancelled, NijigenError
from nijigen.core.run import Run
from nijigen.library.files.originals import read_original, unchanged
from nijigen.library.files.reading import read
from nijigen.library.files.scanning import Found, find, found_at, is_mounted
from nijigen.library.files.trash import Trashed
from nijigen.library.matching.views import SIDE, View, view_of
from nijigen.library.signatures.signature import Row, Signature
from nijigen.library.store.catalog import Catalog, Entry, Place
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails
from nijigen.library.workers.threads import in_order

_BATCH = 16
Computed = tuple[View, tuple[Row, ...]]
"""A view, and the records of its signatures."""


@dataclass
class Differences:
    """What a library has to be told of the files."""

    files: list[Found] = field(default_factory=list)
    """New ones, and those whose content may have changed."""
    gone: list[Path] = field(default_factory=list)
    """Known files that do not exist any more. Moved ones are among them until they are found."""
    trashed: list[Path] = field(default_factory=list)
    """Known files that were moved to the trash by a process that was killed."""
    away: list[Path] = field(default_factory=list)
    """Known files on disks that are not mounted."""
    back: list[Path] = field(default_factory=list)
    """Files that were gone or away, and are here unchanged."""
    failed: dict[Path, str] = field(default_factory=dict)
    """Files and folders that cannot be looked at, with the reason."""
    found: list[Found] = field(default_factory=list)
    """All files that are here."""


def unknown(catalog: Catalog | None, found: Sequence[Found]) -> list[Found]:
    """Return the files that are not in a library, or not as they are now."""
    if catalog is None:
        return list(found)
    incomplete = catalog.incomplete()
    return [one for one in found if not _is_same(catalog.place(one.path), one, incomplete)]


def _is_same(place: Place | None, found: Found, incomplete: set[int]) -> bool:
    if place is None or place.content in incomplete:
        return False
    return place.state == "here" and place.stamp.is_same(found.stamp)


def look(catalog: Catalog, trashed: Sequence[Trashed], run: Run) -> Differences:
    """Look at all files of a library, and for new ones in its folders."""
    in_trash = {file.path for file in trashed}
    seen = Differences()
    folders = []
    for folder, mount in catalog.folders():
        if folder.is_dir():
            folders.append(folder)
        elif is_mounted(mount):
            seen.failed[folder] = "the folder is gone"
    incomplete = catalog.incomplete()
    found = {one.path: one for one in find(folders, run, seen.failed)}
    for place in catalog.places():
        run.check()
        one = found.pop(place.path, None)
        try:
            if one is None:
                one = found_at(place.path)
        except (FileNotFoundError, NotADirectoryError):
            if place.path in in_trash:
                state, those = "trashed", seen.trashed
            elif is_mounted(place.mount):
                state, those = "gone", seen.gone
            else:
                state, those = "away", seen.away
            if place.state != state:
                those.append(place.path)
            continue
        except OSError as error:
            seen.failed[place.path] = (error.strerror or str(error)).lower()
            continue
        seen.found.append(one)
        if not place.stamp.is_same(one.stamp) or place.content in incomplete:
            seen.files.append(one)
        elif place.state != "here":
            seen.back.append(place.path)
    seen.files += found.values()
    seen.found += found.values()
    return seen


def sign(
    numbers: Sequence[int],
    catalog: Catalog,
    thumbnails: Thumbnails,
    signatures: Sequence[tuple[Signature, Rows]],
    run: Run,
) -> list[int]:
    """Compute the signatures of entries again, and thumbnails that are missing.

    Returns:
        The entries of which no file can be read now.
    """

    def computed(view: View) -> Computed:
        return view, tuple(signature.of(view) for signature, _ in signatures)

    failed: list[int] = []
    batch: dict[int, Computed] = {}
    for done, (number, made) in enumerate(_computed(catalog, numbers, computed, run), 1):
        if made is None:
            failed.append(number)
        else:
            batch[number] = made
        if len(batch) == _BATCH or done == len(numbers):
            for index, (_, rows) in enumerate(signatures):
                rows.write({number: each[index] for number, (_, each) in batch.items()})
            for number, (view, _) in batch.items():
                if thumbnails.read(number) is None:
                    thumbnails.write(number, view)
            for signature, _ in signatures:
                catalog.sign(batch, signature.name)
            batch = {}
            run.progress(done / len(numbers))
    return failed


def _computed(
    catalog: Catalog, numbers: Sequence[int], compute: Callable[[View], Computed], run: Run
) -> Iterator[tuple[int, Computed | None]]:
    """Yield what is computed of each entry; None where no file of it can be read now."""

    def of_picture(entry: Entry) -> Computed | None:
        view = read_original(unchanged(catalog.places(entry.content.number)), SIDE)
        return None if view is None else compute(view)

    def of_frame(frame: tuple[int, View | None]) -> Computed | None:
        return None if frame[1] is None else compute(frame[1])

    entries = [entry for number in numbers if (entry := catalog.entry(number)) is not None]
    pictures = [entry for entry in entries if not entry.content.moving]
    for entry, made in in_order(of_picture, pictures):
        yield entry.number, made
    clips: dict[int, dict[int, int]] = {}
    for entry in entries:
        if entry.content.moving:
            clips.setdefault(entry.content.number, {})[entry.frame] = entry.number
    for content, wanted in clips.items():
        for (number, _), made in in_order(of_frame, _frames(catalog, content, wanted, run)):
            yield number, made


def _frames(
    catalog: Catalog, content: int, wanted: dict[int, int], run: Run
) -> Iterator[tuple[int, View | None]]:
    """Yield the views of frames of a clip, given by their numbers in the clip."""
    left = dict(wanted)
    for path in unchanged(catalog.places(content)):
        if not left:
            break
        try:
            value = read(path).value
            if not isinstance(value, Clip):
                continue
            first, last = min(left), max(left)
            for number, frame in enumerate(
                islice(value.frames(first, side=SIDE), last + 1 - first), first
            ):
                run.check()
                if number in left:
                    yield left.pop(number), view_of(frame.picture)
        except Cancelled:
            raise
        except (OSError, NijigenError):
            continue
    for number in left.values():
        yield number, None
