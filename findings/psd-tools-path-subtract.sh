#!/usr/bin/env bash
# 1. Expected: what a path subtracts from a shape and what it keeps by intersecting add up to the shape,
#    in antialiased pixels too. Union, intersection and exclusion of psd-tools treat coverage as a
#    probability: two independent halves intersect in a quarter.
# 2. Seen with psd-tools 1.26.0: subtracting takes the difference of the coverages, cut off at 0. Where an
#    upright edge crosses a level one in a pixel and each covers half of it, a quarter should remain: 63
#    of 255. It is 0. Intersecting gives 63, so the two add up to 63, not to the 127 of the shape. Where
#    only one edge passes through a pixel, everything is correct. Corners of subtracted shapes get notches.
# 3. Noticed when vector masks were compared pixel by pixel. Nijigen combines paths inside samples of each
#    pixel (imaging/artworks/psd/vectors.py), so crossings come out right.
# 4. If it multiplies, the comparison in tests/imaging/artworks/psd/test_vectors.py can be stricter.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q psd-tools==1.26.0 pillow==13.0.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import io

from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Tag
from psd_tools.psd.tagged_blocks import TaggedBlock
from psd_tools.psd.vector import (
    ClosedKnotLinked,
    ClosedPath,
    InitialFillRule,
    Path,
    PathFillRule,
    VectorMaskSetting,
)

SIZE = 8
EXCLUDE, UNITE, SUBTRACT, INTERSECT = range(4)
LEFT, UPPER = (4.5, SIZE), (SIZE, 4.5)
"""Two boxes from the corner; their edges cross in pixel (4, 4)."""


def path(operation, box):
    right, bottom = box
    corners = (0, 0), (right, 0), (right, bottom), (0, bottom)
    knots = [ClosedKnotLinked(*[(y / SIZE, x / SIZE)] * 3) for x, y in corners]
    return ClosedPath(items=knots, operation=operation)


def coverage(*paths):
    document = PSDImage.new("RGBA", (SIZE, SIZE))
    red = Image.new("RGBA", (SIZE, SIZE), (255, 0, 0, 255))
    layer = document.create_pixel_layer(red, name="red")
    items = [PathFillRule(), InitialFillRule(0), *paths]
    mask = VectorMaskSetting(version=3, flags=0, path=Path(items=items))
    key = Tag.VECTOR_MASK_SETTING1
    layer._record.tagged_blocks[key] = TaggedBlock(key=key, data=mask)
    file = io.BytesIO()
    document.save(file)
    file.seek(0)
    alpha = PSDImage.open(file).composite(force=True, alpha=0.0).getchannel("A")
    return {at: alpha.getpixel(at) for at in ((4, 4), (2, 4), (4, 6))}


left = coverage(path(UNITE, LEFT))
seen = {
    name: coverage(path(UNITE, LEFT), path(operation, UPPER))
    for name, operation in (
        ("unite", UNITE),
        ("exclude", EXCLUDE),
        ("intersect", INTERSECT),
        ("subtract", SUBTRACT),
    )
}
print("the left box alone: at the crossing", left[4, 4])
for name, pixels in seen.items():
    print(f"{name}: at the crossing {pixels[4, 4]}, on single edges {pixels[2, 4]}, {pixels[4, 6]}")
for at in (2, 4), (4, 6):
    assert abs(seen["subtract"][at] + seen["intersect"][at] - left[at]) <= 1
assert left[4, 4] == 127
assert [seen[name][4, 4] for name in ("unite", "exclude", "intersect")] == [191, 127, 63]
assert seen["subtract"][4, 4] == 0, "the behaviour has changed"
EOF
