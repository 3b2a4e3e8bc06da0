"""Configure: choose how the library works."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Literal

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError, SettingsError
from nijigen.core.run import Run
from nijigen.core.values import FolderPath
from nijigen.library._home import existing, folder_of
from nijigen.library._library import Library
from nijigen.library._settings import Settings, read_settings, write_settings


@command(access="change", lock=lambda library: folder_of(library, writing=True))
def configure(
    *,
    vectors: Literal["", "auto", "exact", "usearch", "milvus"] = "",
    address: str = "",
    workers: Literal["", "local", "ray"] = "",
    cluster: str = "",
    library: FolderPath | None = None,
) -> Plan:
    """Choose where the vectors of the library are, and who computes them.

    What is not given stays as it is; with nothing given the settings are shown. The index is
    derived from the signatures, which stay where they are, so every choice can be taken back.

    Args:
        vectors: `auto` compares all up to 250,000 pictures, and has an index in the library's
            folder above; `exact` always compares all; `usearch` always has the index; `milvus` is a
            server for vectors (extra `milvus`), which may be several machines.
        address: Of Milvus: `http://HOST:PORT`, or a file for Milvus Lite. A token is taken from
            `NIJIGEN_MILVUS_TOKEN`.
        workers: Who computes the signatures of many new pictures: `local` processes, or those of a
            Ray cluster (extra `ray`), whose machines have the pictures at the same paths.
        cluster: Address of the Ray cluster, `HOST:6379`; without one it is started on this machine.
        library: Folder of the library; by default the one in the home.

    Returns:
        The settings.

    Raises:
        NotFound: There is no library yet.
        SettingsError: Milvus has no address.
        InputError: The extra is not installed.
        OutputError: The index cannot be written.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.commands.configure import configure
        >>> try:
        ...     configure.plan({}, {})
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    folder = existing(library)
    old = read_settings(folder)
    new = replace(
        old,
        vectors=vectors or old.vectors,
        address=address or old.address,
        workers=workers or old.workers,
        cluster=cluster or old.cluster,
    )
    if new.vectors == "milvus":
        if not new.address:
            raise SettingsError("Milvus has no address", "give --address", field="address")
        _try(new)
    changes = []

    def apply(run: Run) -> None:
        write_settings(folder, new)
        with Library(library, held=True) as made:
            made.index(run)

    if new != old:
        changes.append(Change(f"keep {_named(new)}, and make the index if one is needed", apply))
    return Plan(changes, lambda: asdict(new))


def _named(settings: Settings) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in asdict(settings).items())


def _try(settings: Settings) -> None:
    from nijigen.library.vectors.milvus import client

    try:
        client(settings.address)
    except ConnectionError as error:
        raise InputError(str(error), "start it, or correct the address") from error
