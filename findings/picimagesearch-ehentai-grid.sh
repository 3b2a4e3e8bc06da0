#!/usr/bin/env bash
# 1. Expected: the parser of E-Hentai's answer finds the galleries in each layout that it has a branch for:
#    the lists, which are tables, and the grid of thumbnails (class gl1t), which is not.
# 2. Seen with PicImageSearch 3.12.11: the grid gives no result, without an error, as if nothing had been
#    found. EHentaiResponse asks "if tr_items := ....items()" for the rows of a table; items() of pyquery is
#    a generator, which is true when it is empty, too, so the branch for the grid is never taken. EHentaiItem
#    reads an entry of the grid all right: title, address and thumbnail.
# 3. Noticed while reading how answers of the engines are parsed. sources/_engines/ehentai.py takes an answer without
#    results for a sure "not found" only where the page itself says so.
# 4. If the grid is read, that check does no harm.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q PicImageSearch==3.12.11
cd "$folder"

cat >look.py <<'PY'
from PicImageSearch.model.ehentai import EHentaiItem, EHentaiResponse

PLACE = "https://gallery.example/g/1/abc/"
LINK = f'<a href="{PLACE}"><div class="glink">A Book</div></a>'
THUMBNAIL = '<img src="https://gallery.example/t/1.webp">'
PAGES = {
    "list": '<table class="itg gltc"><tr><th>Title</th></tr><tr><td class="gl2c"><div class="glthumb">'
    f'<div>{THUMBNAIL}</div></div></td><td class="gl3c glname">{LINK}</td></tr></table>',
    "grid": f'<div class="itg gld"><div class="gl1t">{LINK}<div class="gl3t">'
    f'<a href="{PLACE}">{THUMBNAIL}</a></div></div></div>',
}


def read(item):
    return item.title, item.url, item.thumbnail


WANTED = ("A Book", PLACE, "https://gallery.example/t/1.webp")
seen = {}
for name, body in PAGES.items():
    answer = EHentaiResponse(f"<html><body>{body}</body></html>", PLACE)
    seen[name] = [read(item) for item in answer.raw]
    print(f"{name}: {len(seen[name])} results {seen[name]}")
assert seen["list"] == [WANTED]
entry = next(answer.origin.find(".itg").children(".gl1t").items())
print("the entry of the grid by itself:", read(EHentaiItem(entry)))
assert read(EHentaiItem(entry)) == WANTED
rows = answer.origin.find(".itg").children("tr").items()
print("no rows, yet:", bool(rows), list(rows))
assert seen["grid"] == [], "the behaviour has changed"
PY
"$folder/venv/bin/python" look.py
