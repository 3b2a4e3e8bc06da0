"""Splits, labelled pictures, degradations and the readers of the shared sets."""

import json

import numpy as np
import pytest

from nijigen.core.errors import NotFound
from nijigen_training.data import collage, pages, splits
from nijigen_training.data.boxes import looked_at
from nijigen_training.data.degrade import degraded, luma, screened
from nijigen_training.data.labelled import (
    EVERYWHERE,
    Labelled,
    clipped,
    rows,
    turned,
    warped,
    warped_boxes,
)
from nijigen_training.data.root import data_root


@pytest.fixture(scope="module")
def root():
    try:
        return data_root()
    except NotFound:
        pytest.skip("the shared data is not here")


def test_a_split_is_the_same_everywhere():
    assert splits.share("a", "b") == splits.share("a", "b")
    assert splits.scene_group("o/r:series/12.png") == splits.scene_group("o/r:series/7.png")
    assert splits.scene_group("o/r:anime/cat.png") != splits.scene_group("o/r:anime/dog.png")
    assert splits.scene_group("o/r:anime/cat-1.png") == splits.scene_group("o/r:anime/cat-2.png")


def test_scenes_are_split_about_one_to_four_and_by_series(root):
    entries = json.loads((root / "scenes/faces.json").read_text(encoding="utf-8"))
    real = [entry["source"] for entry in entries if entry["faces"]]
    held = [source for source in real if splits.scene_held_out(source)]
    assert 0.15 < len(held) / len(real) < 0.25
    groups = {splits.scene_group(source) for source in held}
    assert groups.isdisjoint(
        splits.scene_group(source) for source in real if not splits.scene_held_out(source)
    )


@pytest.mark.slow
def test_no_two_scenes_that_look_alike_lie_on_both_sides(root):
    import cv2

    from nijigen_training.data.files import read_pixels
    from nijigen_training.data.scenes import scenes

    def signatures(part):
        found = []
        for scene in scenes(part):
            tiny = cv2.resize(read_pixels(scene.path), (16, 16), interpolation=cv2.INTER_AREA)
            for pixels in (tiny, tiny[:, ::-1]):
                flat = pixels.astype(np.float64).ravel()
                flat -= flat.mean()
                found.append(flat / (np.linalg.norm(flat) + 1e-6))
        return np.array(found)

    # The one pair of near-duplicates correlates at .904; the next pairs are below .9.
    assert (signatures("train") @ signatures("held_out").T).max() < 0.9


def test_readers_keep_the_sides_apart(root):
    from nijigen_training.data import backgrounds, faces96, scenes, sprites

    for reader, name in (
        (scenes.scenes, lambda one: one.path),
        (sprites.sprites, lambda one: one.character),
        (faces96.face_files, str),
        (backgrounds.background_files, str),
        (backgrounds.photo_files, str),
    ):
        train = {name(one) for one in reader("train")}
        held = {name(one) for one in reader("held_out")}
        assert train
        assert held
        assert train.isdisjoint(held)


def test_scene_boxes_lie_in_the_reduced_picture(root):
    from nijigen_training.data.scenes import scene_picture, scenes

    for scene in [one for one in scenes("held_out") if one.faces][:8]:
        picture = scene_picture(scene)
        height, width = picture.pixels.shape[:2]
        assert (picture.faces[:, :2] >= -1).all()
        assert (picture.faces[:, 2] <= width + 1).all()
        assert (picture.faces[:, 3] <= height + 1).all()


def test_what_the_annotation_missed_is_added_on_the_training_side_alone(root):
    from nijigen_training.data.scenes import MORE, scene_picture, scenes

    more = looked_at(MORE)
    train = {scene.path.stem: scene for scene in scenes("train")}
    assert set(more) <= set(train)
    for name, faces in more.items():
        for face in faces:
            if face.weight:
                at = train[name].faces.index(face.box)
                assert train[name].views[at] == face.view
            else:
                assert face.box in train[name].unknown
    assert sum(map(len, more.values())) > 10
    assert (scene_picture(train["0471"]).faces[:, 4] == [1, 1, 1, 0]).all()


def test_drawings_have_the_same_faces_in_all_renditions(root):
    from nijigen_training.data.drawings import drawing_picture, drawings

    every = drawings()
    assert len(every) > 80
    for drawing in every[::9]:
        picture = drawing_picture(drawing)
        height, width = picture.pixels.shape[:2]
        left, top, right, bottom, weight = picture.faces[0]
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert weight == 1
        assert 0.8 < (right - left) / (bottom - top) < 1.25


def test_sprites_have_square_faces_with_eyes_and_mouth_inside(root):
    from nijigen_training.data.sprites import head_box, sprite_pixels, sprites

    every = [one for one in sprites("train") if one.eye_left and one.mouth]
    assert len(every) > 200
    for one in every[::60]:
        left, top, right, bottom = one.face
        assert right - left == pytest.approx(bottom - top)
        for inner in (one.eye_left, one.eye_right, one.mouth):
            x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
            assert left < x < right
            assert top < y < bottom
        pixels, unit = sprite_pixels(one)
        face = tuple(value * unit for value in one.face)
        head = head_box(pixels[:, :, 3], face)
        assert head[1] < face[1] < head[3] < face[3]


