"""Faces: looked for in pictures that are in the library already."""

from __future__ import annotations

from collections.abc import Sequence

from nijigen.core.clip import Clip
from nijigen.core.errors import ModelError, NijigenError
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.library._part import Changing, LibraryPart
from nijigen.library.files.originals import unchanged
from nijigen.library.files.reading import read
from nijigen.library.store.catalog import Catalog
from nijigen.library.store.faces import FaceBox, FaceStore
from nijigen.library.workers.threads import in_order

_BATCH = 16


class LibraryFaces(LibraryPart, FaceStore):
    """The faces of a library; ``Library.faces`` is one."""

    def __init__(self, catalog: Catalog, changing: Changing) -> None:
        LibraryPart.__init__(self, catalog, changing)
        FaceStore.__init__(self, catalog.database)

    def find(self, numbers: Sequence[int], run: Run = SILENT) -> list[int]:
        """Look for faces in pictures, and in the first frames of clips.

        Returns:
            The pictures of which no file can be read now.

        Raises:
            ModelError: The weights are missing or corrupt.
            InputError: Another process changes the library.
        """
        failed: list[int] = []
        batch: dict[int, list[FaceBox]] = {}
        with self._changing():
            found = in_order(lambda number: _faces(self._catalog, number), numbers)
            for done, (number, boxes) in enumerate(found, 1):
                if boxes is None:
                    failed.append(number)
                else:
                    batch[number] = boxes
                if len(batch) == _BATCH or done == len(numbers):
                    self.keep(batch)
                    batch = {}
                    run.progress(done / len(numbers))
        return failed


def _faces(catalog: Catalog, number: int) -> list[FaceBox] | None:
    from nijigen.faces._values import Faces
    from nijigen.faces.detect import detect

    for path in unchanged(catalog.places(number)):
        try:
            picture = _still(read(path).value)
            found = None if picture is None else detect(picture)
        except ModelError:
            raise
        except (OSError, NijigenError):
            continue
        if isinstance(found, Faces):
            return [FaceBox(*face.box, face.confidence) for face in found.faces]
    return None


def _still(value: Picture | Clip) -> Picture | None:
    if isinstance(value, Picture):
        return value
    first = next(value.frames(), None)
    return None if first is None else first.picture
