"""Voxel model: the files, read as their specifications say."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.effects.voxel_model import voxel_model

KINDS = {5126: np.float32, 5123: np.uint16, 5125: np.uint32}
RANKS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}


def steps() -> Picture:
    """Two rows of three colors; the picture is dark on the left."""
    colors = [[(10, 10, 10), (0, 128, 0), (255, 255, 255)]] * 2
    return Picture(np.array(colors, np.uint8).repeat(4, axis=0).repeat(4, axis=1))


def mesh(content: bytes) -> dict[str, Any]:
    magic, version, total = struct.unpack("<4sII", content[:12])
    assert (magic, version, total) == (b"glTF", 2, len(content))
    size, kind = struct.unpack("<I4s", content[12:20])
    assert (kind, size % 4) == (b"JSON", 0)
    document = json.loads(content[20 : 20 + size])
    binary = content[28 + size :]
    assert struct.unpack("<I4s", content[20 + size : 28 + size]) == (len(binary), b"BIN\0")
    arrays = []
    for accessor in document["accessors"]:
        view = document["bufferViews"][accessor["bufferView"]]
        data = binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
        array = np.frombuffer(data, KINDS[accessor["componentType"]])
        arrays.append(array.reshape(accessor["count"], RANKS[accessor["type"]]))
    part = document["meshes"][0]["primitives"][0]
    return {**{name: arrays[n] for name, n in part["attributes"].items()}, "index": arrays[3]}


def volume(points: np.ndarray, triangles: np.ndarray) -> float:
    a, b, c = (points[triangles[:, corner]].astype(float) for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


@pytest.mark.parametrize("shape", ["bars", "voxels"])
def test_a_mesh_is_closed_and_its_faces_look_outwards(shape: str) -> None:
    made = mesh(voxel_model(steps(), shape=shape, height=25, smoothness=0).content)
    points, triangles = made["POSITION"], made["index"].reshape(-1, 3)
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    assert ((across * made["NORMAL"][triangles[:, 0]]).sum(axis=1) > 0).all()
    assert np.abs(across.sum(axis=0)).max() < 1e-5
    # Columns of 1 to 4 cells, on cells of 1/12 m; 32 of each color.
    heights = sorted(set(np.round(points[:, 1] * 12, 3)))
    assert heights[0] == 0
    assert heights[-1] == 4
    assert volume(points, triangles) == pytest.approx(32 * sum(heights[1:]) / 12**3, rel=1e-4)


def test_colors_of_a_mesh_are_linear() -> None:
    made = mesh(voxel_model(steps(), height=0).content)
    green = made["COLOR_0"][(made["POSITION"][:, 0] > -0.1) & (made["POSITION"][:, 0] < 0.1)]
    assert green[0].tolist() == [0, round(((128 / 255 + 0.055) / 1.055) ** 2.4 * 65535), 0, 65535]


def test_another_program_reads_the_mesh(tmp_path: Path) -> None:
    trimesh = pytest.importorskip("trimesh", reason="trimesh is not installed")
    (tmp_path / "a.glb").write_bytes(voxel_model(steps(), height=25).content)
    loaded = trimesh.load(tmp_path / "a.glb", force="mesh")
    assert loaded.extents[0] == pytest.approx(1)
    assert loaded.volume > 0


def chunks(data: bytes) -> Iterator[tuple[str, bytes]]:
    while data:
        name, size, below = struct.unpack("<4s2i", data[:12])
        yield name.decode(), data[12 : 12 + size]
        if below:
            yield from chunks(data[12 + size : 12 + size + below])
        data = data[12 + size + below :]


def voxels(content: bytes) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Return the color of each voxel by its place in the scene, after the nodes of the scene."""
    assert content[:8] == b"VOX \x96\0\0\0"
    found = list(chunks(content[8:]))
    assert found[0] == ("MAIN", b"")
    sizes = [struct.unpack("<3i", data) for name, data in found if name == "SIZE"]
    models = [np.frombuffer(d[4:], np.uint8).reshape(-1, 4) for name, d in found if name == "XYZI"]
    palette = np.frombuffer(next(d for name, d in found if name == "RGBA"), np.uint8)
    places = [d.split(b"_t")[1][4:].split() for name, d in found if name == "nTRN" and b"_t" in d]
    shown = [struct.unpack("<i", d[12:16])[0] for name, d in found if name == "nSHP"]
    assert shown == list(range(len(models)))
    result: dict[tuple[int, ...], tuple[int, ...]] = {}
    for size, model, place in zip(sizes, models, places, strict=True):
        assert max(size) <= 256
        assert (model[:, :3] < size).all()
        low = np.array([int(part) for part in place]) - np.array(size) // 2
        for *at, index in model.tolist():
            where = tuple((low + at).tolist())
            assert where not in result
            result[where] = tuple(palette[4 * (index - 1) : 4 * index].tolist())
    return result


def test_voxels_have_their_places_and_colors() -> None:
    found = voxels(voxel_model(steps(), format="vox", height=25, smoothness=0).content)
    low, high = min(found), max(found)
    assert np.subtract(high, low)[:2].tolist() == [11, 7]
    tops = {at: max(z for x, y, z in found if (x, y) == at) for at in {f[:2] for f in found}}
    assert [tops[x, 0] for x in range(low[0], high[0] + 1, 4)] == [0, tops[-2, 0], 3]
    assert {color[:3] for color in found.values()} == {(10, 10, 10), (0, 128, 0), (255,) * 3}
    assert found[low[0], 0, 0] == (10, 10, 10, 255)


def test_the_upper_edge_is_behind_and_large_pictures_are_split() -> None:
    pixels = np.zeros((9, 300, 3), np.uint8)
    pixels[0] = 255, 0, 0
    found = voxels(voxel_model(Picture(pixels), format="vox", resolution=300, height=0).content)
    assert len(found) == 9 * 300
    red = {y for (_, y, _), color in found.items() if color[0] == 255}
    assert red == {max(y for _, y, _ in found)}


def test_many_colors_become_255() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (24, 24, 3), dtype=np.uint8)
    found = voxels(voxel_model(Picture(noise), format="vox", height=0).content)
    assert 128 < len(set(found.values())) <= 255
    for (x, y, _), color in list(found.items())[::97]:
        assert np.abs(noise[11 - y, x + 12].astype(int) - color[:3]).mean() < 40


@pytest.mark.parametrize(
    ("command", "name", "said"),
    [
        ("voxel", "a.glb", "use effects.voxel_model"),
        ("voxel-model", "a.obj", "name it a.glb"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(
    tmp_path: Path, command: str, name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Picture(np.zeros((8, 8), np.uint8)).save(tmp_path / "in.png")
    assert main(["effects", command, str(tmp_path / "in.png"), "-o", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / name).exists()
