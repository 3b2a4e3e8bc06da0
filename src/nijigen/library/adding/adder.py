"""Adding: files become contents of the library, pictures in batches, clips frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nijigen.core.clip import Clip
from nijigen.core.errors import BadPicture, Cancelled, NijigenError
from nijigen.core.run import Run
from nijigen.library.adding.examining import Examined, examined, examined_apart, hashed, reason
from nijigen.library.adding.writer import Image, Writer
from nijigen.library.files.reading import read
from nijigen.library.files.scanning import Found, is_mounted, mount_of, name_of
from nijigen.library.files.shots import Indexed, indexed
from nijigen.library.store.catalog import Content, Entry, Place
from nijigen.library.workers.local import Local
from nijigen.library.workers.threads import in_order
from nijigen.library.workers.workers import Workers

_BATCH = 16
"""Pictures or frames that become durable together."""
_MANY = 200
"""Files that are examined by processes; fewer by threads, since processes take seconds to start."""
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
    clips: int = 0
    """Animations and videos among the new ones."""
    frames: int = 0
    """Frames of clips that were indexed."""
    failed: dict[Path, str] = field(default_factory=dict)
    """Files that could not be read, with the reason."""
    sidecars: int = 0
    """Pictures of which sidecars were read."""
    failed_sidecars: dict[Path, str] = field(default_factory=dict)
    """Sidecars that could not be read, with the reason; their pictures are added."""


class Adder:
    """Adds files to a library.

    Args:
        writer: Of the library.
        workers: Opens what examines many files.
    """

    def __init__(self, writer: Writer, workers: Callable[[], Workers] = Local) -> None:
        self._writer = writer
        self._workers = workers
        self._catalog = writer.catalog

    def add(self, files: Sequence[Found], run: Run, listener: Listener) -> Added:
        """Add files; those that cannot be read are skipped.

        Args:
            files: What to add.
            run: May be cancelled: what was reported as added stays, and of a clip the frames so
                far, from where the next run goes on.
            listener: Called with the files that are in the library now, each time some are.
        """
        added = Added()
        batch: list[Examined] = []
        for done, (found, one) in enumerate(self._examined(files), 1):
            run.check()
            if isinstance(one, str):
                added.failed[found.path] = one
            elif one.content is not None and one.image is None:
                part = run.part((done - 1) / len(files), done / len(files))
                try:
                    clip = read(found.path).value
                    assert isinstance(clip, Clip)
                    self._add_clip(one, clip, added, part)
                    listener([found.path])
                except Cancelled:
                    raise
                except (NijigenError, OSError) as error:
                    added.failed[found.path] = reason(error, found.path)
            else:
                batch.append(one)
            if len(batch) == _BATCH or done == len(files):
                self._add_pictures(batch, added)
                listener([one.found.path for one in batch])
                batch = []
                run.progress(done / len(files))
        return added

    def _examined(self, files: Sequence[Found]) -> Iterator[tuple[Found, Examined | str]]:
        """Yield files with what is known of them, or why they cannot be read, in order."""
        hashes = in_order(lambda found: hashed(found, self._catalog), files)
        if len(files) < _MANY:
            signatures = [signature for signature, _ in self._writer.signatures]
            pairs = in_order(lambda pair: examined(pair[1], signatures), hashes)
            yield from ((found, result) for (found, _), result in pairs)
            return
        workers = self._workers()
        try:
            yield from examined_apart(hashes, self._writer, workers)
        finally:
            workers.close()

    def _add_pictures(self, batch: Sequence[Examined], added: Added) -> None:
        number, numbers = self._catalog.next_content(), self._catalog.new_numbers()
        new: dict[str, tuple[Entry, Image]] = {}
        places, moved = [], []
        for one in batch:
            known = self._catalog.with_hash(one.sha256)
            if known is None and one.sha256 in new:
                known = new[one.sha256][0].content
                added.known += 1
            elif known is not None:
                moved += self._known(known, one.found, added)
            else:
                assert one.content is not None
                assert one.image is not None
                known = replace(one.content, number=number)
                new[one.sha256] = (Entry(next(numbers), known), one.image)
                added.added += 1
                number += 1
            places.append(_place(one.found, known))
        contents = [made.content for made, _ in new.values()]
        md5s = {new[one.sha256][0].content.number: one.md5 for one in batch if one.sha256 in new}
        self._writer.write(contents, list(new.values()), places, moved, md5s)

    def _add_clip(self, one: Examined, clip: Clip, added: Added, run: Run) -> None:
        """Add the frames of a clip, from where an interrupted run has stopped.

        Raises:
            NijigenError: The clip is damaged; what was read of it is in the library.
        """
        known = self._catalog.with_hash(one.sha256)
        moved = [] if known is None else self._left(known, one.found.path)
        if known is not None and known.complete:
            moved = self._known(known, one.found, added)
            self._writer.write([], [], [_place(one.found, known)], moved, {})
            return
        assert one.content is not None
        content = known or replace(one.content, number=self._catalog.next_content())
        content = replace(content, complete=False)
        before = self._catalog.entries(content.number)
        # The first frame of a clip that an older version has added stands for none yet.
        old = {entry.frame: entry.number for entry in before if entry.frames == 0}
        resumed = before[-1].frame if before and not old else None
        batch: list[tuple[Entry, Image]] = []
        damage: list[NijigenError] = []
        numbers = self._catalog.new_numbers()
        places, md5s = [_place(one.found, content)], {content.number: one.md5}
        found = indexed(clip, run, damage, resumed or 0)
        if resumed is not None:
            # What is known of it helps to tell the next one.
            next(found, None)
        for frame, image in in_order(lambda frame: self._writer.image(frame.view), found):
            number = old.pop(frame.frame, None) or next(numbers)
            batch.append((_entry(number, content, frame), image))
            if len(batch) == _BATCH:
                self._writer.write([content], batch, places, moved, md5s)
                added.frames += len(batch)
                batch = []
                if clip.duration:
                    run.progress(frame.end / float(clip.duration))
        if not damage and not batch and not self._catalog.entries(content.number):
            damage.append(BadPicture("it has no frames", "get the file again"))
        content = replace(content, complete=not damage)
        if batch or not damage:
            self._writer.write([content], batch, places, moved, md5s)
            added.frames += len(batch)
        if damage:
            raise damage[0]
        added.added += 1
        added.clips += 1

    def _known(self, content: Content, found: Found, added: Added) -> list[Path]:
        """Count a file whose content is known; return the places that it has left."""
        left = self._left(content, found.path)
        added.moved += bool(left)
        added.known += not left
        return left

    def _left(self, content: Content, path: Path) -> list[Path]:
        """Return the places that a content has left, now that it is at another."""
        return [
            place.path
            for place in self._catalog.places(content.number)
            if place.path != path
            and place.state != "trashed"
            and is_mounted(place.mount)
            and not place.path.exists()
        ]


def _entry(number: int, content: Content, frame: Indexed) -> Entry:
    return Entry(number, content, frame.frame, frame.frames, frame.start, frame.end, frame.cut)


def _place(found: Found, content: Content) -> Place:
    mount = mount_of(found.path.parent)
    return Place(found.path, content.number, found.stamp, mount, "here")


def summary(failed: dict[Path, str]) -> str:
    """Return the files that could not be read, in one line."""
    shown = [f"{name_of(path)}: {reason}" for path, reason in list(failed.items())[:5]]
    more = f"; and {len(failed) - 5} more" if len(failed) > 5 else ""
    return "; ".join(shown) + more
