#!/bin/sh
# Bring the checkout to a state in which everything runs: see tools/setup.py, which needs the Python checked here.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
refuse() { echo "make setup: $1" >&2; exit 2; }

command -v "$python" >/dev/null 2>&1 ||
  refuse "$python is not on PATH; install Python 3.11 or newer, or set PYTHON to it"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  refuse "$("$python" --version 2>&1) is too old; install Python 3.11 or newer, or set PYTHON to it"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  refuse "$("$python" --version 2>&1) has no venv; install it (Debian and Ubuntu: apt install python3-venv)"

exec "$python" tools/setup.py
