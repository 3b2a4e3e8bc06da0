"""Messages between processes: whole, or not there."""

from __future__ import annotations

import io

import pytest

from nijigen.jobs.processes.wire import read_message, write_message


def test_messages_come_as_they_went() -> None:
    pipe = io.BytesIO()
    sent = [{"word": "絵", "n": [1, None]}, {}, {"long": "x" * 100_000}]
    for message in sent:
        write_message(pipe, message)
    whole = pipe.getvalue()
    pipe.seek(0)
    assert [read_message(pipe) for _ in sent] == sent
    assert read_message(pipe) is None
    # Of one that was cut off anywhere, nothing is left.
    for length in (1, 3, 4, 5):
        assert read_message(io.BytesIO(whole[:length])) is None


def test_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="object"):
        read_message(io.BytesIO(b"\0\0\0\2[]"))
    with pytest.raises(ValueError, match="line 1"):
        read_message(io.BytesIO(b"\0\0\0\2no"))
