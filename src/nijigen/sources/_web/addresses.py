"""Which network addresses may be connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
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
        try:
            found = _addresses(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            raise _unknown(host, error) from None
        if (host, port) not in self._allowed:
            check_public(host, found)
        failed: Exception | None = None
        for address in found:
            try:
                return super().connect_tcp(address, port, *args, **more)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or _unknown(host)


class AsyncPublicNetwork(httpcore.AnyIOBackend):
    """The same for clients that ask several hosts at once."""

    async def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> Any:
        """Connect to a host, as :meth:`PublicNetwork.connect_tcp` does."""
        loop = asyncio.get_running_loop()
        try:
            found = _addresses(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            raise _unknown(host, error) from None
        check_public(host, found)
        return await super().connect_tcp(found[0], port, *args, **more)


def _addresses(found: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _unknown(host: str, why: Exception | None = None) -> httpcore.ConnectError:
    # Without the number that Python puts before the reason.
    reason = getattr(why, "strerror", None) or why
    return httpcore.ConnectError(f"the name {host} is not found{f': {reason}' if reason else ''}")
