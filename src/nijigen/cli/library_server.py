"""``nijigen library serve``: the library for clients of iqdb and trace.moe."""

from __future__ import annotations

import os
from pathlib import Path

import click

from nijigen.core.errors import InputError

_PROTOCOLS = ("iqdb", "trace.moe")


@click.command()
@click.option(
    "--as",
    "protocol",
    type=click.Choice(_PROTOCOLS),
    required=True,
    help="Whose clients can ask: those of danbooru's iqdb, or of trace.moe.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5588, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--write", is_flag=True, help="Let clients add pictures to the index and remove them (iqdb)."
)
@click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the library; by default the one in the home.",
)
def serve(protocol: str, host: str, port: int, write: bool, library: Path | None) -> int:
    """Answer clients of iqdb or trace.moe from the library.

    No address is fetched, and no file is changed. Beyond this machine, clients have to send the
    token that NIJIGEN_TOKEN sets.
    """
    from nijigen.api.access.token import VARIABLE, Token
    from nijigen.api.compatible.app import DIALECTS, LARGEST
    from nijigen.api.compatible.app import serve as run
    from nijigen.api.config import Config
    from nijigen.api.server import listening_socket
    from nijigen.library import Library

    config = Config(host=host, port=port, max_upload=LARGEST, max_body=LARGEST)
    given = os.environ.get(VARIABLE)
    token = Token(given) if given else None
    if token is None and not config.local:
        raise InputError(
            f"{host} can be reached from other machines, and there is no token",
            f"set {VARIABLE} to 20 or more letters and digits, and have clients send it",
        )
    # If there is none, this says how to make one.
    Library(library, writing=write).close()
    bound = listening_socket(host, port)
    if port not in (0, bound.getsockname()[1]):
        bound.close()
        raise InputError(f"port {port} is in use", "choose another --port")
    run(
        DIALECTS[protocol],
        config,
        bound,
        library,
        writes=write,
        token=token,
        ready=lambda address: click.echo(f"{protocol} on {address} (Ctrl-C ends it)"),
    )
    return 0
