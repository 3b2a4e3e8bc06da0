"""Long hair with bangs and a bow, drawn about x = 200."""

from __future__ import annotations

from palette import Palette
from pen import Canvas, Mask, Points, ellipse, mirror, path

AXIS = 200.0

BANGS = path(
    "M 200 64 C 150 62 116 96 108 150 C 104 186 108 214 116 236"
    " C 118 218 124 204 134 190 C 136 200 140 206 146 212"
    " C 148 194 154 182 164 172 C 168 186 176 200 189 212"
    " C 188 196 190 182 196 168 C 202 184 212 196 226 206"
    " C 226 190 228 180 234 170 C 240 186 248 200 258 210"
    " C 260 202 262 196 264 188 C 272 202 280 218 284 238"
    " C 292 214 296 186 292 150 C 284 96 250 62 200 64 Z"
)
BACK = path(
    "M 200 42 C 150 40 96 80 88 160 C 84 216 92 250 76 298 C 66 328 50 344 30 356"
    " C 48 360 64 356 78 346 C 74 368 64 384 46 398 C 72 398 94 386 108 364"
    " C 110 380 106 394 98 408 L 302 408 C 294 394 290 380 292 364"
    " C 306 386 328 398 354 398 C 336 384 326 368 322 346"
    " C 336 356 352 360 370 356 C 350 344 334 328 324 298 C 308 250 316 216 312 160"
    " C 304 80 250 40 200 42 Z"
)
CROWN = path(
    "M 200 42 C 152 40 98 78 90 156 C 88 196 92 226 100 250 C 104 226 108 190 118 150"
    " C 132 106 160 84 200 80 C 240 84 268 106 282 150 C 292 190 296 226 300 250"
    " C 308 226 312 196 310 156 C 302 78 248 40 200 42 Z"
)
SIDE_LOCK = path(
    "M 118 150 C 104 186 100 232 106 268 C 110 292 108 316 96 340"
    " C 116 330 130 310 132 284 C 134 258 126 232 128 200 C 128 180 126 162 118 150 Z"
)


def _sided(points: Points, right: bool) -> Points:
    return mirror(points, AXIS) if right else points


def draw_back_hair(canvas: Canvas, p: Palette) -> None:
    """Draw what hangs behind the shoulders."""
    canvas.fill(BACK, p.hair_shadow)
    inside = canvas.mask(BACK)
    shade = path("M 120 150 C 112 240 120 310 104 410 L 296 410 C 280 310 288 240 280 150 Z")
    canvas.fill(shade, p.hair_deep, clip=inside)
    for right in (False, True):
        for text in ("M 96 230 C 100 280 94 318 78 346", "M 104 270 C 108 310 112 340 108 364"):
            canvas.stroke(_sided(path(text), right), p.line, 1.8, taper=(0.7, 0.1))
        light = path(
            "M 92 216 C 94 262 92 296 74 326 C 66 338 58 346 46 352"
            " C 66 338 78 318 84 292 C 88 268 87 244 88 222 Z"
        )
        canvas.fill(_sided(light, right), p.hair)
    canvas.stroke(BACK, p.line, 2.6, taper=(0, 0))


def draw_front_hair(canvas: Canvas, p: Palette) -> None:
    """Draw what lies before the face."""
    for right in (False, True):
        lock = _sided(SIDE_LOCK, right)
        canvas.fill(lock, p.hair)
        inside = canvas.mask(lock)
        shade = path(
            "M 122 150 C 116 200 122 250 118 280 C 116 304 108 324 96 340 L 140 340 L 140 150 Z"
        )
        canvas.fill(_sided(shade, right), p.hair_shadow, clip=inside)
        canvas.stroke(lock, p.line, 2.2, taper=(0.05, 0.05))
        canvas.stroke(
            _sided(path("M 112 240 C 114 270 116 290 110 314"), right),
            p.line,
            1.4,
            taper=(0.5, 0.5),
        )
    canvas.fill(BANGS, p.hair)
    canvas.fill(CROWN, p.hair)
    inside = canvas.mask(BANGS, CROWN)
    _hair_shadows(canvas, p, inside)
    _shine(canvas, p, inside)
    _hair_lines(canvas, p)


def _hair_shadows(canvas: Canvas, p: Palette, inside: Mask) -> None:
    for text in (
        "M 134 190 C 130 176 136 158 146 144 C 144 160 142 176 146 212 C 140 206 136 200 134 190 Z",
        "M 164 172 C 164 156 168 142 176 130 C 174 152 178 184 189 212 C 176 200 168 186 164 172 Z",
        "M 196 168 C 198 152 202 140 206 128 C 208 156 214 184 226 206 C 212 196 202 184 196 168 Z",
        "M 234 170 C 234 154 232 142 226 128 C 238 148 250 180 258 210 C 248 200 240 186 234 170 Z",
        "M 264 188 C 262 166 256 148 248 134 C 268 150 284 190 284 238 C 280 218 272 202 264 188 Z",
        "M 90 160 C 88 196 92 226 100 250 C 104 226 106 190 112 160"
        " C 104 170 98 190 98 210 C 94 196 92 178 90 160 Z",
        "M 310 160 C 312 196 308 226 300 250 C 296 226 294 180 280 140"
        " C 296 150 302 180 302 206 C 306 194 309 178 310 160 Z",
    ):
        canvas.fill(path(text), p.hair_shadow, clip=inside)


