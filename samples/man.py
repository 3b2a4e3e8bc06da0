"""An old sailor with a gray beard: bust, front view, drawn about x = 200."""

from __future__ import annotations

import numpy as np
from pen import Canvas, Points, ellipse, mirror, moved, path

AXIS = 200.0
LINE = "#2a1510"
SKIN, SKIN_SHADOW, SKIN_LIGHT = "#8d5a3b", "#65392a", "#ad7650"
BEARD, BEARD_SHADOW, BEARD_LIGHT = "#b9b6b8", "#86828c", "#dedcd8"
COAT, COAT_SHADOW = "#2f4a6d", "#1f3250"
KNIT, KNIT_SHADOW = "#e9dfc8", "#bfae93"

FACE = path(
    "M 126 160 C 124 204 126 240 134 266 C 142 292 164 316 184 324 C 194 328 206 328 216 324"
    " C 236 316 258 292 266 266 C 274 240 276 204 274 160 C 270 104 240 84 200 84"
    " C 160 84 130 104 126 160 Z"
)
EAR = path("M 130 196 C 116 184 106 192 109 212 C 111 230 118 246 131 244 Z")
NECK = path("M 158 290 C 158 316 154 328 142 336 L 200 372 L 258 336 C 246 328 242 316 242 290 Z")
JAW = path(
    "M 128 206 C 127 236 129 252 133 268 C 140 300 160 326 180 338 C 190 344 210 344 220 338"
    " C 240 326 260 300 267 268 C 271 252 273 236 272 206 C 268 224 264 238 256 250"
    " C 246 262 240 258 232 254 C 222 246 212 247 200 251 C 188 247 178 246 168 254"
    " C 160 258 154 262 144 250 C 136 238 132 224 128 206 Z"
)
LIPS = path(
    "M 178 274 C 186 268 194 270 200 272 C 206 270 214 268 222 274"
    " C 216 284 208 287 200 287 C 192 287 184 284 178 274 Z"
)
CAP = path(
    "M 112 152 C 104 96 140 44 202 44 C 262 44 298 96 288 152 C 262 138 232 132 200 132"
    " C 168 132 138 138 112 152 Z"
)
BRIM = path(
    "M 112 132 C 140 118 170 112 200 112 C 230 112 260 118 288 132 C 292 144 292 158 286 172"
    " C 258 156 230 150 200 150 C 170 150 142 156 114 172 C 108 158 108 144 112 132 Z"
)


def _sided(points: Points, right: bool) -> Points:
    return mirror(points, AXIS) if right else points


def _body(canvas: Canvas) -> None:
    coat = path("M 142 338 C 104 348 62 362 44 410 L 356 410 C 338 362 296 348 258 338 Z")
    canvas.fill(NECK, SKIN_SHADOW)
    canvas.fill(coat, COAT)
    inside = canvas.mask(coat)
    canvas.fill(
        path("M 44 410 C 58 372 84 358 110 350 C 106 372 110 392 118 412 Z"),
        COAT_SHADOW,
        clip=inside,
    )
    canvas.fill(
        path("M 268 412 C 276 390 280 370 276 346 L 360 372 L 360 412 Z"), COAT_SHADOW, clip=inside
    )
    canvas.stroke(coat, LINE, 3, taper=(0, 0))
    roll = path(
        "M 146 322 C 140 338 142 358 152 372 C 182 392 218 392 248 372"
        " C 258 358 260 338 254 322 C 226 348 174 348 146 322 Z"
    )
    canvas.fill(roll, KNIT)
    inside = canvas.mask(roll)
    canvas.fill(
        path("M 140 316 C 176 356 224 356 260 316 L 262 340 C 226 364 174 364 140 340 Z"),
        KNIT_SHADOW,
        clip=inside,
    )
    for x in range(150, 256, 9):
        bend = (x - 200) * 0.12
        rib = path(f"M {x} 330 C {x + bend} 350 {x + bend} 366 {x - bend} 390")
        canvas.stroke(rib, KNIT_SHADOW, 2, taper=(0.1, 0.1), clip=inside)
    canvas.stroke(roll, LINE, 2.8, taper=(0, 0))
    for right in (False, True):
        lapel = path(
            "M 142 340 C 124 346 112 356 104 372 L 128 384 L 118 394 L 164 414 L 190 414"
            " C 172 396 152 372 142 340 Z"
        )
        canvas.fill(_sided(lapel, right), COAT_SHADOW if right else COAT)
        canvas.stroke(_sided(lapel, right), LINE, 2.6, taper=(0, 0))


