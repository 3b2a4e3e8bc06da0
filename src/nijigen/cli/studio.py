"""``nijigen studio``: the operations in a browser."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nijigen.cli import standard_output
from nijigen.cli.studio_check import check
from nijigen.core.declaration import Access
from nijigen.core.errors import InputError, NotFound

if TYPE_CHECKING:
    from fastapi import FastAPI

_data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for pictures and jobs.",
)


@click.group(invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8750,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="If it is in use, another free port is chosen.",
)
@click.option(
    "--new-token", is_flag=True, help="Replace the token: all browsers and programs must reconnect."
)
@click.option("--browser/--no-browser", default=True, help="Open a browser.")
@_data
@click.option(
    "--quota",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0.1),
    metavar="GB",
    help="Most that pictures may take, with the trash.",
)
@click.option(
    "--trash-days",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0),
    metavar="DAYS",
    help="How long deleted pictures can be restored.",
)
@click.option(
    "--root",
    "roots",
    metavar="NAME=FOLDER",
    multiple=True,
    help="A folder in which requests may name files, as NAME:relative/path.",
)
@click.option(
    "--allow",
    type=click.Choice(["change", "network"]),
    multiple=True,
    help="Let programs change stored data, or use the network, without confirmation.",
)
@click.pass_context
def studio(
    context: click.Context,
    host: str,
    port: int,
    new_token: bool,
    browser: bool,
    data: Path | None,
    quota: float,
    trash_days: float,
    roots: tuple[str, ...],
    allow: tuple[Access, ...],
) -> int:
    """Open the studio: all operations in your browser, on your own machine.

    NIJIGEN_TOKEN sets a token other than that of the data folder.
    """
    if context.invoked_subcommand is not None:
        return 0
    standard_output.tolerate()
    from nijigen import studio as files
    from nijigen.api.access.token import VARIABLE
    from nijigen.api.app import create_app
    from nijigen.api.config import Config
    from nijigen.api.server import listening_socket, serve
    from nijigen.jobs.stores.folder import STORE

    token = os.environ.get(VARIABLE) or None
    if new_token and token:
        raise InputError(f"the token is set by {VARIABLE}", "change or unset it there")
    config = Config(
        host=host,
        port=port,
        token=token,
        new_token=new_token,
        data=data or STORE.place,
        quota=int(quota * 1e9),
        trash_days=trash_days,
        roots=dict(map(_root, roots)),
        scopes=frozenset(allow),
    )
    app = create_app(config)
    if new_token:
        click.echo("the token was replaced: browsers and programs must connect again", err=True)
    files.mount(app)
    bound = listening_socket(host, port)
    if port not in (0, bound.getsockname()[1]):
        click.echo(f"port {port} is in use; using another one", err=True)
    serve(app, config, bound, ready=lambda address: _ready(app, address, browser))
    return 0


studio.add_command(check)


@studio.command()
@_data
@click.pass_context
def link(context: click.Context, data: Path | None) -> None:
    """Print a new one-time link to the running studio."""
    from nijigen.api.access import links
    from nijigen.api.access.token import VARIABLE, Token
    from nijigen.core.lock import note_of_holder
    from nijigen.jobs.stores.folder import LOCK, STORE, DataFolder

    assert context.parent is not None
    folder = data or context.parent.params["data"] or STORE.place
    address = re.search(r"https?://\S+", note_of_holder(folder, file=LOCK) or "")
    if address is None:
        raise NotFound(
            f"no studio is running with the data folder {folder}",
            f"start it: {_command(folder)}; or name its folder with --data",
        )
    given = os.environ.get(VARIABLE)
    try:
        token = Token(given) if given else Token.read(DataFolder(folder).token)
    except FileNotFoundError:
        raise NotFound(f"{folder} has no token", f"set {VARIABLE} as for the studio") from None
    click.echo(links.link(address[0], token))


def _ready(app: FastAPI, address: str, browser: bool) -> None:
    """Say where the studio is and how to enter it, and open it."""
    from nijigen.api.access.links import link

    services = app.state.services

    def say_link() -> None:
        click.echo(f"Nijigen: {link(address, services.token)}")

    say_link()
    enter = "press Enter, or " if _on_enter(say_link) else ""
    again = f"{enter}run {_command(services.config.data, 'link')}"
    click.echo(f"This link works once, within ten minutes. For another one, {again}")
    click.echo(f'Programs send -H "{services.token.header}"')
    if browser:
        # Others may see the arguments of the browser; this link is used up a moment later.
        url = link(address, services.token)
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _command(folder: Path, *words: str) -> str:
    """Return the command for a data folder."""
    from nijigen.jobs.stores.folder import STORE

    option = [] if folder == STORE.place else ["--data", str(folder)]
    return shlex.join(["nijigen", "studio", *words, *option])


def _on_enter(act: Callable[[], None]) -> bool:
    """Act whenever Enter is pressed in the terminal; return whether there is one."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    if sys.platform != "win32":
        if os.tcgetpgrp(0) != os.getpgrp():
            return False
        # Sent to the background, the process would be stopped for reading.
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)

    def watch() -> None:
        # Not through sys.stdin, whose lock would keep Python from ending.
        with contextlib.suppress(OSError):
            while os.read(0, 1000):
                act()

    threading.Thread(target=watch, daemon=True).start()
    return True


def _root(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not equals or not folder:
        raise InputError(f"{text!r} is not a root", "use --root NAME=FOLDER")
    return name, Path(folder)
