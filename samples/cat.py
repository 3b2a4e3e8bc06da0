"""A calico kitten that beckons, on nothing: a picture with transparency."""

from __future__ import annotations

from pen import Canvas, ellipse, mirror, path

AXIS = 160.0
LINE = "#43291f"
FUR, FUR_SHADOW = "#fffaf0", "#ded0cf"
GINGER, GINGER_SHADOW = "#f0a04b", "#cb7337"
BROWN, BROWN_SHADOW = "#5d4038", "#43291f"
PINK = "#f4a3a0"

HEAD = path(
    "M 160 58 C 196 58 232 72 250 104 C 262 128 262 154 248 172 C 228 196 194 204 160 204"
    " C 126 204 92 196 72 172 C 58 154 58 128 70 104 C 88 72 124 58 160 58 Z"
)
EAR = path(
    "M 72 112 C 64 80 66 48 76 26 C 82 20 88 22 94 28 C 110 40 126 54 136 68"
    " C 112 76 90 90 72 112 Z"
)
INNER = path("M 80 92 C 76 72 78 54 84 40 C 96 48 108 58 118 68 C 102 74 90 82 80 92 Z")
BODY = path(
    "M 122 190 C 104 212 96 240 98 262 C 100 284 118 296 136 298 L 190 298"
    " C 210 296 226 284 226 262 C 226 238 216 212 198 190 Z"
)
TAIL = path(
    "M 214 280 C 244 284 272 268 276 236 C 278 220 268 210 258 214 C 248 218 250 228 252 238"
    " C 254 252 240 258 218 254 Z"
)
PAW = path(
    "M 112 300 C 104 286 112 268 128 268 C 144 268 152 286 146 300 C 138 305 120 305 112 300 Z"
)


def _ears_and_tail(canvas: Canvas) -> None:
    canvas.fill(TAIL, FUR)
    inside = canvas.mask(TAIL)
    canvas.fill(ellipse(268, 222, 22, 18), GINGER, clip=inside)
    canvas.fill(
        path("M 214 268 C 250 272 266 250 268 214 L 290 220 L 280 290 L 214 290 Z"),
        GINGER_SHADOW,
        clip=inside,
    )
    canvas.stroke(TAIL, LINE, 3, taper=(0, 0))
    for right, color in ((False, GINGER), (True, BROWN)):
        ear, inner = (mirror(p, AXIS) if right else p for p in (EAR, INNER))
        canvas.fill(ear, color)
        canvas.fill(inner, PINK)
        fluff = path(
            "M 92 92 C 90 82 90 74 92 66 C 96 72 98 76 101 80 C 103 74 105 70 108 66"
            " C 112 72 114 76 114 84 Z"
        )
        canvas.fill(mirror(fluff, AXIS) if right else fluff, FUR)
        canvas.stroke(ear, LINE, 3, taper=(0, 0))


def _body(canvas: Canvas) -> None:
    canvas.fill(BODY, FUR)
    inside = canvas.mask(BODY)
    canvas.fill(path("M 232 186 C 206 206 200 240 214 300 L 240 300 Z"), FUR_SHADOW, clip=inside)
    canvas.fill(
        path("M 96 190 L 226 190 L 214 214 C 186 226 136 226 108 214 Z"), FUR_SHADOW, clip=inside
    )
    canvas.fill(
        path("M 92 236 C 112 232 124 246 120 262 C 116 276 104 280 94 278 Z"), GINGER, clip=inside
    )
    canvas.stroke(BODY, LINE, 3, taper=(0, 0))
    for right in (False, True):
        paw = mirror(PAW, 162) if right else PAW
        canvas.fill(paw, FUR)
        for x in (124, 134):
            toe = path(f"M {x} 302 C {x - 1} 297 {x - 1} 294 {x} 290")
            canvas.stroke(mirror(toe, 162) if right else toe, LINE, 2, taper=(0, 0.6))
        canvas.stroke(paw, LINE, 2.6, taper=(0, 0))


def _arm(canvas: Canvas) -> None:
    # Open towards the body, so that no line parts the arm from the shoulder.
    arm = path(
        "M 212 240 C 238 230 250 208 250 182 C 250 162 268 154 282 160 C 298 167 300 184 293 197"
        " C 284 232 262 262 222 270"
    )
    canvas.fill(arm, FUR)
    canvas.fill(ellipse(212, 255, 10, 14), FUR)
    inside = canvas.mask(arm)
    canvas.fill(
        path("M 216 276 C 262 262 284 226 286 156 L 310 160 L 296 284 Z"), FUR_SHADOW, clip=inside
    )
    canvas.stroke(arm, LINE, 3, taper=(0.04, 0.04))
    canvas.fill(ellipse(273, 184, 9, 7.5), PINK)
    for x, y in ((259, 175), (267, 168), (279, 168), (288, 175)):
        canvas.fill(ellipse(x, y, 3.8, 4.4), PINK)


