"""What other finders of copies compare pictures by, for the benchmarks of the library.

pHash, dHash and wHash are those of ImageHash; the color layout descriptor is that of MPEG-7 with
the 33 coefficients that trace.moe stores; Haar and embedding are signatures of the library alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.library.signatures import embedding
from nijigen.library.signatures.haar import Haar, mirrored, similarities

Floats = NDArray[np.float32]
HASHES: dict[str, Callable[[Image.Image], imagehash.ImageHash]] = {
    "pHash": imagehash.phash,
    "dHash": imagehash.dhash,
    "wHash": imagehash.whash,
}
PEERS = (*HASHES, "color layout", "Haar", "embedding")
_LUMA, _CHROMA = 21, 6


def color_layout(image: Image.Image) -> Floats:
    """Return 21 coefficients of the luma and 6 of each chroma of an 8×8 version, in zigzag."""
    small = cv2.resize(np.asarray(image), (8, 8), interpolation=cv2.INTER_AREA)
    planes = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    order = sorted(np.ndindex(8, 8), key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]))
    rows, columns = np.array(order).T
    parts = []
    for plane, kept in ((0, _LUMA), (2, _CHROMA), (1, _CHROMA)):
        parts.append(cv2.dct(planes[:, :, plane])[rows, columns][:kept])
    return np.concatenate(parts)


class Peers:
    """All pictures of a gallery as others describe them.

    Args:
        pictures: A function for each that opens it, in the order of the records.
        cache: Where the hashes are kept between runs.
        haar: Records of the library's Haar signatures, in the same order.
        whole: Vectors of whole pictures, in the same order: ``(n, 320)``.
    """

    def __init__(
        self,
        pictures: list[Callable[[], Image.Image]],
        cache: Path,
        haar: NDArray[Any],
        whole: NDArray[Any],
    ) -> None:
        if not cache.is_file():
            made: dict[str, list[Any]] = {name: [] for name in (*HASHES, "color layout")}
            for opened in pictures:
                image = opened()
                for name, hashed in HASHES.items():
                    made[name].append(hashed(image).hash.ravel())
                made["color layout"].append(color_layout(image))
            np.savez(cache, **{name: np.stack(rows) for name, rows in made.items()})
        with np.load(cache) as stored:
            self._known = {name: stored[name] for name in stored.files}
        self._haar, self._whole = haar, whole.astype(np.float32)

    def scores(self, image: Image.Image) -> dict[str, Floats]:
        """Return for each peer how like all pictures are to one; more is more."""
        found: dict[str, Floats] = {}
        for name, hashed in HASHES.items():
            apart = (self._known[name] != hashed(image).hash.ravel()).sum(1)
            found[name] = -apart.astype(np.float32)
        known = self._known["color layout"]
        found["color layout"] = -np.linalg.norm(known - color_layout(image), axis=1)
        view = np.asarray(image)
        row = Haar().of(view)
        # The library looks for the mirror image too.
        turned = (similarities(one, self._haar) for one in (row, mirrored(row)))
        found["Haar"] = np.maximum(*turned)
        found["embedding"] = self._whole @ embedding.whole(view)
        return found
