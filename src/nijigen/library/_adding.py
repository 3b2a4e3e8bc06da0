"""Adding: files become pictures of the library, a batch at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from nijigen.core.errors import NijigenError
from nijigen.core.run import Run
from nijigen.library.files.reading import read
from nijigen.library.files.scanning import Found, hashes_of, is_mounted, mount_of, name_of
from nijigen.library.matching.views import View, view_of
from nijigen.library.signatures.signature import Row, Signature
from nijigen.library.store.catalog import Catalog, Content, Entry, Place
from nijigen.library.store.rows import Rows
from nijigen.library.store.thumbnails import Thumbnails
from nijigen.models.session import threads

_BATCH = 16
"""Pictures that become durable together."""
T = TypeVar("T")
R = TypeVar("R")
Listener = Callable[[Sequence[Path]], None]


@dataclass
class Added:
    """What became of files."""

    added: int = 0
    """Files whose content was new."""
    known: int = 0
    """Files whose content the library had already."""
    moved: int = 0
    """Files found again at another place; these are not among the known."""
    first_frames: int = 0
    """Animations and videos among the new ones, of which only the first frame is indexed."""
    failed: dict[Path, str] = field(default_factory=dict)
    """Files that could not be read, with the reason."""
    sidecars: int = 0
    """Pictures of which sidecars were read."""
    failed_sidecars: dict[Path, str] = field(default_factory=dict)
    """Sidecars that could not be read, with the reason; their pictures are added."""


@dataclass(frozen=True)
class _Examined:
    """A file whose content was read."""

    found: Found
    sha256: str
    md5: str
    content: Content | None = None
    """Without a number; None where it is known."""
    view: View | None = None
    rows: tuple[Row, ...] = ()


class Adder:
    """Adds files to a library.

    Args:
        catalog: The pictures that are known.
        thumbnails: Where those of new ones go.
        signatures: What is computed, each with its file.
    """

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: Thumbnails,
        signatures: Sequence[tuple[Signature, Rows]],
    ) -> None:
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._signatures = signatures

    def add(self, files: Sequence[Found], run: Run, listener: Listener) -> Added:
        """Add files; those that cannot be read are skipped.

        Args:
            files: What to add.
            run: May be cancelled: what was reported as added stays.
            listener: Called with the files that are in the library now, each time some are.
        """
        added = Added()
        batch: list[_Examined] = []
        for done, (found, examined) in enumerate(in_order(self._examined, files), 1):
            run.check()
            if isinstance(examined, str):
                added.failed[found.path] = examined
            else:
                batch.append(examined)
            if len(batch) == _BATCH or done == len(files):
                self._keep(batch, added)
                listener([one.found.path for one in batch])
                batch = []
                run.progress(done / len(files))
        return added

    def _examined(self, found: Found) -> _Examined | str:
        """Read a file, in any thread; return why that failed."""
        try:
            sha256, md5 = hashes_of(found.path, "sha256", "md5")
            if self._catalog.with_hash(sha256) is not None:
                return _Examined(found, sha256, md5)
            picture = read(found.path)
            view = view_of(picture.picture)
            rows = tuple(signature.of(view) for signature, _ in self._signatures)
            content = Content(
                0,
                sha256,
                found.bytes,
                picture.format,
                *picture.picture.size,
                moving=picture.moving,
                complete=not picture.moving,
            )
            return _Examined(found, sha256, md5, content, view, rows)
        except NijigenError as error:
            return error.message.removeprefix(f"{found.path}").lstrip(": ")
        except OSError as error:
            return (error.strerror or str(error)).lower()

    def _keep(self, batch: Sequence[_Examined], added: Added) -> None:
        """Make a batch durable: first the rows and thumbnails, then the names for them."""
        number, entry = self._catalog.next_content(), self._catalog.next_number()
        new: dict[str, tuple[Entry, _Examined]] = {}
        places, moved = [], []
        for one in batch:
            place = self._place(one)
            known = self._catalog.with_hash(one.sha256)
            if known is None and one.sha256 in new:
                known = new[one.sha256][0].content
                added.known += 1
            elif known is not None:
                left = self._left(known.number, one.found.path)
                moved += left
                added.moved += bool(left)
                added.known += not left
            else:
                assert one.content is not None
                known = replace(one.content, number=number)
                new[one.sha256] = (Entry(entry, known, frames=not known.moving), one)
                added.added += 1
                added.first_frames += known.moving
                number, entry = number + 1, entry + 1
            places.append(place(known.number))
        for index, (_, rows) in enumerate(self._signatures):
            rows.write({made.number: one.rows[index] for made, one in new.values()})
        for made, one in new.values():
            assert one.view is not None
            self._thumbnails.write(made.number, one.view)
        names = [signature.name for signature, _ in self._signatures]
        self._catalog.add(
            [made.content for made, _ in new.values()],
            [(made, names) for made, _ in new.values()],
            places,
            moved,
            {made.content.number: one.md5 for made, one in new.values()},
        )

    def _place(self, one: _Examined) -> Callable[[int], Place]:
        found = one.found
        mount = mount_of(found.path.parent)
        return lambda number: Place(found.path, number, found.bytes, found.modified, mount, "here")

    def _left(self, content: int, path: Path) -> list[Path]:
        """Return the places that a content has left, now that it is at another."""
        return [
            place.path
            for place in self._catalog.places(content)
            if place.path != path
            and place.state != "trashed"
            and is_mounted(place.mount)
            and not place.path.exists()
        ]


def in_order(work: Callable[[T], R], values: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Yield values with what is computed of them, in order, computed in several threads."""
    workers = threads()
    waiting: deque[tuple[T, Future[R]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for value in values:
                waiting.append((value, pool.submit(work, value)))
                # Few are held in memory.
                if len(waiting) > 2 * workers:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()


def summary(failed: dict[Path, str]) -> str:
    """Return the files that could not be read, in one line."""
    shown = [f"{name_of(path)}: {reason}" for path, reason in list(failed.items())[:5]]
    more = f"; and {len(failed) - 5} more" if len(failed) > 5 else ""
    return "; ".join(shown) + more
