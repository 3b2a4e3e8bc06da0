"""A user of a home of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from home_user import User
from nijigen.core import home


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(home, "_warned", set())
    return User(tmp_path / "a user", monkeypatch)
