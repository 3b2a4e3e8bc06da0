"""Layer names without Unicode: bytes in the code page of the program that wrote them.

A PSD does not say which code page it is. All names of a file share one, so they are decided
together: Shift-JIS if they are valid and look Japanese, otherwise a Western one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONE_KANA = re.compile("(?<![ｦ-ﾟ])[ｦ-ﾟ](?![ｦ-ﾟ])")
"""One half-width kana is a single byte, as an accented letter of the West is."""
_NEVER = re.compile("[\x80-\xa0\ue000-\uf8ff]")
"""What Python makes of bytes that no Japanese name has."""


def code_page(names: Sequence[bytes]) -> str:
    """Return the name of Python's codec for the layer names of a file.

    ``cp932`` (Shift-JIS as Windows has it), ``cp1252`` or ``mac_roman``; the last two decode
    any bytes of a name, if undefined ones are replaced.
    """
    foreign = [name for name in names if not name.isascii()]
    if foreign and _is_japanese(foreign):
        return "cp932"
    letters = [byte for name in foreign for byte in name if byte > 127]
    # There Windows has the small letters with accents, and the Mac rare capitals and signs.
    return "cp1252" if letters and min(letters) >= 0xDF else "mac_roman"


def _is_japanese(names: Sequence[bytes]) -> bool:
    """Return whether the names are valid Shift-JIS with more Japanese than Latin letters.

    Western names may be valid by chance: an accented letter and the next letter make one kanji.
    The rest of such a word stays Latin.
    """
    wide = latin = 0
    for name in names:
        try:
            text = name.decode("cp932")
        except UnicodeDecodeError:
            return False
        if _LONE_KANA.search(text) or _NEVER.search(text):
            return False
        wide += sum(not letter.isascii() for letter in text)
        latin += sum(letter.isascii() and letter.isalpha() for letter in text)
    return 2 * wide > latin
