"""Texts that begin with a minus, as queries do."""

from __future__ import annotations

from typing import Any

import pytest

from nijigen.cli.command import command
from nijigen.core.registry import get_command


@pytest.mark.parametrize(
    "words",
    [
        ["-comic"],
        ["-original -rating:e"],
        ["--", "-comic"],
        ["- x"],
        ["-quiet_place", "--count", "5"],
    ],
)
def test_a_query_may_begin_with_a_minus(words: list[str]) -> None:
    made = command(get_command("sources.download"))
    found: dict[str, Any] = made.make_context("download", ["danbooru", *words]).params
    assert found["inputs"] == ("danbooru", next(one for one in words if one != "--"))
    assert found["quiet"] is False


def test_options_are_still_options() -> None:
    made = command(get_command("sources.download"))
    given = ["danbooru", "cat", "-q", "--blacklist", "-comic", "--count", "-5"]
    found = made.make_context("download", given, resilient_parsing=True).params
    assert found["inputs"] == ("danbooru", "cat")
    assert found["blacklist"] == "-comic"
    assert found["quiet"] is True
    with pytest.raises(Exception, match="--cuont"):
        made.make_context("download", ["danbooru", "-comic", "--cuont", "5"])
