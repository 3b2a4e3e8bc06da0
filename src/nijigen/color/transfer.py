"""Transfer: give a picture the colors of a reference picture."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.color._palettes.mapping import Change, Keep, Strength, changed, held, painted, shift
from nijigen.core.artwork import Artwork
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.main_colors import Colors, extract, is_flat

Floats = NDArray[np.floating[Any]]
Method = Literal["auto", "palette", "statistics", "transport"]


@operation(alpha="own", version=3)
def transfer(
    picture: Picture | Artwork,
    reference: Picture,
    *,
    method: Method = "auto",
    colors: Annotated[int, Setting(ge=2, le=64, shown_when={"method": "palette"})] = 16,
    lightness: Annotated[float, Setting(ge=0, le=1, step=0.05)] = 0.5,
    strength: Strength = 1.0,
    keep: Keep = "skin",
    run: Run = SILENT,
) -> Picture | Artwork:
    """Give a picture the colors of a reference picture.

    In an artwork only the painted layers change: shadows, lights, paper and lines stay. Alpha
    stays, and transparent parts of both pictures are ignored.

    Args:
        picture: Any size, color or gray, or an artwork.
        reference: The picture with the wanted colors, of any size. One that is transparent, or has
            only colors that ``keep`` excludes, changes nothing.
        method: ``palette`` matches the main colors of both by lightness, hue and share, as a
            painter would repaint flats; ``statistics`` matches mean and standard deviation of each
            channel (Reinhard); ``transport`` matches mean and covariance (Monge and Kantorovich).
            By default ``palette`` for artworks and flat pictures, else ``transport``.
        colors: Number of main colors to match.
        lightness: How much of the reference's lightness is transferred; 0 keeps light and shadow
            and transfers color only.

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
    run.result_size(picture.size)
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
    """Return the colors that may change, with their shares normalized."""
    free = held(found.oklab, keep)[:, 0] > 0.5
    shares = found.shares[free]
    return Colors(found.bytes[free], shares / max(float(shares.sum()), 1e-12))


def _by_palette(ours: Colors, theirs: Colors, *, flat: bool) -> Change:
    """Return the change that maps each main color to one of the reference.

    Optimal transport between the shares (Sinkhorn). A flat takes the target with the largest
    transported mass: a mean would be a color that nobody painted. Gradual shades take the mean, so
    that gradients stay gradients.
    """
    sources, targets = ours.oklab.astype(np.float64), theirs.oklab.astype(np.float64)
    # Lightness by rank: the lightest flat gets the lightest color even of a dark reference.
    light = _quantile(ours)[:, None] - _quantile(theirs)[None]
    apart = ((sources[:, None, 1:] - targets[None, :, 1:]) ** 2).sum(2)
    absolute = (sources[:, None, 0] - targets[None, :, 0]) ** 2
    cost = 0.5 * light**2 + absolute + 4 * apart
    # Square roots: a large background must not use up the mass of its color.
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
    """Return the quantile of each color's lightness, weighted by the square root of its share."""
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
    """Return the linear change that matches mean and covariance."""
    (mean, spread), (to_mean, to_spread) = ours, theirs
    # Regularization: a deviation below 1/100 of the range is noise and must not be amplified.
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