def _head(canvas: Canvas) -> None:
    for right in (False, True):
        ear = _sided(EAR, right)
        canvas.fill(ear, SKIN_SHADOW if right else SKIN)
        canvas.stroke(ear, LINE, 2.6, taper=(0, 0))
        canvas.stroke(
            _sided(path("M 127 204 C 116 198 113 208 119 218 C 117 224 119 230 124 232"), right),
            LINE,
            1.8,
        )
    canvas.fill(FACE, SKIN)
    inside = canvas.mask(FACE)
    # Light falls from the left: the far side, the sockets and under the cap are in shadow.
    canvas.fill(
        path(
            "M 280 150 L 280 330 L 214 330 C 236 300 250 276 246 246"
            " C 252 228 250 212 252 196 C 254 180 262 164 264 150 Z"
        ),
        SKIN_SHADOW,
        clip=inside,
    )
    canvas.fill(
        path("M 120 150 L 280 150 L 280 184 C 256 170 230 164 204 164 C 172 164 148 170 122 186 Z"),
        SKIN_SHADOW,
        clip=inside,
    )
    canvas.fill(path("M 140 236 C 150 232 162 234 168 240 C 162 250 150 252 142 246 Z"), SKIN_LIGHT)
    canvas.stroke(path("M 126 160 C 124 204 126 240 134 266"), LINE, 2.8, taper=(0, 0.2))
    canvas.stroke(path("M 274 160 C 276 204 274 240 266 266"), LINE, 3.2, taper=(0, 0.2))


def _eye(canvas: Canvas, right: bool) -> None:
    socket = _sided(
        path("M 146 198 C 156 192 176 192 188 202 L 186 210 C 176 202 160 202 148 208 Z"), right
    )
    canvas.fill(socket, SKIN_SHADOW)
    white = _sided(path("M 148 213 C 156 202 176 201 186 212 C 178 221 158 222 148 213 Z"), right)
    canvas.fill(white, "#f6efe4")
    inside = canvas.mask(white)
    x = 2 * AXIS - 169 if right else 169.0
    canvas.grade(
        ellipse(x, 210.5, 8.8, 9.6), ("#26130c", "#7a4524"), (x, 203), (x, 220), clip=inside
    )
    canvas.fill(ellipse(x, 210.5, 4, 4.6), "#120807", clip=inside)
    canvas.fill(ellipse(x - 3, 207, 2.3, 2.3), "#ffffff", clip=inside)
    canvas.stroke(
        _sided(path("M 144 215 C 154 201 176 198 190 213"), right), LINE, 4.2, taper=(0.2, 0.2)
    )
    canvas.stroke(
        _sided(path("M 152 217 C 160 223 174 223 184 215"), right), LINE, 1.6, taper=(0.4, 0.3)
    )
    canvas.stroke(
        _sided(path("M 152 226 C 160 232 172 232 182 227"), right), LINE, 1.3, taper=(0.4, 0.6)
    )
    for a, b, c in ((206, 202, 198), (213, 213, 211), (220, 223, 227)):
        crow = path(f"M 143 {a} C 139 {b} 136 {b} 133 {c}")
        canvas.stroke(_sided(crow, right), LINE, 1.4, taper=(0.2, 0.7))
    brow = path(
        "M 140 196 C 148 183 168 181 190 192 C 192 197 191 200 189 202 C 172 192 154 192 140 196 Z"
    )
    canvas.fill(_sided(brow, right), BEARD_SHADOW if right else BEARD)
    canvas.stroke(_sided(brow, right), LINE, 1.8, taper=(0, 0))
    for x0 in (154, 164, 174):
        hair = path(f"M {x0 - 4} 196 C {x0} 192 {x0 + 3} 190 {x0 + 7} 188")
        canvas.stroke(_sided(hair, right), BEARD_SHADOW if not right else LINE, 1.3)


