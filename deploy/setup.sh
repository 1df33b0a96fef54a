#!/bin/sh
# Installs everything into .tools and .venv of this checkout: uv, the locked dependencies, the console script.
# Called by `make setup`. Says one line when something is missing.
set -eu
cd "$(dirname "$0")/.."
uv_version=${UV_VERSION:?}
export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.tools/cache}" # nothing outside this folder is touched

fail() {
    echo "setup: $1" >&2
    exit 1
}

command -v python3 >/dev/null || fail "python3 is missing: apt-get install python3 python3-venv"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "python3 is $(python3 -V 2>&1 | cut -d' ' -f2), but 3.11 or newer is needed"
python3 -c 'import ensurepip, venv' 2>/dev/null || fail "python3 comes without venv: apt-get install python3-venv"

if [ "$(.tools/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$uv_version" ]; then
    echo "Installing uv $uv_version …"
    rm -rf .tools
    python3 -m venv .tools
    .tools/bin/pip install -q --retries 1 --no-cache-dir --disable-pip-version-check "uv==$uv_version" >.tools/setup.log 2>&1 ||
        fail "uv could not be downloaded (.tools/setup.log says why): check the network, then make setup again"
fi

echo "Installing dependencies …"
[ -x .venv/bin/python ] || .tools/bin/uv venv -q --python "$(command -v python3)" .venv
.tools/bin/uv pip sync -q --python .venv/bin/python --require-hashes locks/dev.txt >.tools/setup.log 2>&1 ||
    fail "the dependencies could not be installed (.tools/setup.log says why): check the network, then make setup again"

# The checkout is the program: the command finds it from where it stands itself, whatever the working directory.
cat >.venv/bin/samkontrakt <<'SCRIPT'
#!/bin/sh
here=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
exec "$here/.venv/bin/python" -c 'import sys; sys.path[0] = sys.argv.pop(1); from deploy.cli import main; main()' "$here" "$@"
SCRIPT
chmod +x .venv/bin/samkontrakt
touch .venv/samkontrakt.ready
