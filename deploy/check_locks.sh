#!/bin/sh
# Fails when a lock file names a place to download from: locks hold names, versions and hashes, nothing of one machine.
set -eu
cd "$(dirname "$0")/.."
found=$(git ls-files -- 'locks/*.txt' 'requirements*.txt' '*.lock' '*package-lock.json' 'pylock*.toml' |
    xargs -r grep -nE '^[^#]*(https?://|--(extra-)?index-url|--find-links|file:/|"resolved")' |
    grep -vE '"(url|homepage|funding)": ' || true)
[ -z "$found" ] || {
    echo "a lock file names a registry:" >&2
    echo "$found" >&2
    exit 1
}