def _nose(canvas: Canvas) -> None:
    canvas.fill(
        path(
            "M 206 196 C 208 216 214 228 220 238 C 222 246 214 250 206 248"
            " C 208 232 206 216 202 204 Z"
        ),
        SKIN_SHADOW,
    )
    canvas.fill(
        path(
            "M 196 206 C 195 220 193 230 192 240 C 196 243 200 242 201 238"
            " C 202 226 201 214 200 206 Z"
        ),
        SKIN_LIGHT,
    )
    canvas.stroke(path("M 183 232 C 177 238 178 247 186 248"), LINE, 2.4, taper=(0.4, 0.2))
    canvas.stroke(path("M 217 232 C 223 238 222 247 214 248"), LINE, 2.4, taper=(0.4, 0.2))
    canvas.stroke(path("M 187 247 C 193 246 196 252 200 252 C 204 252 207 246 213 247"), LINE, 2.4)
    canvas.stroke(path("M 206 198 C 208 212 210 220 214 228"), LINE, 1.6, taper=(0.3, 0.8))
    for right in (False, True):
        fold = path("M 176 238 C 166 244 160 252 156 262")
        canvas.stroke(_sided(fold, right), LINE, 1.8, taper=(0.3, 0.5))
    canvas.stroke(path("M 194 188 C 193 192 193 195 194 199"), LINE, 1.6)
    canvas.stroke(path("M 206 188 C 207 192 207 195 206 199"), LINE, 1.6)
    canvas.stroke(path("M 168 176 C 188 170 212 170 232 176"), LINE, 1.5, taper=(0.4, 0.4))


def _beard(canvas: Canvas) -> None:
    edge = _tufted(JAW)
    canvas.fill(edge, BEARD)
    inside = canvas.mask(edge)
    canvas.fill(
        path("M 280 190 L 280 350 L 196 350 C 228 326 244 300 246 256 C 262 244 268 220 272 200 Z"),
        BEARD_SHADOW,
        clip=inside,
    )
    canvas.fill(
        path(
            "M 170 292 C 190 300 210 300 230 292 C 226 310 212 318 200 318"
            " C 188 318 174 310 170 292 Z"
        ),
        BEARD_SHADOW,
        clip=inside,
    )
    canvas.fill(
        path("M 130 220 C 132 262 146 300 172 324 C 152 314 134 288 130 250 Z"),
        BEARD_LIGHT,
        clip=inside,
    )
    for x, y, lean in _HAIRS:
        hair = path(f"M {x} {y} C {x + lean} {y + 8} {x + lean * 1.5} {y + 16} {x + lean} {y + 24}")
        canvas.stroke(hair, LINE if x > 236 else BEARD_SHADOW, 1.5, taper=(0.4, 0.6), clip=inside)
    canvas.stroke(edge, LINE, 2.6, taper=(0, 0))
    canvas.fill(LIPS, "#7b3f35")
    canvas.fill(
        path(
            "M 184 279 C 192 283 208 283 216 279 C 212 285 206 287 200 287"
            " C 194 287 188 285 184 279 Z"
        ),
        "#a25c4c",
    )
    canvas.stroke(
        path("M 174 273 C 186 278 192 276 200 277 C 208 276 214 278 228 271"),
        LINE,
        2.6,
        taper=(0.2, 0.2),
    )
    moustache = path(
        "M 200 254 C 190 250 176 252 166 264 C 162 272 158 276 152 278"
        " C 166 284 186 276 200 268 C 214 276 234 284 248 278 C 242 276 238 272 234 264"
        " C 224 252 210 250 200 254 Z"
    )
    canvas.fill(moustache, BEARD_LIGHT)
    canvas.fill(
        path("M 200 260 C 214 262 230 268 248 278 C 234 284 214 276 200 268 Z"),
        BEARD,
        clip=canvas.mask(moustache),
    )
    for side in (-1, 1):
        for start in (6, 14, 22):
            x = 200 + side * start
            hair = path(
                f"M {x} {256 + start * 0.1}"
                f" C {x + side * 8} 260 {x + side * 12} 266 {x + side * 16} 272"
            )
            canvas.stroke(hair, BEARD_SHADOW, 1.4, taper=(0.4, 0.6), clip=canvas.mask(moustache))
    canvas.stroke(moustache, LINE, 2.2, taper=(0, 0))


