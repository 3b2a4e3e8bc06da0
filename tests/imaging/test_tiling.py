from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nijigen import Picture, Run
from nijigen.core.errors import Cancelled
from nijigen.imaging.rows import Rows
from nijigen.imaging.tiling import Geometry, Network, enlarge_tiled, with_augmentation
from nijigen.imaging.tiling import run_tiled as tiled_rows

Batch = np.ndarray


def run_tiled(
    network: Network, pixels: np.ndarray, geometry: Geometry, *, tile: int, run: Run
) -> np.ndarray:
    """The whole result for an array."""
    return tiled_rows(network, Rows.of(pixels), geometry, tile=tile, run=run).whole()


def blur_and_double(batch: Batch) -> Batch:
    """A network with a border of 2 that crops it, as waifu2x's upconv_7 does."""
    total = np.zeros_like(batch[:, :, 2:-2, 2:-2])
    height, width = batch.shape[2:]
    for y in range(5):
        for x in range(5):
            total += batch[:, :, y : height - 4 + y, x : width - 4 + x]
    return np.repeat(np.repeat(total / 25, 2, axis=2), 2, axis=3)


def mean_of_tile(batch: Batch) -> Batch:
    """A network that looks at the whole tile, as those with global pooling do."""
    return batch + (batch.mean(axis=(2, 3), keepdims=True) - batch) * np.float32(0.5)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 65536, (height, width, 3), np.uint16)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(8, 40))
def test_exact_networks_give_the_bytes_of_the_whole(height: int, width: int, tile: int) -> None:
    pixels = noise(height, width)
    geometry = Geometry(scale=2, border=2)
    whole = run_tiled(blur_and_double, pixels, geometry, tile=1000, run=Run())
    tiled = run_tiled(blur_and_double, pixels, geometry, tile=tile, run=Run())
    assert whole.shape == (height * 2, width * 2, 3)
    assert np.array_equal(whole, tiled)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(8, 40), st.sampled_from([1, 2, 4]))
def test_multiples_are_kept(height: int, width: int, tile: int, multiple: int) -> None:
    sides: set[int] = set()

    def same(batch: Batch) -> Batch:
        sides.update(batch.shape[2:])
        return batch

    pixels = noise(height, width)
    geometry = Geometry(scale=1, border=3, multiple_of=multiple)
    assert np.array_equal(run_tiled(same, pixels, geometry, tile=tile, run=Run()), pixels)
    assert all(side % multiple == 0 for side in sides)


def test_inexact_networks_show_no_seam() -> None:
    """From dark to light: means of tiles differ, but no step must be seen between them."""
    ramp = (np.arange(200) * 300).astype(np.uint16)
    pixels = np.broadcast_to(ramp[None, :, None], (64, 200, 3))
    geometry = Geometry(scale=1, border=0, exact=False)
    result = run_tiled(mean_of_tile, pixels, geometry, tile=64, run=Run())
    hard = run_tiled(mean_of_tile, pixels, Geometry(1, 0), tile=64, run=Run())
    steps = np.abs(np.diff(result.astype(int), axis=1)).max()
    assert np.abs(np.diff(hard.astype(int), axis=1)).max() > 4 * steps


def test_overshoot_is_clipped_not_wrapped() -> None:
    pixels = noise(8, 8)
    result = run_tiled(lambda batch: batch * 3 - 1, pixels, Geometry(1, 0), tile=8, run=Run())
    assert result[pixels > 50000].min() == 65535
    assert result[pixels < 20000].max() == 0


def test_flat_tiles_are_worked_on_once() -> None:
    calls = []

    def count(batch: Batch) -> Batch:
        calls.append(batch.shape)
        return batch

    pixels = np.full((200, 200, 3), 9, np.uint16)
    run_tiled(count, pixels, Geometry(1, 0), tile=50, run=Run())
    assert len(calls) == 1


def test_it_stops_between_tiles() -> None:
    run = Run()
    calls = []

    def stop(batch: Batch) -> Batch:
        calls.append(1)
        run.cancel()
        return batch

    with pytest.raises(Cancelled):
        run_tiled(stop, noise(100, 100), Geometry(1, 0), tile=20, run=run)
    assert len(calls) == 1


