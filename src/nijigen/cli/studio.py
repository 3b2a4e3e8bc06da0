"""``nijigen studio``: the operations in a browser."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import click

from nijigen.core.declaration import Access
from nijigen.core.errors import InputError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8750,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="If it is in use, another free port is chosen.",
)
@click.option("--token", help="Require this token; generated if others can reach the address.")
@click.option("--browser/--no-browser", default=True, help="Open a browser.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for pictures and jobs.",
)
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
    help="Let programs call what changes things that last, or uses the network, unasked.",
)
def studio(
    host: str,
    port: int,
    token: str | None,
    browser: bool,
    data: Path | None,
    quota: float,
    trash_days: float,
    roots: tuple[str, ...],
    allow: tuple[Access, ...],
) -> int:
    """Open the studio: all operations in your browser, on your own machine."""
    from nijigen import studio as files
    from nijigen.api.app import create_app
    from nijigen.api.config import Config
    from nijigen.api.server import listening_socket, serve
    from nijigen.jobs.stores.folder import STORE

    config = Config(
        host=host,
        port=port,
        token=token,
        data=data or STORE.place,
        quota=int(quota * 1e9),
        trash_days=trash_days,
        roots=dict(map(_root, roots)),
        scopes=frozenset(allow),
    )
    if not config.local and token is None:
        config = replace(config, token=secrets.token_urlsafe(24))
    app = create_app(config)
    files.mount(app)
    bound = listening_socket(host, port)
    if port not in (0, bound.getsockname()[1]):
        click.echo(f"port {port} is in use; using another one", err=True)
    serve(app, config, bound, browser=browser, say=lambda url: click.echo(f"Nijigen: {url}"))
    return 0


def _root(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not equals or not folder:
        raise InputError(f"{text!r} is not a root", "use --root NAME=FOLDER")
    return name, Path(folder)
