"""Transfer: the colors of a reference picture, given to another."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.color._palettes.extract import Colors, extract, is_flat
from nijigen.color._palettes.mapping import Change, Keep, Strength, changed, held, painted, shift
from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run

Floats = NDArray[np.floating[Any]]
Method = Literal["auto", "palette", "statistics", "transport"]


@operation(alpha="own", version=1)
def transfer(
    picture: Picture | Artwork,
    reference: Picture,
    *,
    method: Method = "auto",
    colors: Annotated[int, Setting(ge=2, le=64, shown_when={"method": "palette"})] = 16,
    lightness: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 0.5,
    strength: Strength = 1.0,
    keep: Keep = "lines",
    run: Run = SILENT,
) -> Picture | Artwork:
    """Give a picture the colors of a reference picture.

    Of an artwork the painted layers change: shadows, lights, paper and lines stay. Alpha stays,
    and transparent parts of both pictures count for nothing.

    Args:
        picture: Any size, color or gray, or an artwork.
        reference: The picture whose colors are wanted, of any other size. One in which nothing is
            seen, or nothing but what is kept, changes nothing.
        method: ``palette`` finds the main colors of both and matches them by lightness, hue and
            share, as a painter would who repaints flats; ``statistics`` matches mean and spread of
            lightness and both colors, each alone (Reinhard); ``transport`` matches them together
            (Monge and Kantorovich). By default ``palette`` for an artwork and for what is painted
            flat, else ``transport``.
        colors: How many main colors are matched.
        lightness: How much of the reference's lightness is taken over; 0 keeps light and shadow as
            they are and takes over color alone.

    Returns:
        The picture, or the artwork with other colors in its painted layers.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.color.transfer import transfer
        >>> gray = Picture(np.full((4, 4, 3), 150, np.uint8))
        >>> red = Picture(np.full((4, 4, 3), (200, 80, 80), np.uint8))
        >>> transfer(gray, red, lightness=1).pixels[0, 0].tolist()
        [200, 80, 80]

    Source: E. Reinhard and others, "Color transfer between images" (2001); F. Pitié and
    A. Kokaram, "The linear Monge-Kantorovitch linear colour mapping" (2007).
    """
    seen = painted(picture)
    theirs = _free(extract(reference, 64), keep)
    ours = _free(extract(seen, 64), keep)
    if not len(ours.bytes) or not len(theirs.bytes):
        return picture
    if method == "auto":
        method = "palette" if isinstance(picture, Artwork) or is_flat(seen) else "transport"
    if method == "palette":
        first, second = _free(extract(seen, colors), keep), _free(extract(reference, colors), keep)
        moved = _by_palette(first, second, flat=is_flat(seen))
    else:
        moved = _by_moments(_moments(ours), _moments(theirs), joint=method == "transport")

    def change(values: Floats) -> Floats:
        result = moved(values)
        result[:, 0] = values[:, 0] + (result[:, 0] - values[:, 0]) * lightness
        return result

    run.progress(0.3)
    return changed(picture, change, strength, keep, run)


def _free(found: Colors, keep: Keep) -> Colors:
    """Return the colors that may move, with shares among them."""
    free = held(found.oklab, keep)[:, 0] > 0.5
    shares = found.shares[free]
    return Colors(found.bytes[free], shares / max(float(shares.sum()), 1e-12))


def _by_palette(ours: Colors, theirs: Colors, *, flat: bool) -> Change:
    """Return the change that moves each main color to one of the reference.

    Optimal transport between the shares (Sinkhorn). A flat takes the color where most of it went: a
    mean of all that it was given would be a color that nobody painted. Shades take that mean, so
    that those of one thing are not torn apart.
    """
    sources, targets = ours.oklab.astype(np.float64), theirs.oklab.astype(np.float64)
    # Lightness by rank: a dark reference still gives its lightest color to the lightest flat.
    light = _quantile(ours)[:, None] - _quantile(theirs)[None]
    apart = ((sources[:, None, 1:] - targets[None, :, 1:]) ** 2).sum(2)
    absolute = (sources[:, None, 0] - targets[None, :, 0]) ** 2
    cost = 0.5 * light**2 + absolute + 4 * apart
    # Square roots: a large background must not use up all that its color could give.
    mass, wanted = np.sqrt(ours.shares), np.sqrt(theirs.shares)
    mass, wanted = mass / mass.sum(), wanted / wanted.sum()
    kernel = np.exp(-cost / ((0.03 if flat else 0.15) * max(float(cost.mean()), 1e-9)))
    kernel = np.maximum(kernel, 1e-200)
    left = np.ones(len(mass))
    for _ in range(200):
        right = wanted / (kernel.T @ left)
        left = mass / (kernel @ right)
    plan = left[:, None] * kernel * right[None]
    mixed = plan @ targets / plan.sum(axis=1, keepdims=True)
    chosen = targets[np.argmax(plan, axis=1)] if flat else mixed
    return lambda values: shift(values, sources, chosen)


def _quantile(found: Colors) -> Floats:
    """Return the place of each color in the order of lightness by square root of share, 0 to 1."""
    order = np.argsort(found.oklab[:, 0], kind="stable")
    mass = np.sqrt(found.shares[order])
    place = np.empty(len(order))
    place[order] = (np.cumsum(mass) - mass / 2) / mass.sum()
    return place


def _moments(found: Colors) -> tuple[Floats, Floats]:
    values = found.oklab.astype(np.float64)
    mean = found.shares @ values
    off = values - mean
    return mean, (off * found.shares[:, None]).T @ off


def _by_moments(
    ours: tuple[Floats, Floats], theirs: tuple[Floats, Floats], *, joint: bool
) -> Change:
    """Return the linear change that gives one mean and covariance another's."""
    (mean, spread), (to_mean, to_spread) = ours, theirs
    # Deviation below which spread is noise, 1/100 of the range: it would be blown up.
    least = 1e-4 * np.eye(3)
    if joint:
        root = _power(spread + least, 0.5)
        back = _power(spread + least, -0.5)
        matrix = back @ _power(root @ (to_spread + least) @ root, 0.5) @ back
    else:
        matrix = np.diag(np.sqrt(np.diag(to_spread + least) / np.diag(spread + least)))
    return lambda values: (values - mean) @ matrix.T + to_mean


def _power(matrix: Floats, exponent: float) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    power: Floats = (vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T
    return power
