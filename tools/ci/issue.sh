#!/bin/sh
# Keep one issue open while there is drift: `issue.sh drift FILE` opens or updates it, `issue.sh clean` closes it.
#
# Needs gh, GH_TOKEN and GITHUB_REPOSITORY, as GitHub's runners have them.
set -eu

title="Drift: what is deployed is not what is reviewed"
label="golden-ami-drift"
usage() {
  echo "usage: tools/ci/issue.sh drift FILE | clean" >&2
  exit 2
}
[ $# -ge 1 ] || usage
open() {
  gh issue list --repo "$GITHUB_REPOSITORY" --label "$label" --state open --json number --jq '.[0].number // empty'
}
case "$1" in
  drift)
    [ $# -eq 2 ] && [ -f "$2" ] || usage
    gh label create "$label" --repo "$GITHUB_REPOSITORY" --force --description "Opened by the drift check" >/dev/null
    number=$(open)
    if [ -n "$number" ]; then
      gh issue edit "$number" --repo "$GITHUB_REPOSITORY" --body-file "$2" >/dev/null
      echo "issue $number updated"
    else
      gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --label "$label" --body-file "$2"
    fi
    ;;
  clean)
    number=$(open)
    [ -z "$number" ] || gh issue close "$number" --repo "$GITHUB_REPOSITORY" --comment "Everything is as it was reviewed again."
    echo "no drift"
    ;;
  *) usage ;;
esac