def _shine(canvas: Canvas, p: Palette, inside: Mask) -> None:
    # Two bands of teeth that follow the crown: light lies on hair as on a cylinder of strands.
    band = path(
        "M 112 146 C 122 128 136 114 153 105 C 157 107 159 109 160 112 C 161 108 163 104 166 100"
        " C 174 97 182 95 191 94 C 190 99 189 103 190 107 C 192 101 195 97 199 94"
        " C 213 94 222 95 231 98"
        " C 232 101 232 104 231 107 C 234 104 237 102 240 101 C 260 108 277 124 286 144"
        " C 280 137 276 133 271 130 C 272 136 272 141 271 147 C 266 136 260 127 254 121"
        " C 254 128 253 134 250 140 C 247 126 242 117 236 112 C 236 120 234 128 230 135"
        " C 229 120 225 111 220 106 C 219 112 217 118 214 124 C 212 113 208 106 203 103"
        " C 202 112 199 121 195 129 C 194 116 192 108 188 104 C 184 112 180 120 178 130"
        " C 176 118 175 112 172 108 C 166 114 162 121 160 130 C 158 123 157 119 155 116"
        " C 148 124 144 132 142 142 C 140 136 139 132 137 129 C 131 136 127 143 125 151"
        " C 124 146 123 143 121 140 C 118 142 115 144 112 146 Z"
    )
    canvas.fill(band, p.shine, clip=inside)


def _hair_lines(canvas: Canvas, p: Palette) -> None:
    tips = path(
        "M 108 150 C 104 186 108 214 116 236"
        " C 118 218 124 204 134 190 C 136 200 140 206 146 212"
        " C 148 194 154 182 164 172 C 168 186 176 200 189 212"
        " C 188 196 190 182 196 168 C 202 184 212 196 226 206"
        " C 226 190 228 180 234 170 C 240 186 248 200 258 210"
        " C 260 202 262 196 264 188 C 272 202 280 218 284 238"
        " C 292 214 296 186 292 150"
    )
    canvas.stroke(tips, p.line, 2.2, taper=(0.05, 0.05))
    for text in (
        "M 134 190 C 132 166 140 142 156 122",
        "M 164 172 C 164 146 172 124 186 104",
        "M 196 168 C 198 142 202 120 202 96",
        "M 234 170 C 234 146 230 124 218 104",
        "M 264 188 C 262 160 254 136 240 116",
    ):
        canvas.stroke(path(text), p.line, 1.8, taper=(0.05, 0.9))
    outer = path(
        "M 100 250 C 92 226 88 196 90 156 C 98 78 152 40 200 42 C 248 40 302 78 310 156"
        " C 312 196 308 226 300 250"
    )
    canvas.stroke(outer, p.line, 2.8, taper=(0.1, 0.1))
    canvas.stroke(path("M 192 43 C 202 32 214 28 230 32"), p.line, 2.6, taper=(0, 0.9))


def draw_bow(canvas: Canvas, p: Palette) -> None:
    """Draw the bow in the hair."""
    for tail in (
        path("M 288 112 C 276 126 270 142 270 160 L 280 152 L 288 162 C 290 146 294 132 298 120 Z"),
        path("M 296 114 C 306 126 316 136 330 144 L 318 146 L 318 158 C 304 148 294 134 290 120 Z"),
    ):
        canvas.fill(tail, p.scarf_shadow)
        canvas.stroke(tail, p.line, 2.2, taper=(0, 0))
    for loop, fold in (
        (
            path(
                "M 288 110 C 274 112 258 112 248 104 C 242 90 246 74 256 66"
                " C 272 72 286 86 294 102 Z"
            ),
            path("M 288 108 C 276 104 266 98 258 86 C 256 96 262 106 272 111 Z"),
        ),
        (
            path(
                "M 296 104 C 302 88 314 76 330 72 C 342 82 346 98 342 112"
                " C 328 118 312 120 300 116 Z"
            ),
            path("M 300 112 C 312 110 324 104 334 94 C 334 106 326 115 314 118 Z"),
        ),
    ):
        canvas.fill(loop, p.scarf)
        canvas.fill(fold, p.scarf_shadow)
        canvas.stroke(loop, p.line, 2.4, taper=(0, 0))
    knot = ellipse(294, 109, 10, 9, 20)
    canvas.fill(knot, p.scarf)
    canvas.fill(ellipse(296, 112, 7, 5, 20), p.scarf_shadow)
    canvas.stroke(knot, p.line, 2.4, taper=(0, 0))
