#!/usr/bin/env bash
# 1. Expected: a PDF page that is one picture, drawn at exactly its own resolution (72 dpi for a picture
#    of one pixel a point, on whole pixels), gives the picture's own pixels.
# 2. Seen with pdftoppm 22.12.0 (poppler-utils of Debian 12): the picture is scaled to one pixel more in
#    width and height, and what hangs over is cut off. Every eighth column white on black: column 8 of 64
#    is 223 and 35 instead of 255 and 0, column 56 is 35 and 223 the wrong way round. Almost no pixel of
#    a noisy picture is right, and lines are soft. pdftocairo of the same package and pypdfium2 5.15.2
#    give the very pixels.
# 3. Noticed when books made by `formats.pack` were compared with their pages. Nijigen reads PDF with
#    pypdfium2; tests against poppler use pdftocairo.
# 4. If pdftoppm keeps pixels, either of the two tools can be the peer.
set -euo pipefail

for program in pdftoppm pdftocairo; do
    if ! command -v "$program" >/dev/null; then
        echo "this script needs poppler-utils (Debian package): $program is missing" >&2
        exit 2
    fi
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pypdfium2==5.15.2 img2pdf==0.6.3 pillow==13.0.0 numpy==2.4.6
cd "$folder"

cat >look.py <<'PY'
import subprocess

import img2pdf
import numpy as np
import pypdfium2
from PIL import Image

SIDE = 64
stripes = np.zeros((SIDE, SIDE), np.uint8)
stripes[:, ::8] = 255
Image.fromarray(stripes).save("page.png")
layout = img2pdf.get_fixed_dpi_layout_fun((72, 72))
with open("page.pdf", "wb") as file:
    file.write(img2pdf.convert("page.png", layout_fun=layout))


def drawn(program: str) -> np.ndarray:
    subprocess.run([program, "-r", "72", "-png", "-singlefile", "page.pdf", program], check=True)
    return np.asarray(Image.open(f"{program}.png").convert("L"))


cairo, splash = drawn("pdftocairo"), drawn("pdftoppm")
pdfium = pypdfium2.PdfDocument("page.pdf")[0].render(scale=1).to_pil().convert("L")
for name, row in (("picture", stripes), ("pdftocairo", cairo), ("pdftoppm", splash)):
    print(f"{name:>10}:", *row[SIDE // 2, 6:12], "...", *row[SIDE // 2, 54:60])
assert np.array_equal(cairo, stripes), "pdftocairo has changed"
assert np.array_equal(np.asarray(pdfium), stripes), "pypdfium2 has changed"
assert splash.shape == stripes.shape
wrong = (splash != stripes).any(axis=0).sum()
print(f"pdftoppm: {wrong} of {SIDE} columns are not the picture's")
assert wrong >= 8, "the behaviour has changed: pdftoppm keeps the pixels"
PY
"$folder/venv/bin/python" look.py
