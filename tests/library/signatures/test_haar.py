from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import scene

from nijigen.library.matching.views import mirrored as seen_mirrored
from nijigen.library.matching.views import view_of
from nijigen.library.signatures.haar import Haar, mirrored, similarities


def test_the_signature_of_the_mirror_image_follows_from_that_of_the_picture() -> None:
    view = view_of(scene(1, (512, 384)))
    row, turned = Haar().of(view), Haar().of(seen_mirrored(view))
    assert similarities(row, turned[None])[0] < 0.5
    assert similarities(mirrored(row), turned[None])[0] > 0.97
    assert np.array_equal(np.sort(mirrored(mirrored(row))["places"]), np.sort(row["places"]))
