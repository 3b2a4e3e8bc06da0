"""Béziers: cubic curves fitted to polylines, all of them at once.

Source: Schneider, "An Algorithm for Automatically Fitting Digitized Curves", Graphics Gems, 1990:
least squares for the lengths of both handles, parameters improved by Newton's method, curves that
do not fit are split. Here each step is done for all curves of a page
together, and afterwards neighbors that one curve fits as well are merged again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nijigen.core.run import Run
from nijigen.lines._geometry import Bools, Floats, Ints, dot, lengths, turn, unit
from nijigen.lines._vectors.paths import Paths

_IMPROVE = 4
"""Rounds of Newton's method."""
_HOPELESS = 4.0
"""Multiple of the tolerance above which a curve is split without improving its parameters."""
_MERGES = 8
_WILD = 1.2
"""Length of a handle, relative to the polyline, above which it is replaced by a third of it."""
_REACHES, _NEARLY_STRAIGHT = (14, 9, 6, 4, 3), np.radians(35)
"""Points to both sides over which the direction is measured, and the most that they may bend."""
_AIM = np.radians(40)
"""Turn by which the free direction at an end may differ from that of its first points."""


@dataclass(frozen=True, eq=False)
class Curves:
    """Chains of cubic Bézier curves.

    Attributes:
        control: float64 ``(C, 4, 2)``: the control points of each curve.
        path: int64 ``(C,)``: the path of each curve, in order.
        first: int64 ``(C,)``: index of the point at which each curve begins.
        last: int64 ``(C,)``: index of the point at which it ends.
    """

    control: Floats
    path: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Ranges of points, each fitted by one curve; both ends are included."""

    first: Ints
    last: Ints
    free_first: Bools
    """Whether the direction at the beginning is free: at corners and ends of paths."""
    free_last: Bools

    def kept(self, which: Bools | Ints) -> _Pieces:
        return _Pieces(
            self.first[which], self.last[which], self.free_first[which], self.free_last[which]
        )

    def joined(self, other: _Pieces) -> _Pieces:
        both = _Pieces(
            np.concatenate([self.first, other.first]),
            np.concatenate([self.last, other.last]),
            np.concatenate([self.free_first, other.free_first]),
            np.concatenate([self.free_last, other.free_last]),
        )
        return both.kept(np.argsort(both.first, kind="stable"))


def fitted(
    paths: Paths, corners: Bools, breaks: Bools, tolerance: float | Floats, run: Run
) -> Curves:
    """Fit curves to paths.

    Args:
        paths: Open polylines of at least two points. If the last point repeats the first one, and
            is no corner, the curves are smooth there as well.
        corners: bool ``(N,)``: points at which the direction may change.
        breaks: bool ``(N,)``: points at which a curve ends, smooth unless it is a corner.
        tolerance: Maximum distance of points from their curve, in pixels, of all or of each path.
        run: May stop it.
    """
    fit = _Fit(paths, corners, tolerance, run)
    pieces = fit.whole(breaks)
    done: list[tuple[_Pieces, Floats]] = []
    while len(pieces.first):
        control, error = fit.curves(pieces)
        good = (error <= 1) | (pieces.last - pieces.first < 2)
        done.append((pieces.kept(good), control[good]))
        bad = pieces.kept(~good)
        smooth = np.zeros(len(bad.first), np.bool_)
        at = fit.middle(bad.first, bad.last)
        head = _Pieces(bad.first, at, bad.free_first, smooth)
        pieces = head.joined(_Pieces(at, bad.last, smooth, bad.free_last))
    first = np.concatenate([piece.first for piece, _ in done]) if done else np.zeros(0, np.int64)
    order = np.argsort(first, kind="stable")
    pieces = (
        _Pieces(
            *(
                np.concatenate([getattr(piece, name) for piece, _ in done])[order]
                for name in ("first", "last", "free_first", "free_last")
            )
        )
        if done
        else pieces
    )
    control = np.concatenate([np.zeros((0, 4, 2)), *(part for _, part in done)])[order]
    pieces, control = fit.merged(pieces, control, breaks)
    return Curves(control, paths.path[pieces.first], pieces.first, pieces.last)


class _Fit:
    def __init__(self, paths: Paths, corners: Bools, tolerance: float | Floats, run: Run) -> None:
        self.run = run
        self.points = paths.points
        self.tolerance = np.broadcast_to(np.float64(tolerance), len(paths.counts))
        self.paths = paths
        steps = np.zeros(len(paths.points))
        steps[1:] = lengths(np.diff(paths.points, axis=0))
        self.length = np.cumsum(steps)
        """Arc length up to each point; jumps between paths do not matter."""
        start, end = paths.starts, paths.starts + paths.counts - 1
        loop = (np.abs(paths.points[start] - paths.points[end]) < 1e-9).all(axis=1)
        loop &= (paths.counts > 3) & ~corners[start]
        self.loop = loop
        self.sharp = corners.copy()
        self.sharp[start[~loop]] = self.sharp[end[~loop]] = True
        self.tangent = self._tangents(start, end)

    def _tangents(self, start: Ints, end: Ints) -> Floats:
        """Return the direction at each point, over points on both sides up to the next corner."""
        count = len(self.points)
        every = np.arange(count)
        number = self.paths.path
        stop = self.sharp.copy()
        stop[start] = stop[end] = True
        before = np.maximum.accumulate(np.where(stop, every, 0))
        after = np.minimum.accumulate(np.where(stop, every, count - 1)[::-1])[::-1]
        room = np.minimum(every - before, after - every)
        way = np.zeros((count, 2))
        free = np.ones(count, np.bool_)
        # Over the longest way that is nearly straight, since steps of pixels are long there.
        for most in _REACHES:
            reach = np.minimum(room, most).clip(1)
            one = self.points[np.maximum(every - reach, start[number])]
            two = self.points[np.minimum(every + reach, end[number])]
            fine = free & (turn(self.points - one, two - self.points) <= _NEARLY_STRAIGHT)
            fine |= free & (most == _REACHES[-1])
            way[fine] = (two - one)[fine]
            free &= ~fine
        for a, b in zip(start[self.loop].tolist(), end[self.loop].tolist(), strict=True):
            many = min(4, (b - a) // 3)
            way[a] = way[b] = self.points[a + many] - self.points[b - many]
        return unit(way)

    def whole(self, breaks: Bools) -> _Pieces:
        """Return the pieces between corners, breaks and ends."""
        stop = self.sharp | breaks
        start = self.paths.starts
        stop[start] = stop[start + self.paths.counts - 1] = True
        at = np.flatnonzero(stop)
        first, last = at[:-1], at[1:]
        same = self.paths.path[first] == self.paths.path[last]
        first, last = first[same], last[same]
        return _Pieces(first, last, self.sharp[first], self.sharp[last])

    def curves(self, pieces: _Pieces) -> tuple[Floats, Floats]:
        """Fit one curve to each piece; return its error too, relative to the tolerance."""
        self.run.check()
        work = _Work(self, pieces)
        work.solve()
        error = work.errors()
        near = np.flatnonzero((error > 0.25) & (error <= _HOPELESS))
        control = work.control
        if len(near):
            again = _Work(self, pieces.kept(near))
            again.solve()
            for _ in range(_IMPROVE):
                again.improve()
                again.solve()
            better = again.errors()
            wins = better < error[near]
            at = near[wins]
            control[at], error[at] = again.control[wins], better[wins]
        return control, error

    def merged(self, pieces: _Pieces, control: Floats, breaks: Bools) -> tuple[_Pieces, Floats]:
        """Replace two neighbors by one curve where it fits as well."""
        failed: set[tuple[int, int]] = set()
        for turn_ in range(_MERGES):
            chosen = self._candidates(pieces, breaks, turn_ % 2, failed)
            first, last = pieces.first[chosen], pieces.last[chosen + 1]
            both = _Pieces(first, last, pieces.free_first[chosen], pieces.free_last[chosen + 1])
            if not len(chosen):
                continue
            found, error = self.curves(both)
            good = error <= 1
            failed.update(zip(first[~good].tolist(), last[~good].tolist(), strict=True))
            gone = np.concatenate([chosen[good], chosen[good] + 1])
            kept = np.delete(np.arange(len(pieces.first)), gone)
            begin = np.concatenate([pieces.first[kept], first[good]])
            control = np.concatenate([control[kept], found[good]])
            control = control[np.argsort(begin, kind="stable")]
            pieces = pieces.kept(kept).joined(both.kept(good))
        return pieces, control

    def middle(self, first: Ints, last: Ints) -> Ints:
        """Return the points halfway between others, along the path."""
        half = (self.length[first] + self.length[last]) / 2
        return np.searchsorted(self.length, half).clip(first + 1, last - 1)

    def _candidates(
        self, pieces: _Pieces, breaks: Bools, skip: int, failed: set[tuple[int, int]]
    ) -> Ints:
        """Return the first of two pieces that may be merged; pairs do not overlap."""
        able = (pieces.last[:-1] == pieces.first[1:]) & ~pieces.free_last[:-1]
        able &= ~breaks[pieces.last[:-1]]
        chosen = []
        free = 0
        for n in np.flatnonzero(able).tolist():
            # Each round begins elsewhere in a run of pieces.
            begins = n - 1 < 0 or not able[n - 1]
            if n < free + (skip if begins else 0):
                continue
            if (int(pieces.first[n]), int(pieces.last[n + 1])) not in failed:
                chosen.append(n)
                free = n + 2
        return np.array(chosen, np.int64)


class _Work:
    """One curve for each of several pieces."""

    def __init__(self, fit: _Fit, pieces: _Pieces) -> None:
        count = pieces.last - pieces.first + 1
        self.start = np.cumsum(count) - count
        self.number = np.repeat(np.arange(len(count)), count)
        self.index = (
            np.arange(int(count.sum())) - self.start[self.number] + pieces.first[self.number]
        )
        self.points = fit.points[self.index]
        self.pieces = pieces
        length = fit.length[self.index] - fit.length[pieces.first][self.number]
        self.total = np.maximum(fit.length[pieces.last] - fit.length[pieces.first], 1e-9)
        self.at = length / self.total[self.number]
        self.p0, self.p3 = fit.points[pieces.first], fit.points[pieces.last]
        self.t0, self.t3 = self._ends(fit)
        self.control = np.zeros((len(count), 4, 2))
        self.tolerance = fit.tolerance[fit.paths.path[pieces.first]]

    def _ends(self, fit: _Fit) -> tuple[Floats, Floats]:
        """Return the directions of the handles.

        At a free end it is that of the curve that fits best if both handles are free.
        """
        first, last = self.pieces.first, self.pieces.last
        span = last - first
        few = np.minimum(span, np.maximum(span // 4, 2).clip(max=6))
        t0 = np.where(
            self.pieces.free_first[:, None],
            unit(fit.points[first + few] - self.p0),
            fit.tangent[first],
        )
        t3 = np.where(
            self.pieces.free_last[:, None],
            unit(fit.points[last - few] - self.p3),
            -fit.tangent[last],
        )
        b0, b1, b2, b3 = _basis(self.at)
        rest = self.points - self.p0[self.number] * (b0 + b1)[:, None]
        rest -= self.p3[self.number] * (b2 + b3)[:, None]
        c11, c12, c22 = self._sum(b1 * b1), self._sum(b1 * b2), self._sum(b2 * b2)
        x1, x2 = self._sum(rest * b1[:, None]), self._sum(rest * b2[:, None])
        size = c11 * c22 - c12 * c12
        fine = (size > 1e-9) & (span >= 6)
        size = np.where(fine, size, 1)[:, None]
        for way, given, free in (
            ((x1 * c22[:, None] - x2 * c12[:, None]) / size, t0, self.pieces.free_first),
            ((x2 * c11[:, None] - x1 * c12[:, None]) / size, t3, self.pieces.free_last),
        ):
            taken = free & fine & (turn(way, given) < _AIM)
            given[taken] = unit(way[taken])
        return t0, t3

    def _sum(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, self.start, axis=0))

    def solve(self) -> None:
        """Find the lengths of the handles by least squares."""
        b0, b1, b2, b3 = _basis(self.at)
        rest = self.points - self.p0[self.number] * (b0 + b1)[:, None]
        rest -= self.p3[self.number] * (b2 + b3)[:, None]
        c11, c22 = self._sum(b1 * b1), self._sum(b2 * b2)
        c12 = self._sum(b1 * b2) * dot(self.t0, self.t3)
        x1 = dot(self._sum(rest * b1[:, None]), self.t0)
        x2 = dot(self._sum(rest * b2[:, None]), self.t3)
        size = c11 * c22 - c12 * c12
        fine = size > 1e-9 * np.maximum(c11 * c22, 1e-12)
        size = np.where(fine, size, 1)
        a, b = (x1 * c22 - x2 * c12) / size, (x2 * c11 - x1 * c12) / size
        for handle in (a, b):
            wild = ~fine | (handle < 1e-3 * self.total) | (handle > _WILD * self.total)
            handle[wild] = self.total[wild] / 3
        self.control = np.stack(
            [self.p0, self.p0 + self.t0 * a[:, None], self.p3 + self.t3 * b[:, None], self.p3],
            axis=1,
        )

    def improve(self) -> None:
        """Move the parameter of each point towards its nearest place on the curve."""
        off = _value(self.control, self.number, self.at) - self.points
        first = _value(self.control, self.number, self.at, 1)
        second = _value(self.control, self.number, self.at, 2)
        slope = dot(first, first) + dot(off, second)
        step = dot(off, first) / np.where(np.abs(slope) > 1e-9, slope, 1)
        moved = np.where(slope > 1e-9, self.at - step.clip(-0.2, 0.2), self.at).clip(0, 1)
        moved[self.start] = 0
        moved[self.start + self.pieces.last - self.pieces.first] = 1
        self.at = moved

    def errors(self) -> Floats:
        """Return the distance of the farthest point of each piece, relative to the tolerance."""
        off = _value(self.control, self.number, self.at) - self.points
        # Along the curve a difference is one of the parameter alone.
        way = unit(_value(self.control, self.number, self.at, 1))
        far = np.abs(off[:, 0] * way[:, 1] - off[:, 1] * way[:, 0])
        apart = lengths(off)
        far = np.where((way == 0).all(axis=1), apart, np.maximum(far, 0.5 * apart))
        return np.asarray(np.maximum.reduceat(far, self.start) / self.tolerance)


def _basis(t: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    s = 1 - t
    return s * s * s, 3 * t * s * s, 3 * t * t * s, t * t * t


def _value(control: Floats, number: Ints, t: Floats, order: int = 0) -> Floats:
    """Return points on curves at parameters, or their first or second derivatives.

    Args:
        control: ``(C, 4, 2)``.
        number: ``(N,)``: the curve of each parameter.
        t: ``(N,)``, 0 to 1.
        order: Of the derivative; 0 is the curve itself.
    """
    s = 1 - t
    basis = (_basis(t), (3 * s * s, 6 * s * t, 3 * t * t), (6 * s, 6 * t))[order]
    parts = np.diff(control, n=order, axis=1)[number]
    return np.asarray(np.einsum("ncd,cn->nd", parts, np.stack(basis)))


def sampled_curves(curves: Curves, spacing: float) -> tuple[Ints, Floats, Floats, Floats]:
    """Return points along curves.

    Returns:
        For each point the number of its curve, its parameter, its place and its direction. Both
        ends of each curve are included.
    """
    control = curves.control
    size = lengths(np.diff(control, axis=1)).sum(axis=1)
    count = np.clip(np.ceil(size / spacing), 4, 4096).astype(np.int64) + 1
    number = np.repeat(np.arange(len(count)), count)
    start = np.cumsum(count) - count
    t = (np.arange(len(number)) - start[number]) / (count - 1)[number]
    # At a handle of no length the direction is that a little further.
    way = _value(control, number, t.clip(1e-3, 1 - 1e-3), 1)
    return number, t, _value(control, number, t), unit(way)
