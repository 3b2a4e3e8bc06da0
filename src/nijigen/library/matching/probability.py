"""Probability: how often the first hit of a search is right, if it has some score.

Right is the picture that a query was made from. Fitted by `benchmarks/copies.py --part fit`, whose
queries are 17 kinds of edited copies of a picture, and two pictures that are not there.
"""

from __future__ import annotations

import numpy as np

SCORES = (0.202, 0.51, 0.783, 0.982)
RIGHT = (0.019, 0.167, 0.955, 0.992)
"""Share of right ones among first hits of about these scores: of each verdict one."""


def probability(score: float) -> float:
    """Return the probability that a hit is right.

    Args:
        score: That of the hit.
    """
    return round(float(np.interp(score, SCORES, RIGHT)), 3)
