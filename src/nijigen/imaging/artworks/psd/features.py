"""What of a PSD is drawn, and the names of what is not.

A block of a layer is one of three: drawn (other modules read it), without effect on pixels
(:data:`HARMLESS`), or not drawn. A key that is in no table here is taken as not drawn.

Source: Adobe Photoshop File Formats Specification (November 2019), "Additional Layer Information".
"""

from __future__ import annotations

from collections.abc import Callable

from nijigen.core.errors import BadPicture
from nijigen.imaging.artworks.psd.descriptors import descriptor
from nijigen.imaging.artworks.psd.pixels import Reader

DRAWN = frozenset(
    {
        *(b"luni", b"lsct", b"lsdk", b"iOpa", b"tsly"),
        *(b"artb", b"artd", b"abdd", b"vmsk", b"vsms"),
    }
)
"""Read by ``records``, ``artboards`` and ``vectors``."""

HARMLESS = frozenset(
    {
        # Ids, colors in the panel, locks, time stamps, other metadata.
        *(b"lyid", b"lclr", b"lspf", b"fxrp", b"lnsr", b"shmd", b"lyvr", b"sn2P", b"ffxi", b"cinf"),
        *(b"extd", b"extn", b"anFX", b"Anno", b"pths", b"CAI ", b"GenI", b"OCIO"),
        # Text and placed documents, whose pixels the file has too; how shapes were drawn.
        *(b"TySh", b"tySh", b"Txt2", b"plLd", b"PlLd", b"SoLd", b"SoLE", b"vogk", b"vowv"),
        *(b"FEid", b"FXid", b"FELS", b"FMsk", b"PxSc", b"PxSD"),
        # Patterns that other blocks use; whether masks hide effects, or effects blend first.
        *(b"Patt", b"Pat2", b"Pat3", b"patt", b"shpa", b"lmgm", b"vmgm", b"infx"),
    }
)

NOT_DRAWN: dict[bytes, str] = {
    b"levl": "levels",
    b"curv": "curves",
    b"brit": "brightness and contrast",
    b"CgEd": "brightness and contrast",
    b"blnc": "color balance",
    b"hue ": "hue and saturation",
    b"hue2": "hue and saturation",
    b"selc": "selective color",
    b"thrs": "threshold",
    b"nvrt": "invert",
    b"post": "posterize",
    b"expA": "exposure",
    b"vibA": "vibrance",
    b"blwh": "black and white",
    b"phfl": "photo filter",
    b"mixr": "channel mixer",
    b"clrL": "color lookup",
    b"grdm": "gradient map",
    b"SoCo": "solid color fill",
    b"GdFl": "gradient fill",
    b"PtFl": "pattern fill",
    b"vscg": "shape fill",
    b"frgb": "frame",
}
"""Blocks that always have an effect."""

_EFFECTS: dict[bytes, str] = {
    b"DrSh": "drop shadow",
    b"dropShadowMulti": "drop shadow",
    b"IrSh": "inner shadow",
    b"innerShadowMulti": "inner shadow",
    b"OrGl": "outer glow",
    b"IrGl": "inner glow",
    b"ebbl": "bevel and emboss",
    b"ChFX": "satin",
    b"SoFi": "color overlay",
    b"solidFillMulti": "color overlay",
    b"GrFl": "gradient overlay",
    b"gradientFillMulti": "gradient overlay",
    b"patternFill": "pattern overlay",
    b"FrFX": "stroke",
    b"frameFXMulti": "stroke",
}
_OLD_EFFECTS: dict[bytes, tuple[str, int]] = {
    b"dsdw": ("drop shadow", 38),
    b"isdw": ("inner shadow", 38),
    b"oglw": ("outer glow", 30),
    b"iglw": ("inner glow", 30),
    b"bevl": ("bevel and emboss", 55),
    b"sofi": ("color overlay", 23),
}
"""Names, and where the byte is that switches the effect on."""

_EFFECT_BLOCKS = (b"lmfx", b"lfxs", b"lfx2", b"lrFX")
"""The newest first."""


def blend_mode(key: bytes) -> str:
    """Return the name of a blend mode that is not drawn."""
    return "blend mode dissolve" if key == b"diss" else f"unknown blend mode {_text(key)}"


def not_drawn(blocks: dict[bytes, bytes], *, is_base: bool) -> list[str]:
    """Return names of the features of a layer that are not drawn.

    Args:
        blocks: Its blocks by key.
        is_base: Whether other layers are clipped to it.
    """
    found: list[str] = []
    # The older ones repeat what newer programs read from the newer one.
    effects = next((key for key in _EFFECT_BLOCKS if key in blocks), None)
    if effects is not None:
        found += _effects(effects, blocks[effects])
    for key, data in blocks.items():
        if key in NOT_DRAWN:
            found.append(NOT_DRAWN[key])
        elif key in _SWITCHED:
            name, is_on = _SWITCHED[key]
            found += [name] if is_on(data) else []
        elif key == b"clbl":
            found += ["clipped layers blended one by one"] if is_base and data[:1] == b"\0" else []
        elif key not in DRAWN | HARMLESS | set(_EFFECT_BLOCKS):
            found.append(f"unknown block {_text(key)}")
    return list(dict.fromkeys(found))


def _text(key: bytes) -> str:
    return repr(key.decode("ascii", "replace").strip())


def _effects(key: bytes, data: bytes) -> list[str]:
    try:
        reader = Reader(data)
        return _old_effects(reader) if key == b"lrFX" else _new_effects(reader)
    except BadPicture:
        return ["layer effects"]


def _new_effects(reader: Reader) -> list[str]:
    reader.take(">II")
    settings = descriptor(reader)
    if settings.get(b"masterFXSwitch") is False:
        return []
    found = []
    for key, name in _EFFECTS.items():
        given = settings.get(key)
        some = given if isinstance(given, list) else [given]
        if any(isinstance(one, dict) and one.get(b"enab") is not False for one in some):
            found.append(name)
    return found


def _old_effects(reader: Reader) -> list[str]:
    _, count = reader.take(">HH")
    found = []
    for _ in range(count):
        _, key = reader.take(">4s4s")
        part = reader.part(">I").rest()
        if key == b"cmnS" and len(part) > 4 and not part[4]:
            return []
        if key in _OLD_EFFECTS:
            name, switch = _OLD_EFFECTS[key]
            found += [name] if part[switch : switch + 1] != b"\0" else []
    return found


def _stroke_is_on(data: bytes) -> bool:
    try:
        reader = Reader(data)
        reader.take(">I")
        return descriptor(reader).get(b"strokeEnabled") is not False
    except BadPicture:
        return True


_SWITCHED: dict[bytes, tuple[str, Callable[[bytes], bool]]] = {
    b"knko": ("knockout", lambda data: any(data[:1])),
    b"brst": ("channels left out of blending", lambda data: len(data) >= 4),
    b"vstk": ("shape stroke", _stroke_is_on),
}
"""Blocks that have an effect only if their content says so."""
