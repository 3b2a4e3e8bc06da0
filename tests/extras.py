"""Skip what needs packages that are not here, and say which command installs them."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from nijigen.core.extras import install_module
from nijigen.models import store
from nijigen.models.card import load_card, user_folder

FETCHED = Path(os.environ.setdefault("NIJIGEN_TESTS_FETCHED", str(user_folder())))
"""Where `nijigen models get` put weights; said once, for processes that tests start have it too."""


def needs(module: str) -> Any:
    """Return a module that an extra brings, or skip the test: visibly, with the command."""
    if not _here(module):
        pytest.skip(_reason(module), allow_module_level=True)
    return importlib.import_module(module)


def needing(module: str) -> pytest.MarkDecorator:
    """Mark a test that needs a module which an extra brings."""
    return pytest.mark.skipif(not _here(module), reason=_reason(module))


def needs_weights(model: str) -> None:
    """Skip the test where the weights of a model are not here; fetched ones are lent to it."""
    own = user_folder()
    assert own != FETCHED, "tests have folders of their own"
    for net in load_card(model).files.values():
        for file in net.parts.values():
            path = FETCHED / model / file.name
            if path.is_file() and not (own / model / file.name).exists():
                (own / model).mkdir(parents=True, exist_ok=True)
                (own / model / file.name).symlink_to(path)
    if not store.installed(model):
        pytest.skip(f"the weights of {model} are not here: nijigen models get {model}")


def _here(module: str) -> bool:
    return find_spec(module) is not None


def _reason(module: str) -> str:
    return f"{module} is not installed: {install_module(module)}"
