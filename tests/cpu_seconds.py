"""CPU seconds of the contract tests by operation, printed at the end of a run.

Every process of pytest-xdist counts its own and tells the one that prints.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CONTRACT = Path(__file__).parent / "contract"
KEY = "contract_cpu_seconds"
SHOWN = 0.5
"""Operations below this are summed up in a line."""
OTHER = "no operation"


class CpuSeconds:
    """The plug-in of pytest."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Count a test with its fixtures."""
        before = _spent()
        result = yield
        if CONTRACT in item.path.parents:
            self.seconds[_operation(item)] += _spent() - before
        return result

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process that prints, if that is another."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[KEY] = dict(self.seconds)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a process of pytest-xdist counted."""
        self.seconds.update(getattr(node, "workeroutput", {}).get(KEY, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        if not self.seconds:
            return
        terminalreporter.section("CPU seconds of the contract tests")
        for id, spent in self.seconds.most_common():
            if spent >= SHOWN:
                terminalreporter.write_line(f"{spent:7.1f}  {id}")
        rest = [spent for spent in self.seconds.values() if spent < SHOWN]
        terminalreporter.write_line(f"{sum(rest):7.1f}  {len(rest)} others")
        terminalreporter.write_line(f"{sum(self.seconds.values()):7.1f}  in all")


def _spent() -> float:
    """Return the CPU seconds of this process and of those that it has started and ended."""
    return sum(os.times()[:4])


def _operation(item: pytest.Item) -> str:
    """Return the operation or command of a test: the parameter that is a registered id."""
    call = getattr(item, "callspec", None)
    values = call.params.values() if call else ()
    return next((v for v in values if isinstance(v, str) and "." in v), OTHER)
