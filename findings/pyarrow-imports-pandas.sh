#!/usr/bin/env bash
# 1. Expected: pyarrow, which does not depend on pandas, leaves it alone until a table is made a DataFrame.
# 2. Seen with pyarrow 26.0.1 and pandas 3.0.0: the first array that is made of Python values or of a NumPy
#    array imports pandas, if it is installed. `pa.array(["a"])` then took about half a second instead of a
#    millisecond. Arrays of buffers and tables read from files do without.
# 3. Noticed when a query of a dump took half a second of CPU before it read anything. Nijigen hands DuckDB
#    arrays made of buffers (sources/dumps).
# 4. If arrays are made without pandas, the shorter way can be used again.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pyarrow==26.0.1 pandas==3.0.0

seen() {
    "$folder/venv/bin/python" - "$1" <<'PY'
import sys

import numpy as np
import pyarrow as pa

exec(sys.argv[1])
print("pandas imported" if "pandas" in sys.modules else "no pandas", "by", sys.argv[1])
PY
}

seen "pa.array(['a'])" | tee /dev/stderr | grep -q "^pandas" || { echo "the behaviour has changed"; exit 1; }
seen "pa.array(np.arange(3))" | tee /dev/stderr | grep -q "^pandas" || { echo "the behaviour has changed"; exit 1; }
seen "pa.Array.from_buffers(pa.int64(), 3, [None, pa.py_buffer(np.arange(3))])" | tee /dev/stderr | grep -q "^no pandas"