def _tufted(outline: Points) -> Points:
    """Return the outline with the curls of a beard along its lower edge."""
    steps = np.hypot(*np.diff(outline, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    wave = np.abs(np.sin(along / 11 * np.pi)) * 4
    low = np.clip((outline[:, 1] - 262) / 40, 0, 1) * (outline[:, 1] > 262)
    away = outline - (AXIS, 250)
    away /= np.maximum(np.hypot(*away.T), 1)[:, None]
    return outline + away * (wave * low)[:, None]


def _cap(canvas: Canvas) -> None:
    canvas.fill(CAP, COAT)
    inside = canvas.mask(CAP)
    canvas.fill(
        path("M 236 40 C 262 76 268 110 262 150 L 300 150 L 300 40 Z"), COAT_SHADOW, clip=inside
    )
    for x in range(128, 284, 13):
        rib = path(
            f"M {200 + (x - 200) * 0.35} 46"
            f" C {x - (200 - x) * 0.1} 70 {x} 100 {x + (x - 200) * 0.06} 140"
        )
        canvas.stroke(rib, COAT_SHADOW, 2.4, taper=(0.4, 0), clip=inside)
    canvas.fill(
        path("M 140 70 C 150 60 164 54 176 54 C 162 64 150 80 146 104 C 138 96 136 82 140 70 Z"),
        "#45668f",
        clip=inside,
    )
    canvas.stroke(CAP, LINE, 3, taper=(0, 0))
    canvas.fill(BRIM, COAT)
    inside = canvas.mask(BRIM)
    canvas.fill(
        path("M 244 108 L 300 108 L 300 180 L 262 180 C 264 150 256 130 244 108 Z"),
        COAT_SHADOW,
        clip=inside,
    )
    for x in range(112, 294, 9):
        y = 132 - 20 * (1 - ((x - 200) / 88) ** 2)
        canvas.stroke(
            path(f"M {x} {y + 2} C {x + 2} {y + 14} {x + 1} {y + 26} {x - 1} {y + 38}"),
            COAT_SHADOW,
            2.2,
            taper=(0.2, 0.2),
            clip=inside,
        )
    canvas.stroke(BRIM, LINE, 3, taper=(0, 0))
    for right in (False, True):
        curls = path("M 118 166 C 112 178 116 190 124 196 C 128 190 132 182 133 170 Z")
        canvas.fill(_sided(curls, right), BEARD_SHADOW if right else BEARD)
        canvas.stroke(_sided(curls, right), LINE, 2.2, taper=(0, 0))


def _sea(canvas: Canvas) -> None:
    everywhere = path("M 0 0 L 400 0 L 400 400 L 0 400 Z")
    canvas.grade(everywhere, ("#f6b77c", "#fbe0ad", "#fdf1d2"), (0, 0), (0, 250))
    canvas.fill(ellipse(318, 196, 44, 44), "#fff8e0")
    canvas.fill(path("M 0 246 L 400 246 L 400 400 L 0 400 Z"), "#5f9aa6")
    for x, y, length in (
        (10, 262, 60),
        (296, 258, 80),
        (330, 274, 60),
        (20, 288, 44),
        (318, 292, 36),
        (4, 314, 70),
        (340, 318, 50),
    ):
        canvas.stroke(path(f"M {x} {y} L {x + length} {y}"), "#cfe6de", 2.4, taper=(0.5, 0.5))
    for x, y, span in ((56, 92, 15), (92, 70, 10), (338, 76, 12)):
        gull = path(
            f"M {x - span} {y - 4} C {x - span / 2} {y - 10} {x - 3} {y - 6} {x} {y}"
            f" C {x + 3} {y - 6} {x + span / 2} {y - 10} {x + span} {y - 4}"
        )
        canvas.stroke(gull, "#7b5a4a", 2.2, taper=(0.4, 0.4))


_HAIRS = tuple(
    (x, y, (x - 200) * -0.05)
    for y, xs in (
        (232, (136, 264)),
        (254, (140, 152, 248, 260)),
        (276, (142, 154, 166, 236, 248, 258)),
        (298, (156, 168, 180, 220, 232, 246)),
        (312, (176, 188, 200, 212, 226)),
    )
    for x in xs
)


def man() -> Canvas:
    """Return the sailor before the evening sea."""
    canvas = Canvas(400, 400, "white")
    _sea(canvas)
    _body(canvas)
    _head(canvas)
    for right in (False, True):
        _eye(canvas, right)
    _nose(canvas)
    _beard(canvas)
    canvas.fill(
        moved(BRIM, 0, 8),
        SKIN_SHADOW,
        clip=canvas.mask(path("M 134 150 L 266 150 L 266 178 L 134 178 Z")),
    )
    _cap(canvas)
    return canvas
