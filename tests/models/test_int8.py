"""Networks in 8-bit integers: how they are made, who runs on them, and what they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nijigen import Picture
from nijigen.cli.main import main
from nijigen.core.errors import ModelError
from nijigen.core.runtimes import recording, using
from nijigen.models import _cpu, session, store
from nijigen.models._cpu import multiplies_int8
from nijigen.models._onnx.cache import cache_folder, int8_bytes
from nijigen.models._onnx.graph import GraphBuilder, Unreadable
from nijigen.models._onnx.int8 import quantized
from nijigen.models.card import load_card
from nijigen.models.session import open_session
from nijigen.upscale.waifu2x import waifu2x
from pictures import drawing

Floats = NDArray[np.float32]
INT8 = "onnxruntime-int8"
MODEL = "waifu2x-upconv-7-art"
on_int8 = pytest.mark.skipif(not multiplies_int8(), reason="this CPU has no 8-bit dot products")


@pytest.fixture
def other_cpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Replace a line of what Linux says of the CPU."""

    def replace(field: str, value: str) -> None:
        monkeypatch.setattr(_cpu, "_field", lambda name: value if name == field else "")
        multiplies_int8.cache_clear()

    yield replace
    multiplies_int8.cache_clear()


# --- The graph ------------------------------------------------------------------------------


def rounded(x: Floats, low: float, high: float) -> Floats:
    step = np.float32((high - low) / 255)
    zero = round(-low / step)
    return ((np.rint(x / step) + zero).clip(0, 255) - zero).astype(np.float32) * step


def convolved(x: Floats, weights: Floats, bias: Floats) -> Floats:
    windows = sliding_window_view(x[0], (3, 3), axis=(1, 2))
    result: Floats = np.einsum("chwij,ocij->ohw", windows, weights)[None] + bias[:, None, None]
    return result


def leaky(x: Floats) -> Floats:
    return np.where(x < 0, x * np.float32(0.1), x)


def tiny() -> tuple[bytes, list[tuple[Floats, Floats]]]:
    """Three convolutions with activations between; tensors n0 to n4."""
    random = np.random.default_rng(5)
    layers = [
        (
            random.normal(0, 0.3, (out, into, 3, 3)).astype(np.float32),
            random.normal(0, 0.1, out).astype(np.float32),
        )
        for into, out in ((3, 8), (8, 8), (8, 3))
    ]
    # A channel without weights has no step of its own.
    layers[1][0][2] = 0
    graph, x = GraphBuilder(), "input"
    for number, (weights, bias) in enumerate(layers):
        x = graph.node("Conv", [x, graph.constant(weights), graph.constant(bias)])
        x = graph.node("LeakyRelu", [x], alpha=0.1) if number < 2 else x
    model: Any = graph.model("input", x)
    return model.SerializeToString(), layers


RANGES = {"n1": (-0.2, 2.5), "n2": (-4.0, 4.0), "n3": (-0.4, 4.0)}


def run(graph: bytes, x: Floats, *, optimized: bool) -> Floats:
    options = onnxruntime.SessionOptions()
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    net = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    (answer,) = net.run(None, {"input": x})
    return answer  # type: ignore[no-any-return]


def test_values_are_those_of_the_definition(batch: Callable[[int, int], Floats]) -> None:
    graph, layers = tiny()
    x = batch(24, 20)
    first = rounded(leaky(convolved(x, *layers[0])), *RANGES["n1"])
    weights, bias = layers[1]
    steps = np.abs(weights).max(axis=(1, 2, 3), keepdims=True) / np.float32(127)
    weights = np.rint(weights / np.where(steps > 0, steps, 1)) * steps
    second = rounded(convolved(first, weights.astype(np.float32), bias), *RANGES["n2"])
    third = rounded(leaky(second), *RANGES["n3"])
    expected = convolved(third, *layers[2])
    made = quantized(graph, RANGES)
    answer = run(made, x, optimized=False)
    # A value at the border of two steps may fall to either side.
    assert np.abs(answer - expected).mean() < 1e-3
    assert np.abs(answer - run(graph, x, optimized=True)).mean() > 5e-3, "it does round"
    if multiplies_int8():
        assert np.abs(run(made, x, optimized=True) - expected).mean() < 1e-3


def test_only_convolutions_between_ranges_have_integer_weights() -> None:
    graph, _ = tiny()
    model = onnx.load_model_from_string(quantized(graph, RANGES))
    onnx.checker.check_model(model)
    kinds = [t.data_type for t in model.graph.initializer if len(t.dims) == 4]
    assert sorted(kinds) == sorted([1, 1, onnx.TensorProto.INT8])
    assert quantized(graph, RANGES) == quantized(graph, dict(RANGES))


