from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from nijigen.cli.library_server import serve
from nijigen.core.errors import InputError, NotFound
from nijigen.library import Library


def run(*words: str) -> None:
    CliRunner().invoke(serve, words, catch_exceptions=False, standalone_mode=False)


def test_beyond_this_machine_it_needs_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NIJIGEN_TOKEN", raising=False)
    Library(tmp_path / "library", writing=True).close()
    with pytest.raises(InputError, match=r"0\.0\.0\.0 can be reached from other machines"):
        run("--as", "iqdb", "--host", "0.0.0.0", "--library", str(tmp_path / "library"))


def test_without_a_library_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no library"):
        run("--as", "trace.moe", "--library", str(tmp_path / "none"))


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    from nijigen.api.server import listening_socket

    Library(tmp_path / "library", writing=True).close()
    with listening_socket("127.0.0.1", 0) as bound:
        port = str(bound.getsockname()[1])
        with pytest.raises(InputError, match=f"port {port} is in use"):
            run("--as", "iqdb", "--port", port, "--library", str(tmp_path / "library"))
