#!/usr/bin/env bash
# 1. Expected: a PSD opened in a paint program looks as in the program that wrote it, as far as the program
#    has the features itself. Krita has both groups with an opacity and clipping (alpha inheritance).
# 2. Seen with Krita 5.1.5 (Debian): the opacity of a group and the flag for clipping are dropped when a PSD
#    is imported, without a warning. Red at half opacity on white should be (255, 127, 127): it is for a
#    layer, but inside of a group at half opacity it is (255, 0, 0). Red clipped to a layer with nothing
#    there should leave white; it is (255, 0, 0). psd-tools 1.26.0, which wrote the file, and GIMP
#    2.10.34 give the expected colors.
# 3. Noticed when our own PSDs were opened in other programs. docs/formats.md says so, and that OpenRaster
#    keeps the opacity of groups in Krita.
# 4. If Krita imports both, that sentence of docs/formats.md can go.
set -euo pipefail

for program in krita xvfb-run; do
    if ! command -v "$program" >/dev/null; then
        echo "this script needs krita and xvfb (Debian packages): $program is missing" >&2
        exit 2
    fi
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q psd-tools==1.26.0 pillow==13.0.0 numpy==2.4.6
export XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data XDG_CACHE_HOME=$folder/cache
cd "$folder"

"$folder/venv/bin/python" - <<'EOF'
from PIL import Image
from psd_tools import PSDImage

RED, WHITE = (255, 0, 0, 255), (255, 255, 255, 255)
document = PSDImage.new("RGBA", (36, 12))


def add(color, left, width, name):
    picture = Image.new("RGBA", (width, 12), color)
    return document.create_pixel_layer(picture, name=name, left=left)


add(WHITE, 0, 36, "paper")
add(RED, 0, 12, "layer").opacity = 128
group = document.create_group(name="group")
inside = add(RED, 12, 12, "inside")
if inside not in list(group):
    inside.move_to_group(group)
group.opacity = 128
add(WHITE, 24, 6, "base")
add(RED, 24, 12, "clipped").clipping = True
document.save("layers.psd")
EOF

dpkg-query -W krita 2>/dev/null || true
xvfb-run -a krita layers.psd --export --export-filename krita.png >krita.log 2>&1 || {
    cat krita.log >&2
    exit 1
}

"$folder/venv/bin/python" - <<'EOF'
from PIL import Image
from psd_tools import PSDImage

PLACES = {"layer": 6, "group": 18, "clipped, on its base": 27, "clipped, beside its base": 33}
document = PSDImage.open("layers.psd")
assert [layer.opacity for layer in document if layer.name in ("layer", "group")] == [128, 128]
wanted = document.composite(force=True).convert("RGB")
krita = Image.open("krita.png").convert("RGB")
seen = {name: krita.getpixel((x, 6)) for name, x in PLACES.items()}
for name, x in PLACES.items():
    print(f"{name}: psd-tools {wanted.getpixel((x, 6))}, Krita {seen[name]}")
assert [wanted.getpixel((x, 6)) for x in PLACES.values()] == [
    (255, 127, 127),
    (255, 127, 127),
    (255, 0, 0),
    (255, 255, 255),
]
assert seen["layer"] == (255, 127, 127) and seen["clipped, on its base"] == (255, 0, 0)
assert seen["group"] == (255, 0, 0), "the behaviour has changed"
assert seen["clipped, beside its base"] == (255, 0, 0), "the behaviour has changed"
EOF
