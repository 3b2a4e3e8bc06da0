"""The command ``nijigen``: groups of operations, and a few top-level commands."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from nijigen import __version__
from nijigen.cli import standard_output
from nijigen.core import registry
from nijigen.core.errors import ModelError, NijigenError, nearest

COMMANDS: dict[str, tuple[str, str, str]] = {
    "list": ("catalogue", "list_operations", "List all operations"),
    "describe": ("catalogue", "describe", "Show everything about an operation"),
    "run": ("recipe", "run", "Run a recipe from a file"),
    "redo": ("redo", "redo", "Reproduce a result from its metadata"),
    "studio": ("studio", "studio", "Open the studio in the browser"),
    "demo": ("demo", "demo", "Process pictures and show the results on a page"),
    "completion": ("completion", "completion", "Print the completion script for your shell"),
}
"""Name of the command: its module in this package, its function, its line in the menu.

The menu text is here so that ``nijigen --help`` need not import every module.
"""

MEMBERS = {
    "library": {"serve": ("library_server", "serve")},
    "models": {"list": ("models", "list_models"), "show": ("models", "show")},
}
"""Additional members of a group besides its operations and commands: module and function."""


def word(name: str) -> str:
    """Return a Python name in command line spelling."""
    return name.replace("_", "-")


class Root(click.Group):
    """All groups and commands, each imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in menu order."""
        return [*map(word, _groups()), *COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a top-level command or a group of operations."""
        name = cmd_name.replace("-", "_")
        if cmd_name in COMMANDS:
            module, function, _ = COMMANDS[cmd_name]
            return _imported(module, function)
        if name in _groups():
            return Group(name)
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the closest commands if one is unknown."""
        _check_known(self, ctx, args)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the menu without importing the commands."""
        rows = [(word(name), registry.GROUPS.get(name, name)) for name in _groups()]
        with formatter.section("Operations"):
            formatter.write_dl(rows)
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


class Group(click.Group):
    """The operations and commands of one group, each built on use."""

    def __init__(self, name: str) -> None:
        super().__init__(word(name), help=registry.GROUPS.get(name, name) + ".")
        self.prefix = name

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of operations, then of commands."""
        ids = [*self._operations(), *self._commands()]
        return [*MEMBERS.get(self.prefix, ()), *(word(id.partition(".")[2]) for id in ids)]

    def _operations(self) -> list[str]:
        return registry.groups().get(self.prefix, [])

    def _commands(self) -> list[str]:
        return registry.command_groups().get(self.prefix, [])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the operation or command of that name in this group."""
        name = cmd_name.replace("-", "_")
        id = f"{self.prefix}.{name}"
        if id in self._operations():
            from nijigen.cli.operation import command

            return command(registry.get(id))
        if id in self._commands():
            from nijigen.cli.command import command as command_line

            return command_line(registry.get_command(id))
        if name in MEMBERS.get(self.prefix, ()):
            return _imported(*MEMBERS[self.prefix][name])
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the menu; an invalid user recipe is marked as such."""
        operations = []
        for id in self._operations():
            try:
                text = registry.get(id).doc.summary
            except NijigenError as error:
                text = f"(invalid: {error.message})"
            operations.append((word(id.partition(".")[2]), text))
        members = MEMBERS.get(self.prefix, {})
        commands = [
            (name, _imported(*member).get_short_help_str(80)) for name, member in members.items()
        ]
        commands += [
            (word(id.partition(".")[2]), registry.get_command(id).doc.summary)
            for id in self._commands()
        ]
        for title, rows in (("Operations", operations), ("Commands", commands)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the closest operations if one is unknown."""
        _check_known(self, ctx, args)
        return super().resolve_command(ctx, args)


def _groups() -> list[str]:
    """Return the groups that are not empty, in menu order."""
    present = registry.groups().keys() | registry.command_groups().keys()
    return [*(g for g in registry.GROUPS if g in present), *sorted(present - set(registry.GROUPS))]


def _imported(module: str, function: str) -> click.Command:
    found = getattr(importlib.import_module(f"nijigen.cli.{module}"), function)
    assert isinstance(found, click.Command)
    return found


def _check_known(group: click.Group, ctx: click.Context, args: list[str]) -> None:
    known = group.list_commands(ctx)
    if args and not args[0].startswith("-") and args[0].replace("_", "-") not in known:
        hint = nearest(args[0], known)
        raise click.UsageError(f"there is no {args[0]!r}" + (f"; {hint}" if hint else ""), ctx)


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="nijigen")
def cli() -> None:
    """Nijigen: one toolkit for drawn pictures.

    Try: nijigen upscale waifu2x picture.png -o big.png
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; an error is one line and a hint."""
    standard_output.prepare()
    for stream in (sys.stdout, sys.stderr):
        # Names of files need not be UTF-8, and not every terminal has an arrow.
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(None if arguments is None else list(arguments))
    except NijigenError as error:
        _say(error.message.replace("\n", "\\n"), error.hint)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        # A group without a command: its help is the answer, not an error.
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "nijigen"
        _say(error.format_message(), f"run {path} --help for usage")
        return 2
    except click.ClickException as error:
        _say(error.format_message(), "")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("stopped", "")
        return 130
    except BrokenPipeError:
        # The reader of a pipe has closed it (as in `| head`).
        standard_output.abandon()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and (refusal := standard_output.refusal(error)):
            standard_output.abandon()
            _say(refusal.message, refusal.hint)
            return refusal.exit_code
        if os.environ.get("NIJIGEN_DEBUG"):
            raise
        _say(
            f"internal error: {type(error).__name__}: {error}",
            "this is a bug; please report it with the output of NIJIGEN_DEBUG=1",
        )
        return 1


def _run(arguments: list[str] | None) -> int:
    """Run a command; once more for every missing model that the user wants to get now."""
    offered: set[str] = set()
    output = sys.stdout
    while True:
        try:
            result = cli.main(arguments, prog_name="nijigen", standalone_mode=False)
        except SystemExit:
            # For a broken pipe click replaces standard output, and exits as for an internal error.
            if sys.stdout is output:
                raise
            raise BrokenPipeError from None
        except ModelError as error:
            from nijigen.cli.missing import offer

            if not offer(error, offered):
                raise
        else:
            return result if isinstance(result, int) else 0


def _say(message: str, hint: str) -> None:
    from nijigen.cli.report import one_line

    # The usage, which an incomplete command line gets, has many lines.
    for line in f"error: {message}".split("\n"):
        click.echo(one_line(line), err=True)
    if hint:
        click.echo(one_line(f"hint: {hint}"), err=True)


def entry() -> None:
    """The console script."""
    if "studio" not in sys.argv[1:2] and not os.environ.get("NIJIGEN_DEBUG"):
        _leave_out_noise()
    # Threads of NumPy's products of matrices wait for each other by spinning: of small ones, as a
    # search has, that is two fifths of its CPU time. Read when NumPy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())


def _leave_out_noise() -> None:
    """Keep what libraries print on their own out of standard error.

    libtiff, for example, comments on damaged files there, in the middle of our lines. Python's
    standard error goes on under another number. A server keeps all, for its log.
    """
    if sys.stderr is None:
        return
    try:
        ours, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    except OSError:
        return
    sys.stderr = open(  # noqa: SIM115
        ours, "w", encoding=sys.stderr.encoding, errors="backslashreplace", buffering=1
    )
