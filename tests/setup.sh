#!/bin/sh
# What the browser tests need beside Python packages: Chromium, axe-core and the TypeScript
# checker. Whatever cannot be had here is left out, and the tests that need it say so and skip.
set -u
folder="$1"

if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium for the browser tests"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
        echo "chromium cannot be installed: browser tests will be skipped"
fi

if command -v npm >/dev/null; then
    # Without a connection npm would wait for minutes.
    timeout 120 npm install --silent --no-save --no-package-lock --fetch-retries 1 \
        --fetch-timeout 30000 --prefix "$folder" \
        axe-core@4.14.1 typescript@7.0.2 >/dev/null 2>&1 ||
        echo "axe-core and typescript cannot be installed: the tests with them will be skipped"
fi
exit 0
