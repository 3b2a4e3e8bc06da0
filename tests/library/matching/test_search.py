from __future__ import annotations

from typing import Any, cast

from nijigen.library.matching.kinds import Comparison, Verdict
from nijigen.library.matching.probability import probability
from nijigen.library.matching.search import SCORES, Hit, _consistent


def hit(verdict: Verdict, likeness: float, shown: float = 1.0, *changes: Any) -> Hit:
    box = (0, 0, 9, 9)
    made = Comparison(verdict, changes, box, box, 0.0, None, 0.95, 20.0, 1.0, shown)
    score = SCORES[verdict] + 0.19 * likeness
    return Hit(cast(Any, None), (), score, made.kinds, None, made, likeness, 50, 0.5, 0.5)


def test_what_fits_worse_than_a_variant_is_no_more_than_one() -> None:
    day, night = hit("variant", 0.99), hit("same artwork", 0.88)
    found = _consistent([night, day])
    assert [one.kinds[0] for one in found] == ["variant", "variant"]
    assert SCORES["variant"] < found[0].score < found[1].score


def test_the_same_artwork_stays_so_beside_worse_smaller_and_unwritten_variants() -> None:
    same = hit("same artwork", 0.95)
    assert _consistent([same, hit("variant", 0.94)])[0] == same
    assert _consistent([same, hit("variant", 0.99, 0.3)])[0] == same
    lettered = hit("same artwork", 0.7, 1.0, "lettered")
    assert _consistent([lettered, hit("variant", 0.99)])[0] == lettered


def test_probability_grows_with_the_score() -> None:
    found = [probability(score) for score in (0, 0.3, 0.5, 0.6, 0.7, 0.9, 1)]
    assert found == sorted(found)
    assert 0 <= found[0] < 0.1 < 0.9 < found[-1] <= 1
