#!/usr/bin/env bash
# 1. Expected: http.cookies.SimpleCookie reads the well-formed cookies of a Cookie header and skips the
#    others, as browsers and servers in other languages do.
# 2. Seen with Python 3.11.7: one malformed cookie hides all cookies, or all that follow, without an
#    error. 'a={"x":1}; b=2' gives nothing, 'b=2; a=x y; c=3' gives nothing, 'b=2; é=1; c=3' gives only
#    b; 'b=2; a@b=1; c=3' raises CookieError. cookie_parser of Starlette 1.10.0 always gives b (and c).
# 3. Noticed while reading the session cookie: browsers send the cookies of all servers on one machine
#    to each of them, regardless of the port, and some store JSON in theirs. api/sessions.py reads
#    cookies with Starlette's cookie_parser.
# 4. If SimpleCookie skips malformed cookies, either parser would do.
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
