"""Rank@K: how often the right face is among the K nearest, with distractors in between.

Source: the protocol of MegaFace (Kemelmacher-Shlizerman et al. 2016), which iCartoonFace uses.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nijigen.core.errors import InputError
from nijigen.sources.datasets.icartoonface import DISTRACTOR


def rank_at(
    embeddings: NDArray[np.floating],
    identities: NDArray[np.integer],
    ranks: Iterable[int] = (1, 5, 10),
) -> dict[int, float]:
    """Return the share of pairs of the same identity that are found within so many ranks.

    For each ordered pair, the second face is searched with the first one, alone among all
    distractors. A distractor as near as the right face counts as nearer.

    Args:
        embeddings: A row for each face, ``(N, D)``; compared by the cosine.
        identities: Number of the character of each, -1 for a distractor, ``(N,)``.
        ranks: The K of Rank@K.

    Raises:
        InputError: The lengths differ, a row is zero or not finite, or there is no pair.

    Example:
        >>> import numpy as np
        >>> from nijigen.sources.datasets.ranking import rank_at
        >>> faces = np.array([[1, 0], [0.9, 0.1], [0.8, 0.2], [0, 1]], float)
        >>> rank_at(faces, np.array([7, -1, 7, -1]), ranks=(1, 2))
        {1: 0.0, 2: 1.0}
    """
    if embeddings.ndim != 2 or identities.shape != embeddings.shape[:1]:
        raise InputError(
            f"{embeddings.shape} embeddings do not fit {identities.shape} identities",
            "give a row of each for every face",
        )
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise InputError("an embedding is zero or not finite", "leave out faces without one")
    unit = embeddings / lengths
    others = unit[identities == DISTRACTOR]
    nearer = []
    for identity in np.unique(identities[identities != DISTRACTOR]):
        faces = unit[identities == identity]
        among = np.sort(faces @ others.T, axis=1)
        pairs = faces @ faces.T
        for row in range(len(faces)):
            mates = np.delete(pairs[row], row)
            nearer.append(len(others) - np.searchsorted(among[row], mates, side="left"))
    if not nearer or not sum(map(len, nearer)):
        raise InputError("no two faces are of the same identity", "Rank@K needs pairs")
    before = np.concatenate(nearer)
    return {rank: float(np.mean(before < rank)) for rank in ranks}
