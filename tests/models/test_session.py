"""Sessions: sizes, runtimes, threads, and the cache of graphs."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args
from unittest.mock import Mock

import numpy as np
import pytest
from numpy.typing import NDArray

from extras import needs, needs_weights
from nijigen.core.errors import ModelError, NotFound, SettingsError
from nijigen.models import _choice, card, session, store
from nijigen.models._onnx import cache
from nijigen.models.session import open_session, set_threads, threads

Make = Callable[..., Path]


Net = Callable[..., bytes]


Draw = Callable[[int, int], NDArray[np.float32]]


NCNN = (
    b"7767517\n2 2\nInput input 0 1 in\nConvolution c 1 1 in out 0=3 1=3 5=1 6=81\n",
    (0).to_bytes(4, "little") + np.arange(84, dtype="<f4").tobytes(),
)


def test_runs(make_model: Make, onnx_net: Net, batch: Draw) -> None:
    make_model("mine", {"onnx": onnx_net(0.5, 0.1)})
    picture = batch(20, 30)
    result = open_session("mine")(picture)
    assert result.dtype == np.float32
    assert np.abs(result - (picture * 0.5 + 0.1)).max() < 1e-6


def test_many_sizes_and_pictures_at_once(make_model: Make, onnx_net: Net, batch: Draw) -> None:
    make_model("mine", {"onnx": onnx_net(2, 0, 3)}, extra="shapes.1x.border = 3")
    net = open_session("mine")
    for height, width in [(8, 8), (30, 9), (7, 40), (64, 64), (8, 8)]:
        assert net(batch(height, width)).shape == (1, 3, height - 6, width - 6)
    assert net(np.repeat(batch(10, 10), 4, axis=0)).shape == (4, 3, 4, 4)


def test_size_that_does_not_suit(make_model: Make, onnx_net: Net, batch: Draw) -> None:
    extra = "shapes.1x.border = 4\nshapes.1x.multiple_of = 2"
    make_model("mine", {"onnx": onnx_net(2, 0, 4)}, extra=extra)
    net = open_session("mine")
    for height, width in [(8, 20), (20, 8), (20, 21)]:
        with pytest.raises(ModelError, match=f"{width}×{height}") as caught:
            net(batch(height, width))
        assert "multiple of 2" in caught.value.hint


def test_session_stays_open(make_model: Make, onnx_net: Net) -> None:
    for number in range(session.OPEN_AT_ONCE + 1):
        make_model(f"m{number}", {"onnx": onnx_net(number)})
    first = open_session("m0")
    assert open_session("m0") is first
    assert open_session("m0", "main") is first
    set_threads(1)
    assert open_session("m0") is not first
    set_threads(None)
    for number in range(session.OPEN_AT_ONCE + 1):
        open_session(f"m{number}")
    assert len(session._open) == session.OPEN_AT_ONCE
    assert open_session("m0") is not first


def test_changed_model_is_opened_anew(make_model: Make, onnx_net: Net, batch: Draw) -> None:
    picture = batch(8, 8)
    for factor in (1.0, 0.25):
        make_model("mine", {"onnx": onnx_net(factor)})
        assert np.abs(open_session("mine")(picture) - picture * factor).max() < 1e-6


def test_several_threads(make_model: Make, onnx_net: Net, batch: Draw) -> None:
    make_model("mine", {"onnx": onnx_net(0.5)})
    picture = batch(64, 64)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: open_session("mine")(picture), range(16)))
    assert all(np.array_equal(result, picture * 0.5) for result in results)
    assert len(session._open) == 1


def test_unknown_network(make_model: Make, onnx_net: Net) -> None:
    make_model("mine", {"onnx": onnx_net()})
    with pytest.raises(NotFound, match="'mian'"):
        open_session("mine", "mian")
    with pytest.raises(NotFound, match="'yours'"):
        open_session("yours")


def test_corrupt_weights(make_model: Make, onnx_net: Net) -> None:
    (make_model("mine", {"onnx": onnx_net()}) / "net.onnx").write_bytes(b"?")
    with pytest.raises(ModelError, match="corrupt"):
        open_session("mine")


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_file_that_is_no_network(
    runtime: str,
    make_model: Make,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    needs(runtime)
    monkeypatch.setenv("NIJIGEN_RUNTIME", runtime)
    make_model("mine", {"onnx": b"this is no network"})
    with pytest.raises(ModelError, match="model mine cannot run") as caught:
        open_session("mine")
    assert "\n" not in caught.value.message
    assert capfd.readouterr() == ("", ""), "the runtime must not speak for itself"


def test_network_that_fails_says_so_once(
    make_model: Make, batch: Draw, capfd: pytest.CaptureFixture[str]
) -> None:
    from nijigen.models._onnx.graph import GraphBuilder

    graph = GraphBuilder()
    wide = graph.constant(np.zeros((1, 3, 5, 5), np.float32))
    model = graph.model("input", graph.node("Add", ["input", wide]))
    make_model("mine", {"onnx": model.SerializeToString()})
    with pytest.raises(ModelError, match="cannot run"):
        open_session("mine")(batch(8, 8))
    assert capfd.readouterr() == ("", "")


# cunet has no ranges for 8-bit integers, which are in test_int8.py.
@pytest.mark.parametrize("runtime", sorted({*get_args(_choice.Runtime)} - {"onnxruntime-int8"}))
@pytest.mark.parametrize("key", ["none_scale2x", "noise0_scale1x"])
def test_runtimes_agree(
    runtime: str, key: str, batch: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(runtime.removesuffix("-bf16"))
    if runtime == "openvino-bf16" and not session._calculates_in_bfloat16():
        pytest.skip("this CPU does not calculate in bfloat16")
    picture = batch(76, 84)
    expected = open_session("waifu2x-cunet", key)(picture)
    monkeypatch.setenv("NIJIGEN_RUNTIME", runtime)
    net = open_session("waifu2x-cunet", key)
    assert net.runtime == runtime
    result = net(picture)
    assert result.shape == expected.shape
    # Half precision keeps about 8 bits.
    assert np.abs(result - expected).max() < (0.05 if runtime == "openvino-bf16" else 1e-5)
    assert np.array_equal(net(picture), result), "the same input gives the same bytes"
    assert net(batch(96, 80)).shape[2:] != result.shape[2:]
    assert np.array_equal(net(picture), result), "an earlier size is still right"


def test_network_that_keeps_its_border(batch: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("ncnn")
    needs_weights("real-esrgan-animevideo-v3")
    expected = open_session("real-esrgan-animevideo-v3")(batch(50, 60))
    assert expected.shape == (1, 3, 24, 44)
    monkeypatch.setenv("NIJIGEN_RUNTIME", "ncnn")
    result = open_session("real-esrgan-animevideo-v3")(batch(50, 60))
    assert np.abs(result - expected).max() < 1e-5


def test_saturated_color_does_not_break_down() -> None:
    needs_weights("real-cugan-se")
    magenta = np.ones((1, 3, 96, 96), np.float32)
    magenta[:, 1] = 0
    for model in ("real-cugan-se", "real-cugan-pro"):
        result = open_session(model, "none_scale2x")(magenta)
        assert np.abs(result - magenta[:, :, :1, :1]).max() < 0.1


def test_tile_of_upconv_7_is_the_same_bytes(batch: Draw) -> None:
    net = open_session("waifu2x-upconv-7-art")
    whole = net(batch(90, 100))
    tile = net(np.ascontiguousarray(batch(90, 100)[:, :, 21:70, 30:85]))
    assert np.array_equal(tile, whole[:, :, 42 : 42 + 70, 60 : 60 + 82])


def test_ncnn_takes_only_its_own_format(
    make_model: Make, onnx_net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("ncnn")
    monkeypatch.setenv("NIJIGEN_RUNTIME", "ncnn")
    make_model("mine", {"onnx": onnx_net()})
    assert open_session("mine").runtime == "onnxruntime"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runtimes that networks were opened on; nothing is really opened."""
    names: list[str] = []

    def read(card: Any, key: str, runtime: str, outputs: Any) -> session.Opened:
        names.append(runtime)
        return session.Opened(lambda *_: [], (), ())

    monkeypatch.setattr(session, "_read", read)
    return names


