#!/bin/sh
# Print the stacks of cdktf.out that differ from what another commit makes of its own configuration: `changed.sh COMMIT`.
#
# The base is synthesised with its own code, and with the packages that are installed here.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -eq 1 ] && [ -n "$1" ] && git -C "$root" rev-parse --quiet --verify "$1^{commit}" >/dev/null || {
  echo "usage: tools/ci/changed.sh COMMIT, one that is here (make changed BASE=COMMIT)" >&2
  exit 2
}
place=$(mktemp -d)
trap 'git -C "$root" worktree remove --force "$place/base" >/dev/null 2>&1 || true; rm -rf "$place"' EXIT
git -C "$root" worktree add --quiet --detach "$place/base" "$1"
(cd "$place/base" && CDKTF_OUTDIR="$place/out" PYTHONPATH="$place/base" "$root/.venv/bin/python" main.py >&2)
"$root/.venv/bin/python" "$root/tools/ci/stacks.py" "${OUTPUT:-$root/cdktf.out}" --base "$place/out"
