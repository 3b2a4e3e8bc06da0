"""Which runtimes ran, and asking for them again."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nijigen.core.errors import ModelError
from nijigen.core.runtimes import recording, using
from nijigen.models import _choice, session
from nijigen.models.session import open_session

Make = Callable[..., Path]
Draw = Callable[[int, int], NDArray[np.float32]]
NCNN = (
    b"7767517\n2 2\nInput input 0 1 in\nConvolution c 1 1 in out 0=3 1=3 5=1 6=81\n",
    (0).to_bytes(4, "little") + np.arange(84, dtype="<f4").tobytes(),
)


@pytest.fixture
def two(make_model: Make, onnx_net: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that ncnn can run and one that it cannot; every runtime counts as installed."""
    make_model("native", {"param": NCNN[0], "bin": NCNN[1]}, extra="shapes.1x.border = 1")
    make_model("points", {"onnx": onnx_net()}, extra='precision = "float32"')
    monkeypatch.setattr(_choice, "find_spec", lambda _: True)
    monkeypatch.setattr(session, "_calculates_in_bfloat16", lambda: True)
    monkeypatch.setattr(
        session, "fastest", lambda _name, _geometry, runners, _threads: next(iter(runners))
    )
    monkeypatch.setattr(session, "_read", lambda *_: session.Opened(lambda *_: [], (), ()))


@pytest.mark.usefixtures("two")
def test_what_ran_is_recorded_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_RUNTIME", "ncnn")
    open_session("points")
    with recording() as outer:
        with recording() as used:
            open_session("native")
            open_session("points")
            open_session("native")
        assert list(used) == ["ncnn", "onnxruntime"]
        with using(("openvino",)):
            open_session("points")
    open_session("native")
    assert list(outer) == ["ncnn", "onnxruntime", "openvino"]
    assert list(used) == ["ncnn", "onnxruntime"]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("switch", "there"),
    [
        (switch, there)
        for switch in ("", "onnxruntime", "ncnn", "openvino", "openvino-bf16")
        for there in ({"ncnn"}, {"openvino", "ncnn"}, {"openvino"})
        if {switch.removesuffix("-bf16")} <= there | {"", "onnxruntime"}
    ],
)
def test_what_was_used_gives_the_same_again(
    switch: str, there: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_choice, "find_spec", lambda name: name in there | {"onnxruntime"} or None)
    monkeypatch.setenv("NIJIGEN_RUNTIME", switch)
    with recording() as used:
        first = [open_session(name).runtime for name in ("native", "points")]
    # The same anywhere: another switch, and everything installed.
    monkeypatch.setattr(_choice, "find_spec", lambda _: True)
    for other in ("", "onnxruntime", "openvino-bf16"):
        monkeypatch.setenv("NIJIGEN_RUNTIME", other)
        with using(tuple(used)), recording() as again:
            assert [open_session(name).runtime for name in ("native", "points")] == first
        assert again == used


@pytest.mark.usefixtures("two")
def test_asking_for_what_a_network_cannot_do() -> None:
    with using(("ncnn",)):
        assert open_session("native").runtime == "ncnn"
        with pytest.raises(ModelError, match="points cannot run on ncnn") as caught:
            open_session("points")
    assert caught.value.hint == "it can run on openvino, onnxruntime"
    with using(("openvino-bf16",)), pytest.raises(ModelError, match="points"):
        open_session("points")
    assert open_session("points").runtime == "onnxruntime", "what the switch says, as before"
    with using(()):
        assert open_session("points").runtime == "onnxruntime"


@pytest.mark.usefixtures("two")
def test_cpu_without_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_calculates_in_bfloat16", lambda: False)
    with using(("openvino-bf16",)), pytest.raises(ModelError, match="no bfloat16") as caught:
        open_session("native")
    assert caught.value.hint == "it can run on ncnn, openvino, onnxruntime"


@pytest.mark.usefixtures("two")
def test_asking_for_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_choice, "find_spec", lambda name: name == "onnxruntime" or None)
    for name in ("ncnn", "openvino", "openvino-bf16"):
        # The other one could run it, but it is not what made the result.
        with using(("onnxruntime", name)), pytest.raises(ModelError, match="not inst") as caught:
            open_session("native")
        assert name in caught.value.message
        assert "nijigen[fast]" in caught.value.hint
    with using(("tensorrt",)), pytest.raises(ModelError, match="'tensorrt'") as caught:
        open_session("native")
    assert "openvino-bf16" in caught.value.hint


@pytest.mark.usefixtures("two")
def test_threads_started_in_a_copy_of_the_context() -> None:
    def work(_: int) -> Any:
        return open_session("native").runtime

    with recording() as used, using(("ncnn",)), ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(contextvars.copy_context().run, work, number) for number in range(4)]
        assert {job.result() for job in jobs} == {"ncnn"}
    assert list(used) == ["ncnn"]


def test_two_runtimes_for_real(batch: Draw) -> None:
    if not find_spec("ncnn"):
        pytest.skip("ncnn is not installed (extra fast)")
    picture = batch(60, 50)
    answers = {}
    for name in ("ncnn", "onnxruntime"):
        with using((name,)), recording() as used:
            answers[name] = open_session("waifu2x-upconv-7-art")(picture)
        assert list(used) == [name]
    with using(("ncnn",)):
        assert np.array_equal(open_session("waifu2x-upconv-7-art")(picture), answers["ncnn"])
    assert np.abs(answers["ncnn"] - answers["onnxruntime"]).max() < 1e-5
