"""Bodies: which areas of a colored drawing belong together, and which is above which."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.graph import borders_of

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]

# Maximum size of a feature (an eye, a button), as a share of the area that it is on.
_FEATURE = 0.2
# Minimum share of the figure of an area that can have features.
_LEAST_HOST = 0.002
# Minimum share of the figure of a part that lines cut off.
_LEAST_PART = 0.004
# Share of a border that must be inked for it to divide a body.
_DRAWN = 0.7
# Share of a border that must be horizontal for the area above it to cast a shadow.
_LYING = 0.2
_LINE = 64


def connected(codes: NDArray[np.int64]) -> Labels:
    """Label connected pixels of equal codes, from 0 in raster order."""
    height, width = codes.shape
    # Runs of a row first: a picture has far fewer of them than pixels.
    starts = np.ones((height, width), np.bool_)
    starts[:, 1:] = codes[:, 1:] != codes[:, :-1]
    runs = (np.cumsum(starts.ravel()) - 1).reshape(height, width)
    touching = codes[1:] == codes[:-1]
    # Two runs touch along many pixels: one link where either of them begins is enough.
    touching &= starts[1:] | starts[:-1]
    links = np.stack([runs[:-1][touching], runs[1:][touching]])
    count = int(runs[-1, -1]) + 1
    numbered: Labels = joint(count, links.T)[runs]
    return numbered


def joint(count: int, links: NDArray[Any]) -> Labels:
    """Label the connected components of ``count`` nodes with links ``(M, 2)``, from 0."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(links), np.int8)
    graph = coo_array((ones, (links[:, 0], links[:, 1])), shape=(count, count))
    _, numbers = connected_components(graph, directed=False)
    return np.asarray(numbers, np.int32)


