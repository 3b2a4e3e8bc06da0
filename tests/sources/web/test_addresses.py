from __future__ import annotations

import socket
from typing import Any

import pytest
from booru import Booru

from nijigen.core.errors import SourceError
from nijigen.core.run import SILENT
from nijigen.sources._web.addresses import PublicNetwork, Refused, is_public
from nijigen.sources._web.client import Client
from nijigen.sources.sites._site import Site


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_no_site_is_there(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_sites_may_be_there(address: str) -> None:
    assert is_public(address)


def _resolver(address: str) -> Any:
    def resolve(host: str, port: int, *_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return resolve


def test_names_that_lead_into_the_local_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolver("192.168.0.7"))
    with pytest.raises(Refused, match=r"cdn\.donmai\.us is 192\.168\.0\.7"):
        PublicNetwork().connect_tcp("cdn.donmai.us", 443)


def _site(booru: Booru, **more: Any) -> Site:
    port = booru.address.rpartition(":")[2]
    return Site("made", f"http://made.example:{port}", "danbooru", ("files.example",), 0.0, **more)


def test_only_registered_sites_are_in_the_local_network(
    booru: Booru, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is that of a site, the answer of the name server is not."""
    booru.fill(1)
    monkeypatch.setattr(socket, "getaddrinfo", _resolver("127.0.0.1"))
    with Client(_site(booru), None, SILENT) as client, pytest.raises(Refused):
        client.get("/posts.json")
    assert not booru.asked
    with Client(_site(booru, own=True), None, SILENT) as client:
        assert client.get("/posts.json")[1].startswith(b"[")


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/1.png", "https://files.example.other/1.png", "ftp://files.example/1",
        "file:///etc/passwd", "https://user:word@files.example/1.png", "//files.example/1.png", "",
        "https://evilfiles.example/1.png",
    ],
)  # fmt: skip
def test_files_come_from_the_hosts_of_the_site(booru: Booru, address: str) -> None:
    with (
        Client(_site(booru, own=True), None, SILENT) as client,
        pytest.raises(SourceError, match="made leads to"),
    ):
        client.preview(address)


def test_an_unknown_name_is_said_at_once(monkeypatch: pytest.MonkeyPatch, booru: Booru) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with (
        Client(_site(booru), None, SILENT) as client,
        pytest.raises(SourceError, match=r"made: the name made\.example is not found: Name or"),
    ):
        client.get("/posts.json")
