#!/usr/bin/env bash
# 1. Expected: http.cookies.SimpleCookie reads the well-formed cookies of a Cookie header and skips the
#    others, as browsers and the servers of other languages do.
# 2. Seen with Python 3.11.7: one odd cookie hides all, or all that follow it, without an error.
#    'a={"x":1}; b=2' gives nothing, 'b=2; a=x y; c=3' gives nothing, 'b=2; é=1; c=3' gives b alone;
#    'b=2; a@b=1; c=3' raises CookieError. Starlette's cookie_parser of 1.10.0 gives b (and c) each time.
# 3. Noticed while reading the session cookie: browsers send the cookies of every server on this machine
#    to each of them, whatever the port, and others put JSON into theirs. api/sessions.py reads cookies
#    with Starlette's cookie_parser.
# 4. If SimpleCookie skips what is odd, either reader would do.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q starlette==1.10.0

"$folder/venv/bin/python" - <<'EOF'
import sys
from http.cookies import CookieError, SimpleCookie

from starlette.requests import cookie_parser

HEADERS = ('a={"x":1}; b=2', "b=2; a=x y; c=3", "b=2; é=1; c=3", "b=2; a@b=1; c=3")


def read(header):
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError as error:
        return str(error)


print(sys.version.split()[0])
for header in HEADERS:
    print(f"{header!r}: {read(header)!r}, Starlette: {cookie_parser(header)!r}")
    assert cookie_parser(header)["b"] == "2"
assert read(HEADERS[0]) == read(HEADERS[1]) == {}
assert read(HEADERS[2]) == {"b": "2"}
assert "Illegal key" in read(HEADERS[3])
EOF
