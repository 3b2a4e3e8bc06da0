"""Which network addresses may be connected to."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore

from nijigen.core.errors import SourceError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(SourceError):
    """An address leads where no site is: to this machine, or into the local network."""


def is_public(address: str) -> bool:
    """Return whether an IP address is that of a machine on the Internet.

    IPv4 addresses inside IPv6 ones count as what they are.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def check_public(host: str, addresses: Iterable[str]) -> None:
    """Check that a host is on the Internet.

    Raises:
        Refused: One of its addresses is not public.
    """
    for address in addresses:
        if not is_public(address):
            raise Refused(
                f"{host} is {address}, which is not on the Internet",
                "only sites registered in sources/sites.toml may be in a local network",
            )


class PublicNetwork(httpcore.SyncBackend):
    """Connects to the addresses that were checked, so that no second look-up can change them.

    Args:
        allowed: Hosts and ports that may be private: sites that the user registered.
    """

    def __init__(self, allowed: Iterable[tuple[str, int]] = ()) -> None:
        super().__init__()
        self._allowed = frozenset(allowed)

    def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> Any:
        """Connect to a host.

        Raises:
            Refused: One of its addresses is not public.
            httpcore.ConnectError: It cannot be found or does not answer.
        """
        with _looking_up(host):
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        failed: Exception | None = None
        for address in _checked(host, found, private=(host, port) in self._allowed):
            try:
                return super().connect_tcp(address, port, *args, **more)
            except _FAILED as error:
                failed = error
        raise failed or _unknown(host)


class AsyncPublicNetwork(httpcore.AnyIOBackend):
    """The same for clients that ask several hosts at once; none of them may be private."""

    async def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> Any:
        """Connect to a host, as :meth:`PublicNetwork.connect_tcp` does."""
        loop = asyncio.get_running_loop()
        with _looking_up(host):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        failed: Exception | None = None
        for address in _checked(host, found, private=False):
            try:
                return await super().connect_tcp(address, port, *args, **more)
            except _FAILED as error:
                failed = error
        raise failed or _unknown(host)


_FAILED = (httpcore.ConnectError, httpcore.ConnectTimeout)


@contextlib.contextmanager
def _looking_up(host: str) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise _unknown(host, error) from None


def _checked(host: str, found: Iterable[Any], *, private: bool) -> list[str]:
    """Return the addresses of a host, each once; they are public unless it may be private."""
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private:
        check_public(host, addresses)
    return addresses


def _unknown(host: str, why: Exception | None = None) -> httpcore.ConnectError:
    # Without the number that Python puts before the reason.
    reason = getattr(why, "strerror", None) or why
    return httpcore.ConnectError(f"the name {host} is not found{f': {reason}' if reason else ''}")
