"""Site: where a site is, how it is asked, and what its operators ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Api = Literal["danbooru", "moebooru", "gelbooru", "gelbooru_02", "behoimi", "getchu"]


@dataclass(frozen=True)
class Site:
    """A site with pictures."""

    name: str
    """As gallery-dl spells it, if it knows the site."""
    address: str
    """Of its front page, without a slash at the end."""
    api: Api
    """The software that answers."""
    file_hosts: tuple[str, ...]
    """Hosts that its files may be fetched from; all hosts below them count too."""
    interval: float
    """Shortest time from one request to the next, in seconds."""
    most_tags: int = 100
    """Tags of one query; of more, the others are compared here."""
    key: Literal["none", "optional", "needed"] = "none"
    own: bool = False
    """Whether the user registered it; it may then be on this machine or in the local network."""

    @property
    def host(self) -> str:
        """Its own host."""
        return urlsplit(self.address).hostname or ""

    @property
    def headers(self) -> dict[str, str]:
        """What is sent with every request besides the name of Nijigen.

        The ancestor of Moebooru answers only to its own pages, and breaks what it compresses;
        getchu asks browsers for the age of their users, and programs for this.
        """
        if self.api == "getchu":
            return {"Cookie": "getchu_adalt_flag=getchu.com"}
        if self.api != "behoimi":
            return {}
        return {"Referer": f"{self.address}/post/show/", "Accept-Encoding": "identity"}

    @property
    def is_booru(self) -> bool:
        """Whether it has posts with tags, and answers queries."""
        return self.api != "getchu"

    def page(self, number: int) -> str:
        """Return the address of the page of a post, for browsers."""
        match self.api:
            case "danbooru":
                return f"{self.address}/posts/{number}"
            case "moebooru" | "behoimi":
                return f"{self.address}/post/show/{number}"
            case "gelbooru" | "gelbooru_02":
                return f"{self.address}/index.php?page=post&s=view&id={number}"
        return f"{self.address}/soft.phtml?id={number}"

    def has_file(self, host: str) -> bool:
        """Return whether its files may be fetched from a host."""
        return any(host == one or host.endswith(f".{one}") for one in (self.host, *self.file_hosts))
