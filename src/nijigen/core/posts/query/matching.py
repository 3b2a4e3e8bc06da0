"""Evaluate queries on posts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from nijigen.core.posts import patterns
from nijigen.core.posts.metatags import METATAGS, Moment
from nijigen.core.posts.post import Post
from nijigen.core.posts.query.nodes import (
    AllOf,
    AnyOf,
    Condition,
    Named,
    Node,
    Not,
    Query,
    Wildcard,
)
from nijigen.core.posts.query.ordering import sorted_posts
from nijigen.core.posts.vocabulary import Vocabulary

Test = Callable[[Post], bool]
_NO_TAGS = Vocabulary()


def matches(
    query: Query, post: Post, vocabulary: Vocabulary = _NO_TAGS, *, now: float | None = None
) -> bool:
    """Return whether a post is one that a query asks for, whatever its order and limit.

    Args:
        query: The query.
        post: What is known of a picture.
        vocabulary: Aliases that the query may use, and implications that posts may lack.
        now: The time for ``age:``, in seconds since 1970; by default the present.
    """
    return bool(_found(query, [post], vocabulary, now))


def find(
    query: Query,
    posts: Iterable[Post],
    vocabulary: Vocabulary = _NO_TAGS,
    *,
    now: float | None = None,
    seed: int = 0,
) -> list[Post]:
    """Return the posts that a query asks for, in its order, up to its limit.

    Without ``order:`` the newest, by number, come first. ``order:random`` is the same for the
    same seed.
    """
    found = _found(query, posts, vocabulary, now)
    by_complete = {id(complete): post for post, complete in found}
    ordered = sorted_posts([complete for _, complete in found], query.order, seed)
    return [by_complete[id(complete)] for complete in ordered[: query.limit]]


def _found(
    query: Query, posts: Iterable[Post], vocabulary: Vocabulary, now: float | None
) -> list[tuple[Post, Post]]:
    """Return the posts that match, each with itself completed by all implied tags."""
    test = _test(query.root, vocabulary, Moment(time.time() if now is None else now))
    pairs = ((post, vocabulary.completed(post)) for post in posts)
    return [(post, complete) for post, complete in pairs if test(complete)]


def _test(node: Node, vocabulary: Vocabulary, moment: Moment) -> Test:
    """Return a function that evaluates a node."""
    match node:
        case Named(name):
            wanted = vocabulary.resolve(name)
            return lambda post: any(one in post.tags for one in wanted)
        case Wildcard(pattern):
            return lambda post: any(patterns.matches(pattern, name) for name in post.tags)
        case Condition(metatag, value):
            return lambda post: METATAGS[metatag].matches(value, post, moment)
        case Not(inner):
            test = _test(inner, vocabulary, moment)
            return lambda post: not test(post)
        case AllOf(nodes):
            tests = [_test(child, vocabulary, moment) for child in nodes]
            return lambda post: all(test(post) for test in tests)
        case AnyOf(nodes):
            tests = [_test(child, vocabulary, moment) for child in nodes]
            return lambda post: any(test(post) for test in tests)
