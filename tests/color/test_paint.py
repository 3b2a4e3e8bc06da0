"""color.paint: all layers at once, the same as one operation after the other."""

from __future__ import annotations

import numpy as np

from color.drawn import boxes, middle
from nijigen import Artwork
from nijigen.color.flat import flat
from nijigen.color.gradient import gradient
from nijigen.color.lines import lines
from nijigen.color.paint import paint
from nijigen.color.shade import shade
from nijigen.core.registry import get
from nijigen.core.settings import setting_of

HINTS = {"points": [middle(0) | {"color": "#e08040"}, middle(1) | {"color": "#4080e0"}]}


def names(artwork: Artwork) -> list[str]:
    return [layer.name for layer in artwork.layers]


def test_all_layers_in_their_order() -> None:
    made = paint(boxes(), hints=HINTS, rim=0.5, lines=0.5)
    order = ["paper", "flat", "gradient", "shadow", "highlight", "light", "line"]
    assert names(made) == order


def test_the_same_as_step_by_step() -> None:
    made = paint(boxes(), hints=HINTS, rule="nearest", gradient=0.4, lines=0.6)
    steps = lines(shade(gradient(flat(boxes(), hints=HINTS), amount=0.4)), strength=0.6)
    assert names(made) == names(steps)
    assert np.array_equal(made.flatten().pixels, steps.flatten().pixels)


def test_a_rule_means_the_same_as_in_flat() -> None:
    for rule in ("auto", "leave"):
        made, plain = paint(boxes(), rule=rule, gradient=0, shading=False), flat(boxes(), rule=rule)
        assert np.array_equal(made.flatten().pixels, plain.flatten().pixels), rule


def test_without_shading_and_gradient_it_is_flat() -> None:
    made = paint(boxes(), hints=HINTS, rule="nearest", gradient=0, shading=False)
    plain = flat(boxes(), hints=HINTS)
    assert names(made) == names(plain)
    assert np.array_equal(made.flatten().pixels, plain.flatten().pixels)
    # What an earlier painting left goes.
    again = paint(paint(boxes(), hints=HINTS), hints=HINTS, gradient=0, shading=False)
    assert names(again) == names(plain)


def test_its_dials_have_the_limits_and_defaults_of_shade() -> None:
    ours, theirs = get("color.paint").settings_model, get("color.shade").settings_model
    for name, field in theirs.model_fields.items():
        if name != "show":
            mine = ours.model_fields[name]
            known = setting_of(get("color.paint").parameters[name][0]).limits()
            assert known == setting_of(get("color.shade").parameters[name][0]).limits(), name
            assert (mine.default, mine.description) == (field.default, field.description), name
