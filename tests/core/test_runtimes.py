"""Runtimes: what is collected, and what is asked for."""

from __future__ import annotations

from nijigen.core.runtimes import record, recording, requested, using


def test_a_recording_sees_what_is_recorded_inside() -> None:
    record("lost")
    with recording() as recipe:
        record("ncnn")
        with recording() as step:
            record("onnxruntime")
            record("ncnn")
        assert list(step) == ["onnxruntime", "ncnn"]
    record("lost")
    assert list(recipe) == ["ncnn", "onnxruntime"]


def test_what_is_asked_for_ends_with_the_block() -> None:
    assert requested() == ()
    with using(("ncnn", "onnxruntime")):
        with using(()):
            assert requested() == ()
        assert requested() == ("ncnn", "onnxruntime")
    assert requested() == ()
