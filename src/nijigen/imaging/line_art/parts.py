"""Parts: connected components of a page that is labeled a band of rows at a time."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray


class Parts:
    """Components of a page, put together from those of its bands."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        """By the top row of a band, the number of its background."""
        self._area: list[NDArray[np.int64]] = []
        self._dark: list[NDArray[np.bool_]] = []
        self._links: list[NDArray[np.int64]] = []
        self._above = np.zeros(0, np.int64)
        self._count = 0

    def add(
        self,
        top: int,
        labels: NDArray[np.int32],
        area: NDArray[np.int64],
        dark: NDArray[np.bool_],
    ) -> None:
        """Add the components of the next band; label 0 is its background."""
        self._first[top] = self._count
        area[0], dark[0] = 0, False
        self._area.append(area)
        self._dark.append(dark)
        row = np.where(labels[0] > 0, labels[0] + self._count, 0)
        for step in (-1, 0, 1) if len(self._above) else ():
            width = len(row)
            pair = np.stack(
                [
                    self._above[max(0, -step) : width - max(0, step)],
                    row[max(0, step) : width - max(0, -step)],
                ]
            )
            self._links.append(np.unique(pair[:, (pair > 0).all(axis=0)], axis=1))
        self._above = np.where(labels[-1] > 0, labels[-1] + self._count, 0)
        self._count += len(area)

    @cached_property
    def _whole(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The area of the component that each part belongs to, and whether that is dark."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        one, two = np.concatenate([np.zeros((2, 0), np.int64), *self._links], axis=1)
        links = coo_array((np.ones(len(one)), (one, two)), shape=(self._count, self._count))
        owner = connected_components(links, directed=False)[1]
        area = np.bincount(owner, np.concatenate(self._area)).astype(np.int64)
        dark = np.bincount(owner, np.concatenate(self._dark)) > 0
        return area[owner], dark[owner]

    def kept(self, top: int, count: int, speck: int) -> NDArray[np.bool_]:
        """Return which labels of a band are dark somewhere and larger than a speck."""
        own = slice(self._first[top], self._first[top] + count)
        area, dark = self._whole
        return np.asarray((area[own] > speck) & dark[own])
