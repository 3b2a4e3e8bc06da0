#!/usr/bin/env bash
# 1. Expected: FPDFPage_HasTransparency ("checks if a page contains transparency") is true for a page on
#    which something lets its background through: a picture with a soft mask, or a constant alpha.
# 2. Seen with pypdfium2 5.15.2 (its own PDFium): false for a picture with a soft mask, for one drawn with
#    a fill alpha of one half, and for one that is multiplied, with and without a transparency group on
#    the page, although rendering over nothing gives pixels with an alpha of 128. FPDFPageObj_HasTransparency
#    of the picture is true for the constant alpha and the blend mode, but not for the soft mask, which is
#    how nearly every program writes a picture with alpha.
# 3. Noticed when `formats.unpack` looked for pages whose picture can be taken out as it is. Nijigen
#    renders the picture alone and looks at the alpha of its pixels (formats/_books/pdf_reading.py).
# 4. If the answer covers soft masks, the picture need not be rendered to learn of its mask.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pypdfium2==5.15.2 pikepdf==10.18.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'PY'
import io

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Dictionary, Name

SIDE = 8


def image(pdf, channels, value, space):
    return pdf.make_stream(
        bytes([value] * SIDE * SIDE * channels),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=SIDE,
        Height=SIDE,
        ColorSpace=space,
        BitsPerComponent=8,
    )


def page_of(state, masked, group):
    pdf = pikepdf.new()
    picture = image(pdf, 3, 200, Name.DeviceRGB)
    if masked:
        picture.SMask = image(pdf, 1, 128, Name.DeviceGray)
    page = pdf.add_blank_page(page_size=(SIDE, SIDE))
    page.Resources = Dictionary(XObject=Dictionary(P=picture), ExtGState=Dictionary(S=state))
    page.Contents = pdf.make_stream(b"q /S gs 8 0 0 8 0 0 cm /P Do Q")
    if group:
        page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    file = io.BytesIO()
    pdf.save(file)
    return pypdfium2.PdfDocument(file.getvalue())


PLAIN, HALF, MULTIPLIED = Dictionary(), Dictionary(ca=0.5), Dictionary(BM=Name.Multiply)
for name, state, masked, of_object, alpha in (
    ("opaque", PLAIN, False, 0, 255),
    ("soft mask", PLAIN, True, 0, 128),
    ("constant alpha", HALF, False, 1, 128),
    ("multiplied", MULTIPLIED, False, 1, 255),
):
    for group in (False, True):
        document = page_of(state, masked, group)
        page = document[0]
        picture = next(iter(page.get_objects()))
        rendered = page.render(scale=1, fill_color=(0, 0, 0, 0)).to_numpy()[4, 4, 3]
        seen = (
            pdfium.FPDFPage_HasTransparency(page),
            pdfium.FPDFPageObj_HasTransparency(picture),
            int(rendered),
        )
        print(f"{name}{', group' if group else ''}: page {seen[0]}, object {seen[1]}, alpha {seen[2]}")
        assert seen == (0, of_object, alpha), "the behaviour has changed"
PY
