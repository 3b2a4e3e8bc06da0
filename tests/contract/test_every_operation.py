"""What every operation must do, whoever writes it; ``cases.py`` says which checks fit which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import (
    AnyOperation,
    case,
    choices,
    combined,
    data,
    inputs,
    needed,
    one_to_one,
    pictures,
    run,
    takes_pictures,
    usual,
)

from nijigen import Animation, Artwork, Clip, Picture
from nijigen.core.clip import Sound
from nijigen.core.errors import ModelError, SettingsError
from nijigen.core.run import Run
from pictures import animation, artwork, drawing


def notes(operation: AnyOperation, picture: Any) -> set[str]:
    """Return the kinds of what is noted when something goes into every picture port."""
    handle = Run()
    operation.apply(inputs(operation, picture), {}, handle)
    return {note.kind for note in handle.notes}


def test_any_size_and_channels(operation: AnyOperation) -> None:
    assert usual(operation).result is not None
    for width, height, channels in pictures(operation):
        with case(f"{width}×{height} pixels of {channels} channels"):
            assert run(operation, drawing(width, height, channels=channels)) is not None


def test_same_call_same_bytes(operation: AnyOperation) -> None:
    assert data(usual(operation).result) == data(run(operation, drawing(channels=4)))


def test_input_is_untouched(operation: AnyOperation) -> None:
    assert usual(operation).untouched


def test_16_bits_are_taken_and_kept_or_noted(operation: AnyOperation) -> None:
    if not takes_pictures(operation):
        pytest.skip("takes no picture")
    handle = Run()
    result = operation.apply(inputs(operation, drawing(20, 16, depth=16)), {}, handle)
    reduced = {note.kind for note in handle.notes} >= {"depth"}
    if operation.depth == 8:
        assert reduced, "who gives 16 bits must hear that 8 are left"
        assert not isinstance(result, Picture) or result.depth == 8
    elif isinstance(result, Picture):
        assert result.depth == 16 or reduced


def test_alpha_policy(operation: AnyOperation) -> None:
    result = usual(operation).result
    if not isinstance(result, Picture) or operation.alpha == "own" or not takes_pictures(operation):
        return
    assert (result.channels == 4) == (operation.alpha == "carry")


def test_lost_alpha_is_noted(operation: AnyOperation) -> None:
    if operation.alpha == "drop" and takes_pictures(operation):
        assert "alpha" in {note.kind for note in usual(operation).notes}


def test_flattened_layers_are_noted(operation: AnyOperation) -> None:
    flat = [port for port in needed(operation) if port.kind == "picture" and not port.layered]
    if flat:
        assert "layers" in notes(operation, Artwork.of(drawing(9, 7)))


def test_nothing_of_what_is_under_alpha_shows(operation: AnyOperation) -> None:
    """The drawing has loud magenta under its transparent pixels."""
    result = usual(operation).result
    if not isinstance(result, Picture) or result.channels == 1:
        return
    red, green, blue = (result.rgb().reduced().pixels[:, :, c].astype(int) for c in range(3))
    assert not ((np.minimum(red, blue) - green) > 120).any()


def film(of: Animation) -> Clip:
    """Return the same as a stream, with sound."""
    return replace(Clip.from_animation(of), sound=Sound(Path("film.mp4"), ("aac",)))


def test_works_on_an_animation_and_a_clip(operation: AnyOperation) -> None:
    if not one_to_one(operation):
        pytest.skip("does not turn one picture into one picture")
    name, moving = operation.ports[0].name, animation(size=(20, 16))
    result = operation.apply({name: moving}, {})
    assert isinstance(result, Animation)
    assert result.durations == moving.durations
    assert data(result.frames[0]) == data(result.frames[-1])
    clip = operation.apply({name: film(moving)}, {})
    assert isinstance(clip, Clip)
    assert clip.sound == film(moving).sound
    frames = clip.frames()
    first = next(frames)
    assert np.array_equal(first.picture.pixels, result.frames[0].pixels)
    assert first.duration * 1000 == moving.durations[0]


def test_lost_sound_is_noted(operation: AnyOperation) -> None:
    moving = [port for port in needed(operation) if port.type in (Animation, Clip)]
    for port in moving:
        handle = Run()
        given = inputs(operation, drawing()) | {port.name: film(animation(size=(20, 16)))}
        result = operation.apply(given, {}, handle)
        kept = isinstance(result, Clip) and result.sound is not None
        assert kept or "sound" in {note.kind for note in handle.notes}


def test_layers_are_taken_where_declared(operation: AnyOperation) -> None:
    if any(port.layered or port.type is Artwork for port in needed(operation)):
        assert run(operation, artwork()) is not None


def tried(operation: AnyOperation, settings: dict[str, Any]) -> None:
    """Call with a choice: it runs, or it is said what would."""
    # Small, so that exact sides of 65500 stay small on the other axis; a network sees the most
    # that it can beside it. What is made of nothing has a size of its own.
    picture = drawing(2, 1) if usual(operation).runtimes else drawing(9, 7)
    sides = () if operation.ports else {"width", "height"} & operation.parameters.keys()
    try:
        result = run(operation, picture, **(dict.fromkeys(sides, 64) | settings))
    except SettingsError as error:
        # A bound may lie outside what this small picture allows; then it is said what does.
        result = error.hint or None
    except ModelError as error:
        # An engine of others, never the default, may not be here; it is said how to get it.
        assert "engine" in settings
        result = error.hint or None
    assert result is not None


def test_every_choice_and_bound_runs(operation: AnyOperation) -> None:
    for settings in combined(choices(operation)):
        with case(settings):
            tried(operation, settings)
