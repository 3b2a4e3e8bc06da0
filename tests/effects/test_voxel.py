"""Voxel: what columns show, where they cast shadows, and that pixels and vectors agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nijigen import Animation, Artwork, Picture
from nijigen.core.artwork import Layer
from nijigen.core.drawing import Drawing
from nijigen.effects.voxel import voxel

PLAIN = {"shadow": 0.0, "occlusion": 0.0, "bevel": 0.0, "smoothness": 0.0}


def flat(color: tuple[int, int, int], width: int = 16, height: int = 12) -> Picture:
    return Picture(np.full((height, width, 3), color, np.uint8))


def tower(level: int = 255) -> Picture:
    """Black, with a light square in the middle."""
    pixels = np.zeros((24, 24), np.uint8)
    pixels[10:14, 10:14] = level
    return Picture(pixels)


def seen(made: Drawing | Animation) -> np.ndarray:
    assert isinstance(made, Drawing)
    return made.pixels.astype(int)


def test_from_above_it_is_the_picture() -> None:
    random = np.random.default_rng(4).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    made = seen(voxel(Picture(random), tilt=90, turn=0, size=106, **PLAIN))
    # A margin of three percent around eight columns.
    centers = (np.arange(8) * 12.5 + 3 + 6.25).astype(int)
    assert np.abs(made[centers][:, centers, :3] - random).max() <= 14
    assert (made[centers][:, centers, 3] == 255).all()


def test_tops_have_the_color_and_sides_are_darker() -> None:
    made = seen(voxel(flat((200, 100, 60)), turn=0, tilt=45, height=20, size=120, **PLAIN))
    solid = made[made[:, :, 3] == 255][:, :3]
    assert np.abs(solid[: len(solid) // 3] - (200, 100, 60)).max() <= 8
    assert solid[-1].sum() < 0.75 * 360


def test_a_tower_stands_where_it_should_and_rises() -> None:
    """Seen from 45°, its top is as far above the place of a low one as it is high."""

    def center(height: float) -> tuple[float, float]:
        made = seen(voxel(tower(), turn=0, tilt=45, height=height, size=300, **PLAIN))
        y, x = np.nonzero(made[:, :, :3].sum(axis=2) > 640)
        scale = np.ptp(np.nonzero(made[:, :, 3].max(axis=0))[0]) / 24
        # From the front edge of the ground, which does not move.
        bottom = np.nonzero(made[:, :, 3].max(axis=1))[0].max()
        return float(x.mean()) / made.shape[1], float(bottom - y.mean()) / scale

    (low_x, low_y), (high_x, high_y) = center(10), center(40)
    assert abs(low_x - 0.5) < 0.01
    assert abs(high_x - 0.5) < 0.01
    assert abs((high_y - low_y) - 24 * 0.3 * np.sqrt(0.5)) < 0.25


def test_shadows_fall_away_from_the_lamp_and_turn_with_the_picture() -> None:
    def sides(turn: float, light: float) -> tuple[float, float]:
        """Brightness left and right of the tower."""
        gray = Picture(np.where(tower().pixels == 0, 128, 255).astype(np.uint8))
        made = seen(
            voxel(gray, height_map=tower(), turn=turn, tilt=90, light=light, light_height=30,
                  height=40, occlusion=0, bevel=0, smoothness=0, size=160)
        )  # fmt: skip
        y, x = np.nonzero(made[:, :, 0] > 225)
        middle, edge = round(float(y.mean())), (x.min(), x.max())
        row = made[middle - 4 : middle + 4, :, 0].mean(axis=0)
        return float(row[edge[0] - 20 : edge[0] - 7].mean()), float(
            row[edge[1] + 7 : edge[1] + 20].mean()
        )

    for turn in (0, 90):
        left, right = sides(turn, light=180)
        assert left > right + 30
        left, right = sides(turn, light=0)
        assert right > left + 30


def test_where_the_picture_is_transparent_there_is_nothing() -> None:
    pixels = np.full((12, 12, 4), 200, np.uint8)
    pixels[:, :6, 3] = 0
    pixels[:, 6:, 3] = 255
    half = seen(voxel(Picture(pixels), turn=0, size=80, **PLAIN))
    whole = seen(voxel(flat((200, 200, 200), 12, 12), turn=0, size=80, **PLAIN))
    count, all_ = (int((one[:, :, 3] == 255).sum()) for one in (half, whole))
    assert 0.45 < count / all_ < 0.55
    assert half[:, :30, 3].max() == 0
    assert (seen(voxel(Picture(pixels * np.uint8(0)), size=40, **PLAIN))[:, :, 3] == 0).all()


def test_layers_lie_above_each_other() -> None:
    ground = Picture(np.full((12, 12, 3), 255, np.uint8))
    figure = Picture(np.zeros((6, 6, 3), np.uint8))
    artwork = Artwork((12, 12), (Layer("ground", ground), Layer("figure", figure, 3, 3)))
    by_layers = seen(voxel(artwork, by="layers", turn=0, tilt=30, height=50, size=80, **PLAIN))
    by_map = seen(
        voxel(artwork.flatten(), height_map=Picture(255 - artwork.flatten().pixels[:, :, :1]),
              turn=0, tilt=30, height=50, size=80, **PLAIN)
    )  # fmt: skip
    assert np.array_equal(by_layers, by_map)


def test_it_turns_once() -> None:
    made = voxel(tower(), turntable=1, fps=4, size=64)
    assert isinstance(made, Animation)
    assert len(made.frames) == 4
    still = voxel(tower(), turntable=1, fps=4, turn=-160, size=64)
    assert isinstance(still, Animation)
    assert np.array_equal(still.frames[0].pixels, made.frames[2].pixels)


def test_vectors_show_the_same(tmp_path: Path) -> None:
    made = voxel(tower(200), resolution=8, size=64, turn=30, **PLAIN)
    assert isinstance(made, Drawing)
    made.save(tmp_path / "columns.svg")
    drawn = Picture.open(tmp_path / "columns.svg").rgb((90, 160, 90)).pixels.astype(int)
    assert np.abs(drawn - made.rgb((90, 160, 90)).pixels).mean() < 4


def test_ground() -> None:
    made = seen(voxel(tower(), transparent=False, ground="#305070", size=64))
    assert made.shape[2] == 3
    assert made[0, 0].tolist() == [0x30, 0x50, 0x70]