def _face(canvas: Canvas) -> None:
    canvas.fill(HEAD, FUR)
    inside = canvas.mask(HEAD)
    canvas.fill(
        path("M 60 60 L 150 50 C 152 76 146 96 128 108 C 110 118 84 118 62 130 Z"),
        GINGER,
        clip=inside,
    )
    canvas.fill(
        path("M 178 50 L 270 60 L 262 140 C 240 136 216 126 200 110 C 186 96 180 76 178 50 Z"),
        BROWN,
        clip=inside,
    )
    canvas.fill(
        path("M 262 92 C 250 150 214 190 150 196 L 150 212 L 270 212 Z"), FUR_SHADOW, clip=inside
    )
    canvas.fill(
        path("M 254 100 C 256 118 254 130 250 138 L 262 142 L 270 100 Z"), BROWN_SHADOW, clip=inside
    )
    for x, length in ((132, 26), (143, 32), (154, 28)):
        stripe = path(f"M {x} 60 C {x + 1} 70 {x + 1} 78 {x} {58 + length}")
        canvas.stroke(
            stripe,
            GINGER_SHADOW,
            5,
            taper=(0, 0.9),
            clip=canvas.mask(
                path("M 60 60 L 150 50 C 152 76 146 96 128 108 C 110 118 84 118 62 130 Z")
            ),
        )
    canvas.stroke(HEAD, LINE, 3.2, taper=(0, 0))
    for right in (False, True):
        canvas.fill(
            ellipse(92 if not right else 228, 172, 15, 8), PINK, opacity=0.75, blur=4, clip=inside
        )
        _eye(canvas, right)
        for y, bend in ((164, -6), (173, 0), (182, 6)):
            whisker = path(
                f"M 82 {y} C 66 {y + bend * 0.3} 52 {y + bend * 0.8} 38 {y + bend * 1.8}"
            )
            canvas.stroke(mirror(whisker, AXIS) if right else whisker, LINE, 2, taper=(0.05, 0.9))
    canvas.fill(
        path(
            "M 152 166 C 156 163 164 163 168 166 C 168 171 163 174 160 175"
            " C 157 174 152 171 152 166 Z"
        ),
        "#e0706f",
    )
    canvas.stroke(path("M 160 174 L 160 179"), LINE, 2.2, taper=(0, 0))
    canvas.fill(
        path(
            "M 149 182 C 153 184 157 183 160 179 C 163 183 167 184 171 182"
            " C 170 192 165 195 160 195 C 155 195 150 192 149 182 Z"
        ),
        "#a5403f",
    )
    canvas.fill(ellipse(160, 193, 6, 4), PINK, clip=canvas.mask(ellipse(160, 186, 9, 8.5)))
    canvas.stroke(
        path("M 142 178 C 146 186 156 186 160 178 C 164 186 174 186 178 178"),
        LINE,
        2.6,
        taper=(0.2, 0.2),
    )


def _eye(canvas: Canvas, right: bool) -> None:
    x = 212 if right else 108
    ball = ellipse(x, 146, 20, 23)
    canvas.grade(ball, ("#8a4a17", "#e39b2d", "#ffe28a"), (x, 126), (x, 168))
    inside = canvas.mask(ball)
    canvas.fill(ellipse(x, 146, 11, 16), "#23130d", clip=inside)
    canvas.fill(ellipse(x, 164, 12, 5), "#fff2b8", clip=inside, opacity=0.8, blur=1)
    canvas.fill(ellipse(x - 7, 136, 6.5, 7.5), "#ffffff", clip=inside)
    canvas.fill(ellipse(x + 8, 156, 3.4, 3.8), "#ffffff", clip=inside)
    canvas.stroke(ball, LINE, 2.4, taper=(0, 0))
    lid = path("M 86 146 C 86 128 98 120 109 120 C 120 120 131 129 131 145")
    canvas.stroke(mirror(lid, AXIS) if right else lid, LINE, 5, taper=(0.3, 0.3))


def _collar(canvas: Canvas) -> None:
    band = path("M 118 196 C 140 210 180 210 202 196 L 206 206 C 182 222 138 222 114 206 Z")
    canvas.fill(band, "#d2413d")
    canvas.fill(
        path("M 170 208 C 184 206 194 202 202 196 L 206 206 C 196 213 184 217 172 218 Z"), "#9f2c37"
    )
    canvas.stroke(band, LINE, 2.6, taper=(0, 0))
    bell = ellipse(160, 222, 13, 13)
    canvas.fill(bell, "#f6c945")
    canvas.fill(path("M 173 222 C 172 236 156 238 149 229 C 158 232 168 230 173 218 Z"), "#cf9526")
    canvas.fill(ellipse(155, 216, 3.4, 2.6, -30), "#fff3c0")
    canvas.stroke(path("M 148 220 C 156 224 164 224 172 220"), LINE, 2, taper=(0, 0))
    canvas.fill(ellipse(160, 228, 2.4, 2.4), LINE)
    canvas.stroke(path("M 160 229 L 160 234"), LINE, 2, taper=(0, 0))
    canvas.stroke(bell, LINE, 2.6, taper=(0, 0))


def cat() -> Canvas:
    """Return the kitten."""
    canvas = Canvas(320, 320, None)
    canvas.fill(ellipse(162, 300, 92, 8), "#3a2a40", opacity=0.35, blur=4)
    _ears_and_tail(canvas)
    _body(canvas)
    _collar(canvas)
    _face(canvas)
    _arm(canvas)
    return canvas
