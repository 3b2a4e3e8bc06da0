"""A girl in a sailor uniform: bust, front view, drawn about x = 200."""

from __future__ import annotations

from hair import BANGS, SIDE_LOCK, draw_back_hair, draw_bow, draw_front_hair
from palette import Palette
from pen import Canvas, Mask, Points, ellipse, mirror, moved, path
from PIL import ImageChops

AXIS = 200.0


FACE = path(
    "M 127 176 C 125 222 129 246 143 266 C 158 287 184 305 200 308"
    " C 216 305 242 287 257 266 C 271 246 275 222 273 176"
    " C 272 120 240 100 200 100 C 160 100 128 120 127 176 Z"
)
NECK = path("M 178 286 C 180 306 180 318 174 330 L 200 360 L 226 330 C 220 318 220 306 222 286 Z")
BODY = path(
    "M 174 326 C 160 338 128 346 104 354 C 78 364 66 384 60 410 L 340 410"
    " C 334 384 322 364 296 354 C 272 346 240 338 226 326 L 200 356 Z"
)
COLLAR = path(
    "M 172 324 C 158 334 134 342 116 350 C 124 372 150 392 184 398 L 200 372 L 216 398"
    " C 250 392 276 372 284 350 C 266 342 242 334 228 324 C 222 346 212 360 200 372"
    " C 188 360 178 346 172 324 Z"
)


def draw_girl(canvas: Canvas, palette: Palette, *, lids: float = 0) -> None:
    """Draw the girl.

    Args:
        canvas: At least 400 by 400.
        palette: Her colors.
        lids: How far her eyes are closed, 0 to 1.
    """
    draw_back_hair(canvas, palette)
    _body(canvas, palette)
    _face(canvas, palette)
    for side in (False, True):
        _eye(canvas, palette, side, lids)
    draw_front_hair(canvas, palette)
    for side in (False, True):
        _brow(canvas, palette, side)
    draw_bow(canvas, palette)


def _sided(points: Points, right: bool) -> Points:
    return mirror(points, AXIS) if right else points


def _body(canvas: Canvas, p: Palette) -> None:
    canvas.fill(NECK, p.skin)
    inside = canvas.mask(NECK)
    canvas.fill(
        path("M 170 280 L 230 280 L 224 312 C 214 322 190 322 176 310 Z"),
        p.skin_shadow,
        clip=inside,
    )
    canvas.fill(BODY, p.white)
    inside = canvas.mask(BODY)
    canvas.fill(
        path("M 60 410 C 70 380 90 366 110 360 C 128 386 160 402 184 404 L 184 412 Z"),
        p.white_shadow,
        clip=inside,
    )
    canvas.fill(
        path("M 262 412 C 282 396 292 380 298 358 L 344 380 L 344 412 Z"),
        p.white_shadow,
        clip=inside,
    )
    canvas.stroke(BODY, p.line, 2.4, taper=(0, 0))
    chest = path("M 173 327 C 179 347 188 360 200 372 C 212 360 221 347 227 327 Z")
    canvas.fill(chest, p.skin)
    canvas.fill(
        path("M 173 327 C 179 347 188 360 200 372 C 193 356 186 340 182 327 Z"), p.skin_shadow
    )
    canvas.fill(path("M 178 300 L 222 300 L 224 312 C 214 322 190 322 176 311 Z"), p.skin_shadow)
    for right in (False, True):
        nape = path("M 179 300 C 180 312 178 320 172 328")
        canvas.stroke(_sided(nape, right), p.line, 2, taper=(0, 0))
        canvas.stroke(
            _sided(path("M 184 345 C 189 347 193 350 196 354"), right),
            p.line,
            1.4,
            taper=(0.4, 0.8),
        )
    canvas.fill(COLLAR, p.cloth)
    inside = canvas.mask(COLLAR)
    canvas.fill(
        path("M 150 330 C 160 356 178 376 196 384 L 184 402 C 150 392 124 372 114 350 Z"),
        p.cloth_shadow,
        clip=inside,
    )
    for right in (False, True):
        edge = path("M 126 352 C 136 370 156 384 182 389 C 188 382 192 377 196 373")
        canvas.stroke(_sided(edge, right), p.white, 2.6, taper=(0, 0), clip=inside)
    canvas.stroke(COLLAR, p.line, 2.4, taper=(0, 0))
    for right in (False, True):
        tail = path("M 200 376 C 190 388 182 400 180 414 L 202 414 C 204 400 204 388 200 376 Z")
        canvas.fill(_sided(tail, right), p.scarf_shadow if right else p.scarf)
        canvas.stroke(_sided(tail, right), p.line, 2.2, taper=(0, 0))
    knot = path(
        "M 190 370 C 196 364 204 364 210 370 C 212 378 208 386 200 388 C 192 386 188 378 190 370 Z"
    )
    canvas.fill(knot, p.scarf)
    canvas.fill(
        path(
            "M 190 376 C 196 382 204 382 211 374 C 212 380 208 387 200 388"
            " C 194 387 190 382 190 376 Z"
        ),
        p.scarf_shadow,
    )
    canvas.stroke(knot, p.line, 2.2, taper=(0, 0))


