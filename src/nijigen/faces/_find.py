"""Find faces, then read landmarks and attributes to the requested depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from nijigen.core.errors import InputError
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.faces._page import Page
from nijigen.faces._reading import Names, Reading, read_landmarks, read_names
from nijigen.faces._settings import Query
from nijigen.faces._values import Attributes, Eye, Face, Faces, Mouth

Depth = Literal["boxes", "landmarks", "attributes"]
OPEN, WIDE = 0.15, 0.55
"""Openness from which a mouth counts as open, and as wide open."""


def find(picture: Picture, query: Query, depth: Depth, run: Run) -> Faces:
    """Return the faces of a picture, detected or given, read to the requested depth.

    Given landmarks are kept; attributes are always measured from the landmarks.

    Raises:
        InputError: The given faces belong to a picture of another size.
        ModelError: Weights are missing or corrupt, or an engine is not installed.
    """
    page = Page(picture)
    parts = {"boxes": (1.0, 1.0), "landmarks": (0.7, 1.0), "attributes": (0.6, 0.8)}[depth]
    if query.given is not None:
        known = Faces.from_json(query.given)
        size = known.width or page.width, known.height or page.height
        if size != (page.width, page.height):
            raise InputError(
                f"these faces belong to a picture of {size[0]}×{size[1]} pixels, "
                f"not {page.width}×{page.height}",
                "pass the faces of this picture",
            )
        engine, faces = known.engine, list(known.faces)
    else:
        from nijigen.faces.engines import detect

        found = detect(page, query, run.part(0, parts[0]))
        engine, faces = query.engine, sorted(found, key=lambda face: -face.confidence)
    if depth != "boxes" and faces:
        boxes = [face.box for face in faces]
        # Pose and openness come with the landmarks, so attributes need them for every face.
        read = [n for n, f in enumerate(faces) if depth == "attributes" or not f.landmarks]
        made = read_landmarks(page, [boxes[n] for n in read], run.part(parts[0], parts[1]))
        readings = dict(zip(read, made, strict=True))
        faces = [
            face
            if face.landmarks
            else face.model_copy(update={"landmarks": readings[number].landmarks()})
            for number, face in enumerate(faces)
        ]
        if depth == "attributes":
            names = read_names(page, boxes, run.part(parts[1], 1))
            faces = _with_attributes(page, faces, made, names)
    run.progress(1)
    return Faces(width=page.width, height=page.height, engine=engine, faces=tuple(faces))


def _with_attributes(
    page: Page, faces: Sequence[Face], readings: Sequence[Reading], names: Sequence[Names]
) -> list[Face]:
    made = []
    for face, reading, name in zip(faces, readings, names, strict=True):
        attributes = _attributes(page, face, reading, name)
        made.append(face.model_copy(update={"attributes": attributes}))
    return made


def _attributes(page: Page, face: Face, reading: Reading, name: Names) -> Attributes:
    from nijigen.faces._measuring import measure

    colors = measure(page, face, reading)
    openness = reading.mouth_open
    mouth: Mouth = "wide" if openness >= WIDE else "open" if openness >= OPEN else "closed"
    # On a grayscale face the network can only guess; a closed eye has no color to name.
    named = not colors.colorless
    eye_named = named and any(colors.eyes)
    yaw, pitch, roll = (round(degrees, 1) for degrees in reading.pose)
    return Attributes(
        skin=colors.skin,
        hair=colors.hair,
        hair_name=name.hair if named else None,
        hair_name_confidence=name.hair_confidence if named else 0.0,
        eye_left=Eye(
            color=colors.eyes[0], colors=colors.eye_colors[0], open=round(reading.open_left, 3)
        ),
        eye_right=Eye(
            color=colors.eyes[1], colors=colors.eye_colors[1], open=round(reading.open_right, 3)
        ),
        eye_name=name.eye if eye_named else None,
        eye_name_confidence=name.eye_confidence if eye_named else 0.0,
        mouth=mouth,
        mouth_open=round(openness, 3),
        yaw=yaw,
        pitch=pitch,
        roll=roll,
    )
