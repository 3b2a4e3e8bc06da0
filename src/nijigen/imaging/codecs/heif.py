"""HEIC and HEIF, read by libheif through pi-heif; only the first picture, decoded as it is shown.

Writing HEIC takes an encoder under the GPL, so it is not written.

Source: ISO/IEC 14496-12 for the boxes.
"""

from __future__ import annotations

from nijigen.core.errors import UnsupportedFormat
from nijigen.core.extras import install
from nijigen.core.run import Note
from nijigen.imaging.codecs import exif
from nijigen.imaging.codecs.avif import described
from nijigen.imaging.codecs.color_tags import notes_on
from nijigen.imaging.codecs.content import Content, check_size
from nijigen.imaging.codecs.modes import straight


def read(data: bytes, *, first: bool) -> Content:
    """Read the main picture of a file, turned upright.

    Raises:
        BadPicture: It is damaged or cut off.
        PictureTooLarge: It has more pixels than the limit allows.
        UnsupportedFormat: The extra ``heif`` is not installed.
    """
    try:
        import pi_heif
    except ImportError as error:
        raise UnsupportedFormat(
            "a HEIC picture, which is read with the extra heif", install("heif")
        ) from error
    pi_heif.options.DISABLE_SECURITY_LIMITS = False
    file = pi_heif.open_heif(data, convert_hdr_to_8bit=True)
    image = file[file.primary_index]
    check_size(*image.size)
    found = exif.parse(image.info.get("exif") or b"")
    # The decoder has turned it already.
    content = Content([], text=found.text, dpi=found.dpi, history=found.history)
    content.icc = image.info.get("icc_profile") or None
    content.described = None if content.icc else described(data)
    content.frames = [straight(image.to_pillow(), content.profile)]
    notes = list(notes_on(content.described))
    if len(file) > 1:
        notes.append(Note("frames", f"the main one of {len(file)} pictures was read"))
    content.notes = tuple(notes)
    return content
