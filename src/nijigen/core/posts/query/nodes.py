"""A query as a tree; ``str()`` prints it so that it is read again as the same tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nijigen.core.posts.query.words import tag_word, value_word


@dataclass(frozen=True, slots=True)
class Named:
    """Posts with a tag."""

    name: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Posts with a tag whose name matches a pattern, in which ``*`` is any text."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Posts that satisfy a metatag; the value is canonical."""

    metatag: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """Posts that do not satisfy a node."""

    node: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """Posts that satisfy every node; all posts if there is none."""

    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Posts that satisfy at least one node."""

    nodes: tuple[Node, ...]


Leaf = Named | Wildcard | Condition
Node = Leaf | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Order:
    """A key to sort by."""

    key: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """Which posts, in which order, and how many."""

    root: Node = AllOf()
    order: tuple[Order, ...] = ()
    limit: int | None = None

    def __str__(self) -> str:
        words = [_text(self.root, 0)]
        words += [f"order:{one.key}{'' if one.descending else '_asc'}" for one in self.order]
        if self.limit is not None:
            words.append(f"limit:{self.limit}")
        return " ".join(filter(None, words))


def every(nodes: Iterable[Node]) -> Node:
    """Return the conjunction of nodes; one alone is itself, one inside another is merged."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, AllOf) else (node,)
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def either(nodes: Iterable[Node]) -> Node:
    """Return the disjunction of nodes; one alone is itself, one inside another is merged."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, AnyOf) else (node,)
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def _text(node: Node, depth: int) -> str:
    """Return a node as text inside a number of parentheses."""
    match node:
        case Named(name):
            return tag_word(name, depth)
        case Wildcard(pattern):
            return pattern
        case Condition(metatag, value):
            return f"{metatag}:{value_word(value, depth)}"
        case Not(inner):
            simple = isinstance(inner, Named | Wildcard | Condition)
            return f"-{_text(inner, depth)}" if simple else f"-({_text(inner, depth + 1)})"
        case AllOf(nodes):
            return " ".join(_part(child, AnyOf, depth) for child in nodes)
        case AnyOf(nodes):
            return " or ".join(_part(child, AllOf, depth) for child in nodes)


def _part(node: Node, kind: type[AllOf | AnyOf], depth: int) -> str:
    return f"({_text(node, depth + 1)})" if isinstance(node, kind) else _text(node, depth)
