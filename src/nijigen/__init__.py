"""Nijigen: one toolkit for drawn pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from nijigen._public import *  # noqa: F403
else:

    def __getattr__(name):
        # `nijigen --help` needs none of the public names, and numpy alone would double its time.
        from importlib import import_module

        return getattr(import_module("nijigen._public"), name)

    def __dir__():
        return [*globals(), *__getattr__("__all__")]