def _face(canvas: Canvas, p: Palette) -> None:
    canvas.fill(FACE, p.skin)
    inside = canvas.mask(FACE)
    canvas.fill(moved(BANGS, 2, 12), p.skin_shadow, clip=inside)
    for right in (False, True):
        canvas.fill(_sided(moved(SIDE_LOCK, 6, 0), right), p.skin_shadow, clip=inside)
        cheek = _sided(ellipse(150, 262, 15, 8), right)
        canvas.fill(cheek, p.blush, clip=inside, opacity=0.55, blur=4)
        for x in (142, 148, 154):
            mark = _sided(path(f"M {x + 2} 259 L {x - 1} 265"), right)
            canvas.stroke(mark, p.blush, 1.4, taper=(0.4, 0.4))
    jaw = path(
        "M 127 200 C 126 230 130 248 143 266 C 158 287 184 305 200 308"
        " C 216 305 242 287 257 266 C 270 248 274 230 273 200"
    )
    canvas.stroke(jaw, p.line, 2.6, taper=(0.2, 0.2))
    canvas.stroke(path("M 199 254 C 201 256 202 258 200 260"), p.line, 1.8, taper=(0.5, 0.3))
    mouth = path(
        "M 187 277 C 193 280 207 280 213 277 C 211 288 206 293 200 293 C 194 293 189 288 187 277 Z"
    )
    canvas.fill(mouth, p.mouth)
    canvas.fill(ellipse(200, 292, 7, 4), p.blush, clip=canvas.mask(mouth))
    canvas.stroke(path("M 184 276 C 192 281 208 281 216 276"), p.line, 2.2, taper=(0.3, 0.3))
    canvas.stroke(
        path("M 187 277 C 189 288 194 293 200 293 C 206 293 211 288 213 277"), p.line, 1.4
    )


def _eye(canvas: Canvas, p: Palette, right: bool, lids: float) -> None:
    drop = 30 * lids
    white = path(
        f"M 140 {226 + drop * 0.5} C 142 {210 + drop} 158 {203 + drop} 172 {207 + drop}"
        f" C 180 {210 + drop} 185 {218 + drop * 0.7} 186 {224 + drop * 0.5}"
        " C 186 238 180 249 168 251 C 154 253 143 244 140 228 Z"
    )
    lash = path(
        f"M 135 {231 + drop * 0.3} C 140 {212 + drop} 156 {202 + drop} 170 {205 + drop}"
        f" C 180 {208 + drop} 185 {215 + drop * 0.8} 187 {223 + drop * 0.5}"
    )
    if lids < 0.9:
        outline = _sided(white, right)
        canvas.fill(outline, p.white)
        inside = canvas.mask(outline)
        x = 2 * AXIS - 164 if right else 164.0
        iris = ellipse(x, 229, 15.5, 21.5)
        canvas.grade(iris, p.iris, (x, 212), (x, 248), clip=inside)
        canvas.fill(ellipse(x, 244, 9, 5), p.iris[-1], clip=inside, opacity=0.8, blur=1.2)
        canvas.stroke(iris, p.pupil, 2.2, taper=(0, 0), clip=inside)
        canvas.fill(ellipse(x, 229, 6.5, 10), p.pupil, clip=inside)
        shade = _sided(moved(lash, 0, 7), right)
        canvas.stroke(shade, p.pupil, 9, taper=(0, 0), clip=canvas.mask(*_overlap(iris, outline)))
        canvas.stroke(
            _sided(moved(lash, 0, 3), right),
            p.white_shadow,
            6,
            taper=(0, 0),
            clip=_difference(canvas, outline, iris),
        )
        canvas.fill(ellipse(x - 5, 219, 5, 6.5, -15), p.white, clip=inside)
        canvas.fill(ellipse(x + 6.5, 240, 2.8, 3.4), p.white, clip=inside)
    canvas.stroke(_sided(lash, right), p.line, 6.4, taper=(0.25, 0.35))
    for text in ("M 139 {a} C 135 {b} 132 {b} 129 {c}", "M 145 {d} C 141 {e} 138 {e} 135 {f}"):
        a = 220 + drop * 0.7
        flick = path(text.format(a=a + 3, b=a, c=a - 5, d=a - 6, e=a - 9, f=a - 13))
        canvas.stroke(_sided(flick, right), p.line, 3, taper=(0, 0.9))
    crease = path(
        f"M 146 {204 + drop * 0.4}"
        f" C 154 {197 + drop * 0.4} 168 {196 + drop * 0.4} 178 {201 + drop * 0.4}"
    )
    canvas.stroke(_sided(crease, right), p.line, 1.4, taper=(0.4, 0.4))
    lower = path("M 146 247 C 152 253 164 254 173 251")
    canvas.stroke(_sided(lower, right), p.line, 2, taper=(0.3, 0.6))


def _overlap(iris: Points, outline: Points) -> list[Points]:
    # The shadow of the lid falls on the iris where it is inside the eye: its upper part.
    top = float(outline[:, 1].min())
    return [iris[iris[:, 1] > top]]


def _difference(canvas: Canvas, outline: Points, iris: Points) -> Mask:
    return ImageChops.subtract(canvas.mask(outline), canvas.mask(iris))


def _brow(canvas: Canvas, p: Palette, right: bool) -> None:
    brow = path("M 138 191 C 148 183 162 181 178 186")
    canvas.stroke(_sided(brow, right), p.line, 2.6, taper=(0.6, 0.3))


def girl() -> Canvas:
    """Return the girl before a pale sky with petals."""
    canvas = Canvas(400, 400, "#d6eef2")
    canvas.fill(ellipse(200, 190, 172, 172), "#fff4dc")
    for x, y, size, turn in _PETALS:
        canvas.fill(ellipse(x, y, size, size * 0.45, turn), "#f6b3bf")
    draw_girl(canvas, Palette())
    return canvas


_PETALS = (
    (40, 60, 9, 30),
    (352, 52, 8, -40),
    (28, 190, 7, 70),
    (374, 222, 9, 20),
    (82, 30, 6, -20),
    (330, 160, 6, 60),
    (22, 292, 9, -30),
    (384, 330, 7, 45),
    (60, 130, 6, 10),
    (300, 28, 7, 80),
)