def test_faces96_are_read_with_their_labels(root):
    from nijigen_training.data.faces96 import face_files, face_labels, face_pixels

    files = face_files("held_out")
    assert face_pixels(files[0]).shape == (96, 96, 3)
    assert len(face_labels()) > 10_000


def test_the_pool_is_drawn_and_read_back(tmp_path, monkeypatch):
    from nijigen_training.data import characters

    monkeypatch.setenv("NIJIGEN_TRAINING_CACHE", str(tmp_path))
    monkeypatch.setenv("NIJIGEN_DATA", str(tmp_path))
    monkeypatch.setattr(characters, "BLOCK", 2)
    characters.pool.cache_clear()
    with pytest.raises(NotFound):
        characters.pool()
    path = characters.draw_block(3)
    stamp = path.stat().st_mtime_ns
    assert characters.draw_block(3).stat().st_mtime_ns == stamp
    first, second = characters.pool()
    characters.pool.cache_clear()
    assert (first.seed, second.seed) == (1_000_006, 1_000_007)
    assert first.landmarks.shape == (64, 2)
    pixels = characters.drawn_pixels(first)
    assert pixels.shape == (256, 256, 4)
    assert 0.1 < (pixels[:, :, 3] > 127).mean() < 0.95
    center = (np.array(first.face[:2]) + first.face[2:]) / 2
    assert np.abs(center - first.landmarks.mean(axis=0)).max() < 0.2 * 256


def test_boxes_go_where_the_pixels_go():
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[40:60, 120:140] = 255
    picture = Labelled(pixels, rows((120, 40, 140, 60, 1)))
    for degrees, flip in ((0, False), (90, False), (0, True), (90, True)):
        matrix = turned((130, 50), 1.5, degrees, (60, 70), flip)
        seen = warped(picture, matrix, 128, 128, (0, 0, 0))
        y, x = np.nonzero(seen.pixels[:, :, 0] > 127)
        box = seen.faces[0]
        assert box[:4] == pytest.approx([x.min(), y.min(), x.max() + 1, y.max() + 1], abs=1.5)


def test_a_cut_face_is_asked_for_only_where_enough_of_it_is_seen():
    boxes = rows((-10, 10, 30, 50, 1), (-30, 10, 10, 50, 1), (200, 0, 240, 40, 1), (5, 5, 8, 8, 1))
    seen = clipped(boxes, 100, 100)
    assert seen[:, 4].tolist() == [1, 0, 0]
    assert seen[0, :4].tolist() == [0, 10, 30, 50]


def test_what_covers_a_face_makes_it_unknown():
    canvas = Labelled(np.zeros((64, 64, 3), np.uint8), rows((10, 10, 40, 40, 1)))
    opaque = np.full((10, 10, 4), 255, np.uint8)
    beside = turned((5, 5), 1, 0, (12, 12))
    collage.paste(canvas, opaque, beside, rows(), rows())
    assert canvas.faces[0, 4] == 1
    over = turned((5, 5), 3, 0, (25, 25))
    collage.paste(canvas, opaque, over, rows(), rows())
    assert canvas.faces[0, 4] == 0
    assert canvas.pixels[25, 25].tolist() == [255, 255, 255]


def test_what_is_unknown_stays_within_its_part_of_a_mosaic():
    part = Labelled(np.zeros((20, 30, 3), np.uint8), heads=rows(EVERYWHERE))
    canvas = Labelled(np.zeros((64, 64, 3), np.uint8))
    collage.place(canvas, part, 10, 20)
    assert canvas.heads[0].tolist() == [10, 20, 40, 40, 0]


def test_warped_boxes_keep_their_sides_when_turned():
    box = rows((10, 10, 30, 50, 0.5))
    moved = warped_boxes(box, turned((20, 30), 2, 45, (0, 0)))
    assert moved[0].tolist() == pytest.approx([-20, -40, 20, 40, 0.5], abs=1e-4)


def test_degradations_keep_size_and_follow_their_numbers():
    pixels = pages.interface(np.random.default_rng(1), 96, 64)
    kept = pixels.copy()
    for number in range(40):
        one = degraded(pixels, np.random.default_rng(number))
        two = degraded(pixels, np.random.default_rng(number))
        assert one.shape == pixels.shape
        assert one.dtype == np.uint8
        assert np.array_equal(one, two)
    assert np.array_equal(pixels, kept)


def test_a_screen_prints_about_as_dark_as_the_gray_it_stands_for():
    means = []
    for gray in (70, 110, 150, 200):
        printed = screened(np.full((96, 96), gray, np.uint8), 4.0, 45, False)
        means.append(float(printed.mean()))
        assert abs(means[-1] - gray) < 30
        assert printed.min() < 30
        assert printed.max() > 225
    assert means == sorted(means)
    assert screened(np.full((8, 8), 20, np.uint8), 4.0, 45, False).max() == 0
    assert luma(np.full((2, 2, 3), 9, np.uint8)).tolist() == [[9, 9], [9, 9]]


def test_panels_lie_apart_inside_the_page():
    for seed in range(20):
        found = pages.panels(np.random.default_rng(seed), 256, 256, 6)
        page = np.zeros((256, 256), int)
        for left, top, right, bottom in found:
            assert 0 <= left < right <= 256
            assert 0 <= top < bottom <= 256
            page[top:bottom, left:right] += 1
        assert found
        assert page.max() == 1
