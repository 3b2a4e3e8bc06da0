"""The query language of the boorus: ``1girl ~hat ~scarf -comic rating:g score:>=20 order:score``.

>>> from nijigen.core.posts.query import parse_query
>>> str(parse_query("Long_Hair -rating:e (cat or dog) ORDER:score"))
'long_hair -rating:explicit (cat or dog) order:score'
"""

from nijigen.core.posts.query.matching import find, matches
from nijigen.core.posts.query.nodes import Query
from nijigen.core.posts.query.parser import parse_query

__all__ = ["Query", "find", "matches", "parse_query"]
