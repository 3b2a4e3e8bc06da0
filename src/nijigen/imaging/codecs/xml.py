"""Reading XML that comes from anywhere: without entities, without outside files, not too deep."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from nijigen.imaging.codecs.content import damaged

_MOST_BYTES = 2**24
_MOST_DEPTH = 10_000


def parsed(data: bytes, what: str) -> Element:
    """Return the root element.

    Args:
        data: The document.
        what: How errors name it, as in ``the layer list of the ORA``.

    Raises:
        BadPicture: It is too large or too deep, is not XML, or declares entities: nested ones could
            expand to an unbounded size, and others name outside files.
    """
    if len(data) > _MOST_BYTES:
        raise damaged(f"{what} is too large")
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            raise damaged(f"{what} is nested too deeply")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    def refuse(*declared: object) -> None:
        raise damaged(f"{what} declares XML entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise damaged(f"{what} is not XML ({error})") from error
    return builder.close()