@pytest.mark.parametrize(
    ("there", "bfloat16", "timed"),
    [
        (set(), True, ()),
        ({"openvino"}, True, ("openvino-bf16", "openvino", "onnxruntime")),
        ({"openvino"}, False, ("openvino", "onnxruntime")),
        ({"openvino", "ncnn"}, True, ("openvino-bf16", "ncnn", "openvino", "onnxruntime")),
        ({"ncnn"}, False, ("ncnn", "onnxruntime")),
    ],
)
def test_fastest_runtime_is_chosen(
    there: set[str],
    bfloat16: bool,
    timed: tuple[str, ...],
    make_model: Make,
    monkeypatch: pytest.MonkeyPatch,
    opened: list[str],
) -> None:
    make_model("mine", {"param": NCNN[0], "bin": NCNN[1]})
    monkeypatch.delenv("NIJIGEN_RUNTIME")
    there = there | {"onnxruntime"}
    monkeypatch.setattr(_choice, "find_spec", lambda name: name in there or None)
    monkeypatch.setattr(session, "_calculates_in_bfloat16", lambda: bfloat16)
    asked: list[tuple[str, ...]] = []

    def fastest(_: str, geometry: object, runners: dict[str, object], threads: int) -> str:
        asked.append(tuple(runners))
        return list(runners)[-2]

    monkeypatch.setattr(session, "fastest", fastest)
    chosen = timed[-2] if timed else "onnxruntime"
    assert open_session("mine").runtime == chosen
    assert opened == [chosen]
    assert asked == ([timed] if timed else [])


