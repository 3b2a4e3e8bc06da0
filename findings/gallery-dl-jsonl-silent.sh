#!/usr/bin/env bash
# 1. Expected: when a site refuses to answer, a program that lists its posts says so, on standard error or
#    by its exit code.
# 2. Seen with gallery-dl 1.32.18: with `-j` the exit code is 0 whatever happens, and the error is an entry
#    of the array that is printed at the end. With `-o output.jsonl=true` as well, that entry is not printed
#    either: a 403 gives exit code 0, an empty standard output and an empty standard error, just like a query
#    without results (DataJob.run in job.py keeps the error and returns 0).
# 3. Noticed while testing what sources.posts says when a site refuses. Posts now come from the
#    postprocessor `metadata`, in whose runs the exit code is true (sources/_apis/gallery_dl.py).
# 4. If a later version prints the error in that mode or returns another code, `-j` could be used.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q gallery-dl==1.32.18

"$folder/venv/bin/python" - "$folder" <<'EOF'
import http.server
import json
import subprocess
import sys
import threading
from pathlib import Path


class Refuses(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
threading.Thread(target=server.serve_forever, daemon=True).start()
root = f"http://127.0.0.1:{server.server_address[1]}"
config = Path(sys.argv[1], "config.json")
config.write_text(json.dumps({"extractor": {"retries": 0, "Danbooru": {"own": {"root": root}}}}))
command = [sys.executable, "-m", "gallery_dl", "--config-ignore", "-c", str(config)]
for options in ([], ["-j"], ["-j", "-o", "output.jsonl=true"]):
    done = subprocess.run([*command, *options, f"{root}/posts?tags=cat"], capture_output=True, text=True)
    print(options, "exit code", done.returncode, "output", len(done.stdout), "errors", len(done.stderr))
server.shutdown()
if done.returncode or done.stdout or done.stderr:
    sys.exit("CHANGED: the failure is told now")
EOF
