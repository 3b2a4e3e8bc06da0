"""Library: the user's own pictures, found again whatever was done to them.

`store` keeps what is known, `files` reads the user's files, `signatures` and `matching` compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nijigen.library._library import Library
    from nijigen.library._listing import Facts

__all__ = ["Facts", "Library"]


def __getattr__(name: str) -> Any:
    # Menus load the modules of operations, but need none of what a library works with.
    if name == "Library":
        from nijigen.library._library import Library

        return Library
    if name == "Facts":
        from nijigen.library._listing import Facts

        return Facts
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
