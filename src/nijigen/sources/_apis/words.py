"""Words of queries as the sites write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nijigen.core.posts.query.nodes import AnyOf, Condition, Named, Node, Not, Wildcard
from nijigen.core.posts.rating import RATINGS

_RANGE = re.compile(r"(?:>=|<=|>|<)?\d{1,12}")
_SPAN = re.compile(r"\d{1,12}\.\.\d{0,12}|\.\.\d{1,12}")
_MD5 = re.compile(r"[0-9a-f]{32}")


def tag_word(node: Node) -> str | None:
    """Return a tag, a pattern, or one of them with a minus; None if it is something else."""
    match node:
        case Named(name):
            return _plain(name)
        case Wildcard(pattern):
            return _plain(pattern)
        case Not(Named() | Wildcard() as inner):
            word = tag_word(inner)
            return word and f"-{word}"
    return None


def optional_words(node: Node) -> list[str] | None:
    """Return the tags of which one is asked for; None if it is something else."""
    if not isinstance(node, AnyOf):
        return None
    words = [tag_word(one) for one in node.nodes if isinstance(one, Named)]
    found = [word for word in words if word]
    return found if len(found) == len(node.nodes) else None


def number_word(node: Node, names: Mapping[str, str], *, spans: bool) -> str | None:
    """Return a comparison with a number, or an MD5.

    Args:
        node: The condition.
        names: How the software calls the measures that it knows.
        spans: Whether it knows ``1..9``.
    """
    if not isinstance(node, Condition) or node.metatag not in names:
        return None
    if node.metatag == "md5":
        known = bool(_MD5.fullmatch(node.value))
    else:
        known = bool(_RANGE.fullmatch(node.value) or (spans and _SPAN.fullmatch(node.value)))
    return f"{names[node.metatag]}:{node.value}" if known else None


def rating_word(node: Node, letters: Mapping[str, str]) -> str | None:
    """Return the word for ratings; ``letters`` has those of the site by ours.

    One rating is asked for, of several the others are left out: no site has a list.
    """
    if not isinstance(node, Condition) or node.metatag != "rating":
        return None
    wanted = {letters[one] for one in node.value.split(",")}
    others = [letter for letter in dict.fromkeys(letters.values()) if letter not in wanted]
    if len(wanted) == 1:
        return f"rating:{next(iter(wanted))}"
    return " ".join(f"-rating:{letter}" for letter in others)


def letters(general: str, sensitive: str, questionable: str, explicit: str) -> dict[str, str]:
    """Return the words of a site for our ratings."""
    return dict(zip(RATINGS, (general, sensitive, questionable, explicit), strict=True))


def _plain(name: str) -> str | None:
    """Return a name that no site reads as something else."""
    return None if re.search(r"\s|^[-~({]", name) else name
