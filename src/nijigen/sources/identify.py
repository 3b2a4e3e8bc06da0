"""Identify: ask sites of reverse search where a picture is from, and who is in it."""

from __future__ import annotations

from nijigen.core.errors import InputError, nearest
from nijigen.core.extras import install_module
from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.sources._engines import ENGINES, USUAL, Engine
from nijigen.sources._engines.answer import Answers


@operation(alpha="own", version=1, access="network")
def identify(
    picture: Picture,
    *,
    engines: str = ",".join(USUAL),
    send: bool = False,
    run: Run = SILENT,
) -> Answers:
    """Ask sites of reverse search where a picture is from, and who is in it.

    The picture is sent to all of them at once: made small, as JPEG, without anything else that its
    file holds. They are iqdb, SauceNAO, trace.moe (scenes of anime), ascii2d and AnimeTrace
    (characters); by name also E-Hentai (manga), TinEye and Yandex. Nothing is sent without the
    setting `send`. Your own library answers the same
    question without sending anything: `nijigen library search`.

    Args:
        picture: Any size.
        engines: Names with commas between them.
        send: Allow that the picture leaves this computer.

    Returns:
        Pages with the picture, the most similar first, those of the same post as one with the
        similarity of each engine; characters; and what became of each engine: `found`, `nothing`,
        `failed` and why, or `unclear` where its page may have changed; with the questions left.

    Raises:
        InputError: Sending is not allowed, an engine is not known, or an extra is missing.

    Source:
        PicImageSearch (MIT) reads the answers.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.core.errors import InputError
        >>> from nijigen.sources.identify import identify
        >>> try:
        ...     identify(Picture(np.zeros((8, 8), np.uint8)), engines="iqdb")
        ... except InputError as error:
        ...     print(error.message)
        the picture would be sent to iqdb
    """
    names = _names(engines)
    if not send:
        raise InputError(f"the picture would be sent to {', '.join(names)}", "allow it with --send")
    try:
        import PicImageSearch  # noqa: F401

        from nijigen.sources._engines.asking import ask, sent
    except ImportError:
        raise InputError(
            "asking these sites needs PicImageSearch", install_module("PicImageSearch")
        ) from None
    if float(picture.pixels.std()) < _FLAT:
        run.note("assumed", "a picture of almost one color is similar to any other such picture")
    return ask(sent(picture), names, run)


_FLAT = 4.0
"""Standard deviation of samples, of 255."""


def _names(text: str) -> list[Engine]:
    words = list(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    found: list[Engine] = [name for word in words for name in ENGINES if name == word]
    unknown = next((word for word in words if word not in ENGINES), None)
    if unknown is not None or not found:
        raise InputError(
            f"there is no engine {(unknown or '')[:40]!r}", nearest(unknown or "", ENGINES)
        )
    return found