def test_augmentation_of_a_fair_network_changes_nothing() -> None:
    batch = np.random.default_rng(1).random((1, 3, 12, 9), np.float32)
    plain = blur_and_double(batch)
    assert np.allclose(with_augmentation(blur_and_double)(batch), plain, atol=1e-6)


def test_augmentation_evens_out_a_slant() -> None:
    """A network that shifts to the right is made upright by turns and flips."""

    def slanted(batch: Batch) -> Batch:
        return np.roll(batch, 1, axis=3)

    batch = np.zeros((1, 3, 5, 5), np.float32)
    batch[:, :, 2, 2] = 1
    result = with_augmentation(slanted)(batch)[0, 0]
    assert np.allclose(result, result[::-1])
    assert np.allclose(result, result[:, ::-1])
    assert np.allclose(result, result.T)


def test_the_unfinished_result_is_offered_after_every_tile() -> None:
    looks: list[Picture] = []
    run = Run(viewer=lambda look: looks.append(look()))
    pixels = noise(60, 100)
    run_tiled(lambda batch: batch, pixels, Geometry(1, 0), tile=50, run=run)
    assert len(looks) == 4
    assert np.array_equal(looks[-1].pixels, Picture(pixels).reduced().pixels)


def test_where_nothing_is_finished_yet_the_source_is_shown() -> None:
    looks: list[Picture] = []
    run = Run(viewer=lambda look: looks.append(look()))
    pixels = noise(60, 100)

    def inverted(batch: Batch) -> Batch:
        return np.asarray(1 - batch.repeat(2, axis=2).repeat(2, axis=3))

    run_tiled(inverted, pixels, Geometry(2, 0), tile=50, run=run)
    doubled = pixels.repeat(2, axis=0).repeat(2, axis=1)
    source, result = (Picture(part).reduced().pixels for part in (doubled, 65535 - doubled))
    first = looks[0].pixels
    assert np.array_equal(first[:60, :100], result[:60, :100])
    assert np.array_equal(first[:, 100:], source[:, 100:])


def test_a_part_that_is_not_shown_offers_nothing() -> None:
    looks: list[Picture] = []
    run = Run(viewer=lambda look: looks.append(look()))
    run_tiled(
        lambda batch: batch, noise(9, 9), Geometry(1, 0), tile=50, run=run.part(0, 1, shown=False)
    )
    assert not looks


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(8, 30), st.integers(8, 30))
def test_a_function_with_its_own_edges_gives_the_bytes_of_the_whole(
    height: int, width: int, tall: int, wide: int
) -> None:
    def blurred(tile: Batch) -> Batch:
        padded = np.pad(tile.astype(np.uint32), ((1, 1), (1, 1), (0, 0)))
        total = sum(
            padded[y : y + len(tile), x : x + tile.shape[1]] for y in range(3) for x in range(3)
        )
        return np.repeat(np.repeat(total // 9, 2, axis=0), 2, axis=1).astype(np.uint16)

    pixels = noise(height, width)
    geometry = Geometry(scale=2, border=1, replicates=False)
    made = enlarge_tiled(blurred, Rows.of(pixels), geometry, (tall, wide), run=Run()).whole()
    assert np.array_equal(made, blurred(pixels))


def test_only_the_last_rows_of_tiles_are_kept() -> None:
    """Computed when read, and released when used: at most two rows of tiles are in memory."""
    pixels = np.zeros((400, 50, 3), np.uint16)
    read = []
    rows = Rows(
        pixels.shape,
        pixels.dtype,
        lambda a, b: read.append(b) or pixels[a:b],  # type: ignore[func-returns-value]
    )
    made = tiled_rows(lambda batch: batch, rows, Geometry(1, 0), tile=50, run=Run())
    assert not read
    made.read(0, 10)
    assert read == [50]
    made.release(60)
    made.read(60, 120)
    assert read == [50, 100, 150]
