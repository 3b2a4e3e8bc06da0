#!/usr/bin/env bash
# 1. Expected: importing a package does not change sys.path, or at least adds nothing to it that hides
#    Python's own modules.
# 2. Seen with opencv-python-headless 4.14.0.94 on Python 3.11: while `import cv2` runs, the package's
#    own folder is in sys.path, before the standard library (cv2/__init__.py, bootstrap). It contains
#    cv2/typing, so `import typing` finds OpenCV's. Afterwards the folder is removed from sys.path. A
#    process started meanwhile from another thread, with PYTHONPATH set from sys.path, fails with
#    "cannot import name 'Any' from partially initialized module 'typing'".
# 3. Noticed when the worker process of the job queue occasionally died (exit code 1) right after its
#    start, while a thread imported OpenCV. jobs/lanes/process.py omits folders that are packages.
# 4. If OpenCV stops doing so, that filter can be removed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q opencv-python-headless==4.14.0.94 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import os
import subprocess
import sys

seen = []


class Watch:
    """Looks at sys.path whenever a module is searched for."""

    def find_spec(self, name, path=None, target=None):
        seen.append(list(sys.path))


sys.meta_path.insert(0, Watch())
before = list(sys.path)
import cv2

package = os.path.dirname(cv2.__file__)
meanwhile = next((paths for paths in seen if package in paths), None)
print("the package is in sys.path before:", package in before)
print("the package is in sys.path meanwhile:", meanwhile is not None)
print("the package is in sys.path after:", package in sys.path)
begun = subprocess.run(
    [sys.executable, "-P", "-c", "from typing import Any"],
    env={**os.environ, "PYTHONPATH": os.pathsep.join(meanwhile or before)},
    capture_output=True,
    text=True,
)
print("a process begun with the path of meanwhile:", begun.returncode)
print(begun.stderr.strip().splitlines()[-1:])
assert meanwhile is not None and package not in before and package not in sys.path
assert begun.returncode == 1
EOF
