"""Getchu: fetch the character pictures of a company's games from getchu.com."""

from __future__ import annotations

import re
from typing import Any

from nijigen.core.command import Change, Plan, command
from nijigen.core.errors import InputError, SourceError
from nijigen.core.plural import plural
from nijigen.core.run import Run
from nijigen.core.values import FolderPath
from nijigen.sources._web.opening import open_client
from nijigen.sources.sites._opening import find_site


@command(access="network", lock=lambda output: _named(output), long=True)
def getchu(
    company: str,
    *,
    site: str = "getchu",
    output: FolderPath | None = None,
) -> Plan:
    """Fetch the character pictures of a company's games from getchu.com.

    A page a second, one company at a time. The folder has the layout of the crawler
    getchu_character_picture_grabber, whose folders are continued. Run it again to go on after an
    interruption. `nijigen sources posts getchu:FOLDER "..."` lists what is in it.

    Args:
        company: Number of the company, as in the addresses of its list: `search_brand_id=...`.
        site: Another site with the same pages.
        output: Folder for the companies.

    Returns:
        How many products were looked at, and how many pictures have arrived.

    Raises:
        InputError: No folder is named, it is no number, or an extra is missing.
        NotFound: There is no such company.
        SourceError: The site did not respond as expected, or some products could not be had; all
            others have arrived.
        OutputError: The folder cannot be written.

    Example:
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.sources.commands.getchu import getchu
        >>> try:
        ...     getchu.plan({"company": "1"}, {})
        ... except InputError as error:
        ...     print(error.message)
        no folder is named
    """
    folder = _named(output)
    if not re.fullmatch(r"[0-9]{1,9}", company):
        raise InputError(f"{company[:40]!r} is not the number of a company", "such as 1234")
    where = find_site(site)
    result: dict[str, Any] = {}

    def apply(run: Run) -> None:
        with open_client(where, run) as client:
            from nijigen.sources._getchu.fetching import fetch_company

            done = fetch_company(company, folder, client)
        result.update(products=done.products, pictures=done.pictures)
        if done.failed:
            number, why = next(iter(done.failed.items()))
            raise SourceError(
                f"{plural(len(done.failed), 'product')} could not be had: {number}: {why}",
                "everything else has arrived; run it again to try these again",
            )

    return Plan([Change(f"fetch company {company} of {site} into {folder}", apply)], lambda: result)


def _named(output: FolderPath | None) -> FolderPath:
    if output is None:
        raise InputError("no folder is named", "such as --output getchu")
    return output