def borders(labels: Labels) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of neighbors i < j, the length of their border, and how far j is below i.

    Returns:
        ``(M, 2)``; ``(M,)`` in pixel sides; ``(M,)``: sides with i above minus those with j above.
    """
    count = int(labels.max()) + 1
    codes: list[NDArray[np.int64]] = []
    falls: list[NDArray[np.int64]] = []
    for first, second, down in (
        (labels[:, :-1], labels[:, 1:], 0), (labels[:-1], labels[1:], 1)
    ):  # fmt: skip
        differ = first != second
        a, b = first[differ].astype(np.int64), second[differ].astype(np.int64)
        codes.append(np.minimum(a, b) * count + np.maximum(a, b))
        falls.append(np.where(a < b, down, -down).astype(np.int64))
    pairs, places, lengths = np.unique(
        np.concatenate(codes), return_inverse=True, return_counts=True
    )
    fall = np.bincount(places, np.concatenate(falls), len(pairs)).astype(np.int64)
    return np.stack([pairs // count, pairs % count], axis=1), lengths.astype(np.int64), fall


def joined(
    zones: Labels, skin: NDArray[np.float32], hair: NDArray[np.bool_], figure: int
) -> Labels:
    """Join features to the zone that they are on: eyes to the face, buttons to the cloth.

    Features that touch each other are one patch; it is on a much larger zone that makes up the
    longest, and at least about half, of its outer border. Skin is only joined to skin: a face in
    hair and a hand on cloth are bodies of their own.

    Args:
        zones: int32 ``(H, W)``; 0 is outside the figure.
        skin: Likelihood that each zone is skin, 0 to 1.
        hair: Which zones may be hair.
        figure: Pixels of the figure.

    Returns:
        int32 ``(H, W)``: the number of the zone that each belongs to.
    """
    pairs, lengths, _ = borders(zones)
    areas = np.bincount(zones.ravel()).astype(np.int64)
    edges = np.concatenate([zones[0], zones[-1], zones[:, 0], zones[:, -1]])
    rim = np.bincount(edges, minlength=len(areas))
    owner = np.arange(len(areas))
    hosts = np.flatnonzero(areas > _LEAST_HOST * figure)
    # Smaller hosts first: eyes are joined to the face before the face could be joined to the hair.
    for host in hosts[np.argsort(areas[hosts], kind="stable")].tolist():
        if host == 0 or owner[host] != host:
            continue
        small = (areas < _FEATURE * areas[host]) & (owner == np.arange(len(areas)))
        small[0] = small[host] = False
        if skin[host] < 0.5:
            small &= skin[owner] < 0.5
        i, j = owner[pairs].T
        apart = i != j
        i, j, length = i[apart], j[apart], lengths[apart]
        links = small[i] & small[j]
        patch = joint(len(areas), np.stack([i[links], j[links]], axis=1))
        count = int(patch.max()) + 1
        held, outer = np.zeros(count), np.zeros(count)
        for inner, other in ((i, j), (j, i)):
            ours = small[inner] & (patch[inner] != patch[other])
            outer += np.bincount(patch[inner][ours], length[ours], count)
            held += np.bincount(patch[inner][ours], length[ours] * (other[ours] == host), count)
        size = np.bincount(patch, areas * small, count)
        lies = (held >= 0.45 * outer) & (held > 0) & (size < 2.5 * _FEATURE * areas[host])
        if hair[host]:
            # Patches at the edge of the picture are between locks, not on them: clothes.
            lies &= np.bincount(patch, rim * small, count) < 0.1 * outer
        taken = small & lies[patch]
        areas[host] += int(areas[taken].sum())
        owner[taken[owner]] = host
    return owner.astype(np.int32)[zones]


def parts_of(bodies: Labels, regions: Labels, ink: Bytes) -> Labels:
    """Divide bodies along lines; small parts stay with their largest neighbor in the body.

    A border with little ink is a closed gap, as from the corner of a mouth to a cheek, and does not
    divide.
    """
    import cv2

    whole = connected(bodies.astype(np.int64) << 32 | regions.astype(np.int64))
    body = np.zeros(int(whole.max()) + 1, np.int32)
    body[whole] = bodies
    near = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    found = borders_of(whole, np.where(near > _LINE, np.uint8(255), np.uint8(0)))
    within = body[found.edges[:, 0]] == body[found.edges[:, 1]]
    cut = joint(len(body), found.edges[within & (found.barriers < _DRAWN)])[whole]
    figure = int((bodies > 0).sum())
    areas = np.bincount(cut.ravel())
    body = np.zeros(len(areas), np.int32)
    body[cut] = bodies
    pairs, lengths, _ = borders(cut)
    around = np.bincount(pairs.ravel(), np.repeat(lengths, 2), len(areas))
    owner = np.arange(len(areas))
    best = np.zeros(len(areas), np.int64)
    for (i, j), length in zip(pairs.tolist(), lengths.tolist(), strict=True):
        if body[i] != body[j]:
            continue
        for small, large in ((i, j), (j, i)):
            if length <= best[small] or (areas[large], large) <= (areas[small], small):
                continue
            lies = areas[small] < _FEATURE * areas[large] and length > 0.6 * around[small]
            if lies or areas[small] < _LEAST_PART * figure:
                owner[small], best[small] = large, length
    while (owner[owner] != owner).any():
        owner = owner[owner]
    owner[body == 0] = -1
    _, numbers = np.unique(np.append(owner, -1), return_inverse=True)
    return np.asarray(numbers[:-1][cut], np.int32)


def casters_of(
    parts: Labels, bodies: Labels, colors: Bytes, skin: NDArray[np.bool_], extent: float
) -> tuple[Labels, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what casts a shadow on which part: the upper body, unless it is much smaller.

    Hair is above faces, hats above hair, skirts above legs. Among areas of the same color only skin
    casts shadows on skin, a chin on its neck: shadows of strands on hair, and of folds on cloth,
    would be stripes.

    Args:
        parts: int32 ``(H, W)``.
        bodies: int32 ``(H, W)``.
        colors: uint8 ``(bodies, 3)``.
        skin: bool ``(bodies,)``.
        extent: Diagonal of the figure in pixels.

    Returns:
        Casters, numbered from 1, int32 ``(H, W)``; whether each casts a shadow on a part; whether a
        part is skin below other skin, such as a neck.
    """
    body = np.zeros(int(parts.max()) + 1, np.int32)
    body[parts] = bodies
    # Skin is divided along its lines, a chin from a neck; other bodies cast shadows as a whole.
    pieces = np.where(skin[body], len(skin) + np.arange(len(body)), body)
    owners, pieces = np.unique(np.append(0, pieces), return_inverse=True)
    pieces = pieces[1:].astype(np.int32)
    whole = pieces[parts]
    # The highest row of each.
    tops = np.full(len(owners), whole.shape[0])
    np.minimum.at(tops, whole, np.arange(whole.shape[0])[:, None])
    areas = np.bincount(whole.ravel(), minlength=len(owners))
    body_of = np.zeros(len(owners), np.int32)
    body_of[pieces] = body
    large = areas > (0.05 * extent) ** 2
    large[0] = False
    above = np.zeros((len(owners), len(body)), np.bool_)
    pairs, lengths, falls = borders(whole)
    for (i, j), length, fall in zip(pairs.tolist(), lengths.tolist(), falls.tolist(), strict=True):
        if i == 0 or length < 0.03 * extent:
            continue
        one, other = body_of[i], body_of[j]
        upper, lower = (i, j) if fall > 0 else (j, i)
        if skin[one] != skin[other]:
            # Hair frames a face and begins above it, as a sleeve does above its arm.
            dressed, bare = (j, i) if skin[one] else (i, j)
            if tops[dressed] < tops[bare]:
                upper, lower = dressed, bare
            elif lower == bare or abs(fall) < _LYING * length:
                continue
        elif abs(fall) < _LYING * length:
            continue
        if (colors[one] == colors[other]).all() and not (
            skin[one] and skin[other] and not _hollow(whole == upper, whole == lower)
        ):
            continue
        if large[upper] and areas[upper] >= 0.6 * areas[lower]:
            above[upper, pieces == lower] = True
    throws = np.asarray(above.any(axis=1))
    throws[0] = True
    numbers = np.where(throws, np.cumsum(throws) - 1, 0).astype(np.int32)
    below = above[skin[body_of]].any(axis=0) & skin[body]
    return numbers[whole], above[throws], below


def _hollow(upper: NDArray[np.bool_], lower: NDArray[np.bool_]) -> bool:
    """Return whether the lower end of an area is concave: then it is behind the lower one.

    A chin is round, or straight as seen from the side.
    """
    import cv2

    near = cv2.dilate(upper.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)
    rows, columns = np.nonzero(near & lower)
    left, right = int(columns.argmin()), int(columns.argmax())
    wide, high = columns[right] - columns[left], rows[right] - rows[left]
    below = (rows - rows[left]) * wide - (columns - columns[left]) * high
    return bool(below.mean() < -0.04 * (wide * wide + high * high))
