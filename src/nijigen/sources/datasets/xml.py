"""XML that comes from elsewhere: a declaration of an entity is refused, whatever it is for.

Entities can name files of this machine, and ten lines of them can fill its memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from nijigen.core.errors import InputError
from nijigen.sources.datasets.dataset import RELEASE


def read_xml(path: Path) -> Element:
    """Return the root element of a file.

    Raises:
        InputError: It cannot be read, is no XML, or declares an entity.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse
    parser.buffer_text = True
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}", RELEASE) from error
    except expat.ExpatError as error:
        text = expat.errors.messages.get(error.code, "")
        raise InputError(f"line {error.lineno} is not XML: {text}", RELEASE) from None
    root: Element = builder.close()
    return root


def _refuse(*_: object) -> NoReturn:
    raise InputError(
        "it declares an entity, which no annotation needs", "do not use this file: " + RELEASE
    )
