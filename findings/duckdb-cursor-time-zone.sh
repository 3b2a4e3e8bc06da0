#!/usr/bin/env bash
# 1. Expected: a cursor of a connection reads a time without a zone as the connection does; the Python
#    client calls `cursor()` a duplicate of the connection.
# 2. Seen with duckdb 2.0.1: `SET TimeZone = 'UTC'` counts for the connection alone. Its cursors read
#    '1970-01-01 00:00:00' in the zone of the machine, in Tokyo nine hours earlier. `SET GLOBAL` counts for
#    the cursors made afterwards.
# 3. Noticed when a query of a dump by date lost posts once its blocks were read by cursors on several
#    threads (sources/dumps/engine.py), which sets the zone with GLOBAL.
# 4. If cursors keep the settings of their connection, GLOBAL is not needed any more.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q duckdb==2.0.1

TZ=Asia/Tokyo "$folder/venv/bin/python" - <<'PY'
import duckdb

TEXT = "SELECT epoch(CAST('1970-01-01 00:00:00' AS TIMESTAMPTZ))"
base = duckdb.connect()


def seconds(connection):
    return connection.execute(TEXT).fetchall()[0][0]


base.execute("SET TimeZone = 'UTC'")
print("connection:", seconds(base), "its cursor:", seconds(base.cursor()))
assert seconds(base) == 0
assert seconds(base.cursor()) == -9 * 3600, "the behaviour has changed: the cursor has the zone too"
base.execute("SET GLOBAL TimeZone = 'UTC'")
print("its cursor after SET GLOBAL:", seconds(base.cursor()))
assert seconds(base.cursor()) == 0
PY