@pytest.mark.parametrize(
    ("ranges", "message"),
    [({**RANGES, "n77": (0, 1)}, "no tensor n77"), ({"n1": (0, 1)}, "on both sides")],
)
def test_ranges_of_another_network(ranges: dict[str, Any], message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        quantized(tiny()[0], ranges)


def test_the_card_has_the_ranges_of_its_network() -> None:
    card = load_card(MODEL)
    files = store.files(MODEL)
    made = int8_bytes(card, card.default, files)
    kinds = [t.data_type for t in onnx.load_model_from_string(made).graph.initializer]
    # Five of seven convolutions, with their zeros.
    assert kinds.count(onnx.TensorProto.INT8) == 10
    (kept,) = cache_folder().glob("int8-*.onnx")
    assert kept.read_bytes().endswith(made)
    # A damaged copy is made again.
    kept.write_bytes(kept.read_bytes()[:-1])
    assert int8_bytes(card, card.default, files) == made
    assert kept.read_bytes().endswith(made)


def test_ranges_that_do_not_fit_are_an_error() -> None:
    card = load_card(MODEL)
    net = card.net().model_copy(update={"ranges": {"other": (0.0, 1.0)}})
    wrong = card.model_copy(update={"files": {card.default: net}})
    with pytest.raises(ModelError, match="do not fit it: it has no tensor other"):
        int8_bytes(wrong, card.default, store.files(MODEL))


# --- The choice -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("flags", "fpu avx2 avx512f avx512_vnni", True),
        ("flags", "fpu avx2 avx_vnni", True),
        ("Features", "fp asimd asimddp", True),
        ("flags", "fpu avx2 avx512f", False),
        ("Features", "fp asimd", False),
        ("model name", "avx512_vnni", False),
    ],
)
def test_which_cpus_can(
    field: str, value: str, expected: bool, other_cpu: Callable[[str, str], None]
) -> None:
    other_cpu(field, value)
    assert multiplies_int8() == expected


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Runtimes that were timed; the first is the fastest, and nothing is really opened."""
    rows: list[tuple[str, ...]] = []

    def fastest(_: str, geometry: object, runners: dict[str, object], threads: int) -> str:
        rows.append(tuple(runners))
        return next(iter(runners))

    monkeypatch.setattr(session, "fastest", fastest)
    monkeypatch.setattr(session, "_read", lambda *_: session.Opened(lambda *_: [], (), ()))
    monkeypatch.delenv("NIJIGEN_RUNTIME")
    return rows


@pytest.mark.parametrize(
    ("vnni", "key", "allowed", "considered"),
    [
        (True, "none_scale2x", True, True),
        (False, "none_scale2x", True, False),
        (True, "none_scale2x", False, False),
        (True, "noise1_scale2x", True, False),
    ],
)
def test_where_it_is_considered(
    vnni: bool,
    key: str,
    allowed: bool,
    considered: bool,
    timed: list[tuple[str, ...]],
    other_cpu: Callable[[str, str], None],
) -> None:
    other_cpu("flags", "avx512_vnni" if vnni else "avx2")
    chosen = open_session(MODEL, key, allow_int8=allowed).runtime
    assert (chosen == INT8) == considered
    assert (INT8 in timed[0]) == considered
    assert {"ncnn", "onnxruntime"} <= {*timed[0]}


@pytest.mark.usefixtures("timed")
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [INT8]),
        ({"strength": 0.5}, [INT8]),
        ({"factor": 4.0}, ["ncnn", INT8]),
        ({"consistency": "off"}, ["ncnn"]),
        ({"consistency": "color"}, ["ncnn"]),
        ({"denoise": "1"}, ["ncnn"]),
        ({"denoise": "1", "factor": 4.0, "consistency": "exact"}, ["ncnn"]),
        ({"style": "photo"}, ["ncnn"]),
    ],
)
def test_which_settings_use_it(
    settings: dict[str, Any],
    expected: list[str],
    other_cpu: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other_cpu("flags", "avx512_vnni")
    monkeypatch.setattr("nijigen.models._choice.find_spec", lambda name: name != "openvino" or None)
    monkeypatch.setattr("nijigen.upscale.waifu2x.enlarge", lambda picture, *_: picture)
    with recording() as used:
        waifu2x(drawing(8, 8), **settings)
    assert list(used) == expected


@pytest.mark.usefixtures("timed")
def test_asking_for_it_without_the_instructions(other_cpu: Callable[[str, str], None]) -> None:
    other_cpu("flags", "avx2")
    with using((INT8,)), pytest.raises(ModelError, match=r"no dot products of 8-bit") as caught:
        open_session(MODEL, allow_int8=True)
    assert "ncnn" in (caught.value.hint or "")


# --- What it keeps --------------------------------------------------------------------------


@on_int8
@pytest.mark.parametrize("level", [(255, 255, 255), (0, 0, 0), (250, 3, 120)])
def test_constant_pictures_stay_exact(
    level: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIJIGEN_RUNTIME", INT8)
    made = waifu2x(Picture(np.full((30, 41, 3), level, np.uint8)))
    assert (made.pixels == level).all()


@on_int8
def test_same_bytes_twice_and_close_to_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    source = drawing(90, 70)
    exact = waifu2x(source).pixels.astype(float)
    monkeypatch.setenv("NIJIGEN_RUNTIME", INT8)
    first = waifu2x(source).pixels
    session._open.clear()
    assert np.array_equal(waifu2x(source).pixels, first)
    # upconv_7 tiles exactly, in integers too.
    assert np.array_equal(waifu2x(source, tile=32).pixels, first)
    assert 0 < np.abs(first - exact).mean() < 1.5


@on_int8
@pytest.mark.parametrize("factor", ["2", "4"])
def test_redo_uses_it_again(
    factor: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    other_cpu: Callable[[str, str], None],
) -> None:
    drawing(40, 30).save(tmp_path / "a.png")
    made = tmp_path / "made.png"
    monkeypatch.setenv("NIJIGEN_RUNTIME", INT8)
    words = ["upscale", "waifu2x", str(tmp_path / "a.png"), "--factor", factor, "-o", str(made)]
    assert main(words) == 0
    monkeypatch.setenv("NIJIGEN_RUNTIME", "onnxruntime")
    assert main(["redo", str(made)]) == 0
    assert (tmp_path / "made-redo.png").read_bytes() == made.read_bytes()
    other_cpu("flags", "avx2")
    assert main(["redo", str(made), "-o", str(tmp_path / "other.png")]) == 4
    assert "8-bit integers" in capsys.readouterr().err