@pytest.fixture
def points_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bundled model that answers with numbers: per picture and channel the mean."""
    from nijigen.models._onnx.graph import GraphBuilder

    graph = GraphBuilder()
    mean = graph.node("ReduceMean", ["input"], axes=[2, 3], keepdims=0)
    data = graph.model("input", mean).SerializeToString()
    place = folder.parent / "bundled" / "points"
    place.mkdir(parents=True)
    (place / "model.onnx").write_bytes(data)
    (place / "card.toml").write_text(
        'name = "points"\ntask = "points"\nsummary = "Means"\nlicence = "Apache-2.0"\n'
        'source = "The test"\ntraining_data = "None"\nlimits = ["All"]\nformat = "onnx"\n'
        'precision = "float32"\ndefault = "default"\nshapes.1x.multiple_of = 8\n'
        f'[files.default.onnx]\nmember = "model.onnx"\nsha256 = "{sha256(data).hexdigest()}"\n'
    )
    for module in (card, store):
        monkeypatch.setattr(module, "BUNDLED", place.parent)
    return "points"


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_network_that_does_not_answer_with_a_picture(
    runtime: str, points_model: str, batch: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(runtime)
    monkeypatch.setenv("NIJIGEN_RUNTIME", runtime)
    monkeypatch.setenv("NIJIGEN_THREADS", "1")
    opened = open_session(points_model)
    assert opened.runtime == runtime
    for height, width in ((8, 8), (32, 64), (16, 40)):
        pictures = np.repeat(batch(height, width), 3, axis=0)
        answer = opened(pictures)
        assert answer.shape == (3, 3)
        assert np.abs(answer - pictures.mean((2, 3))).max() < 1e-5
    with pytest.raises(ModelError, match="9×8 pixels"):
        opened(batch(8, 9))


def test_points_are_never_calculated_in_bfloat16(
    points_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("openvino")
    monkeypatch.setattr(session, "_calculates_in_bfloat16", lambda: True)
    monkeypatch.delenv("NIJIGEN_RUNTIME")
    assert open_session(points_model).runtime == "onnxruntime"
    asked: list[dict[str, object]] = []

    class Core:
        def read_model(self, data: bytes) -> Any:
            return Mock(inputs=(), outputs=())

        def compile_model(self, model: Any, device: str, options: dict[str, object]) -> Any:
            asked.append(options)
            return Mock()

    monkeypatch.setattr(session, "_openvino_core", Core)
    # The switch is a wish: what must not be calculated in bfloat16 is calculated in float32.
    monkeypatch.setenv("NIJIGEN_RUNTIME", "openvino-bf16")
    assert open_session(points_model).runtime == "openvino"
    assert asked[0]["INFERENCE_PRECISION_HINT"] == "f32"


def test_bundled_model_that_is_damaged(points_model: str, folder: Path) -> None:
    (folder.parent / "bundled" / "points" / "model.onnx").write_bytes(b"?")
    with pytest.raises(ModelError, match="corrupt") as caught:
        open_session(points_model)
    assert "install Nijigen again" in caught.value.hint


def test_forced_runtime_that_is_not_there(
    make_model: Make, onnx_net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_model("mine", {"onnx": onnx_net()})
    monkeypatch.setattr(_choice, "find_spec", lambda _: None)
    monkeypatch.setenv("NIJIGEN_RUNTIME", "openvino")
    with pytest.raises(ModelError, match="not installed") as caught:
        open_session("mine")
    assert "nijigen[fast]" in caught.value.hint
    monkeypatch.setenv("NIJIGEN_RUNTIME", "tensorrt")
    with pytest.raises(ModelError, match="tensorrt") as caught:
        open_session("mine")
    assert "openvino" in caught.value.hint


def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert threads() == available
    monkeypatch.setenv("NIJIGEN_THREADS", "3")
    assert threads() == 3
    set_threads(5)
    assert threads() == 5
    set_threads(None)
    assert threads() == 3
    for wrong in ("0", "-1", "many", "1.5"):
        monkeypatch.setenv("NIJIGEN_THREADS", wrong)
        with pytest.raises(SettingsError, match="NIJIGEN_THREADS"):
            threads()
    with pytest.raises(SettingsError, match="0 threads"):
        set_threads(0)


def test_graph_is_kept(make_model: Make, monkeypatch: pytest.MonkeyPatch, batch: Draw) -> None:
    make_model("mine", {"param": NCNN[0], "bin": NCNN[1]}, extra="shapes.1x.border = 1")
    first = open_session("mine")(batch(9, 9))
    assert len(list(cache.cache_folder().iterdir())) == 1
    session._open.clear()
    monkeypatch.setattr(cache.ncnn, "read_net", None)
    assert np.array_equal(open_session("mine")(batch(9, 9)), first)


@pytest.mark.parametrize("damage", ["empty", "short", "flipped", "folder"])
def test_damaged_cache_is_made_anew(
    damage: str, make_model: Make, batch: Draw, tmp_path: Path
) -> None:
    make_model("mine", {"param": NCNN[0], "bin": NCNN[1]}, extra="shapes.1x.border = 1")
    first = open_session("mine")(batch(9, 9))
    (kept,) = cache.cache_folder().iterdir()
    data = bytearray(kept.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
    kept.write_bytes({"empty": b"", "short": data[:-1]}.get(damage, data))
    if damage == "folder":
        kept.unlink()
        kept.mkdir()
    session._open.clear()
    assert np.array_equal(open_session("mine")(batch(9, 9)), first)
    if damage != "folder":
        assert cache._kept(kept.stem) is not None


def test_cache_that_cannot_be_written(
    make_model: Make, batch: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NIJIGEN_CACHE", str(tmp_path / "file" / "cache"))
    make_model("mine", {"param": NCNN[0], "bin": NCNN[1]}, extra="shapes.1x.border = 1")
    assert open_session("mine")(batch(9, 9)).shape == (1, 3, 7, 7)


def test_changed_card_is_another_graph(make_model: Make, batch: Draw) -> None:
    results = []
    for extra in ("shapes.1x.border = 1", "shapes.1x = {border = 1, value_scale = 0.5}"):
        make_model("mine", {"param": NCNN[0], "bin": NCNN[1]}, extra=extra)
        results.append(open_session("mine")(batch(9, 9)))
    assert not np.array_equal(*results)
    assert len(list(cache.cache_folder().iterdir())) == 2
