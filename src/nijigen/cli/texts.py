"""Texts that begin with a minus, such as the query ``-comic``, are inputs and not options."""

from __future__ import annotations

import re
from typing import Any

import click

from nijigen.core.declaration import AnyDeclaration

_MARK = "\ue000"
"""A character for private use, which hides the minus while click looks for options."""
_TEXT = re.compile(r"-(?=[^-\s])(?!\.?\d).{2,}|-.*\s.*", re.DOTALL)
"""No ``-o`` or ``--count``, and no number, which may be the value of an option."""


def command_class(declaration: AnyDeclaration) -> type[click.Command]:
    """Return the class for the command line of a declaration."""
    return TextCommand if any(port.kind == "text" for port in declaration.ports) else click.Command


class TextCommand(click.Command):
    """A command with an input that is text; short options are not written together with others."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments."""
        end = args.index("--") if "--" in args else len(args)
        marked = [_MARK + arg if _TEXT.fullmatch(arg) else arg for arg in args[:end]]
        left = super().parse_args(ctx, marked + args[end:])
        ctx.params = {name: _unmarked(value) for name, value in ctx.params.items()}
        return [str(_unmarked(one)) for one in left]


def _unmarked(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_unmarked, value))
    return value.removeprefix(_MARK) if isinstance(value, str) else value
