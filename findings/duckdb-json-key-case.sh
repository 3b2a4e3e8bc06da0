#!/usr/bin/env bash
# 1. Expected: keys of JSON objects that differ only in case, such as the tags ":D" and ":d" of booru sites,
#    are read as two, or the reader says so. DuckDB does both for columns: {"XD": 1} and {"xd": 2} at the
#    top of two rows become the columns XD and xd_1.
# 2. Seen with duckdb 2.0.1: one level deeper (a score for each tag of a picture) read_json refuses the file,
#    "Duplicate name ":d" in struct auto-detected in JSON, try ignore_errors=true", even for a query that
#    wants the ids only, and even where the two are on different rows. With ignore_errors=true, as it says,
#    the file is read and the scores of the second key are NULL: nothing else tells that values are missing.
#    Whether this happens depends on the other rows: with many different tags the objects become a MAP,
#    which keeps both. map_inference_threshold=0, or columns with a MAP or JSON, reads every file.
# 3. Noticed when DuckDB was tried on lines of JSON with tags and scores. Nijigen asks for
#    the fields of each line by path (json_extract_string, sources/dumps/records.py), which tells them apart.
# 4. If nested keys are told apart as columns are, read_json could read such dumps without hints.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q duckdb==2.0.1
cd "$folder"

cat >look.py <<'PY'
import json

import duckdb

SMILES = [{"id": 1, "tags": {":D": 0.9}}, {"id": 2, "tags": {":d": 0.8}}]
MANY = [
    {"id": n, "tags": {f"tag {n} {m}": 0.5 for m in range(20)} | {":D" if n % 2 else ":d": 0.9}}
    for n in range(50)
]


def read(rows, what="id, tags", **options):
    with open("rows.jsonl", "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    given = "".join(f", {name}={value}" for name, value in options.items())
    try:
        return duckdb.sql(f"SELECT {what} FROM read_json('rows.jsonl'{given})").fetchall()
    except duckdb.Error as error:
        return str(error).splitlines()[0]


def look(name, rows, **options):
    found = read(rows, **options)
    print(f"{name}: {found}")
    return found


columns = look("columns", [{"XD": 1}, {"xd": 2}], what="*")
assert columns == [(1, None), (None, 2)]
for name, what in (("nested", "id, tags"), ("nested, only ids", "id")):
    said = look(name, SMILES, what=what)
    assert 'Duplicate name ":d" in struct' in said, "the behaviour has changed"
skipped = look("ignore_errors=true", SMILES, ignore_errors="true")
assert skipped == [(1, {":D": 0.9}), (2, {":D": None})], "the behaviour has changed"
kept = [(1, {":D": 0.9}), (2, {":d": 0.8})]
assert look("map_inference_threshold=0", SMILES, map_inference_threshold=0) == kept
assert look("columns given", SMILES, columns="{'id': 'INT', 'tags': 'MAP(VARCHAR, DOUBLE)'}") == kept
kinds = "any_value(typeof(tags)), count(*), count(tags[':D']), count(tags[':d'])"
many = look("50 rows of many tags", MANY, what=kinds)
assert many == [("MAP(VARCHAR, DOUBLE)", 50, 25, 25)]
PY
"$folder/venv/bin/python" look.py
