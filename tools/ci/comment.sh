#!/bin/sh
# Write a review as the one comment of a pull request: `comment.sh FILE NUMBER`. Its first line is how it is found again.
# With `--if-known` it only replaces what is there, as when a later push takes every change back.
#
# Needs gh, GH_TOKEN and GITHUB_REPOSITORY, as GitHub's runners have them.
set -eu

{ [ $# -eq 2 ] || { [ $# -eq 3 ] && [ "$3" = "--if-known" ]; }; } && [ -f "$1" ] || {
  echo "usage: tools/ci/comment.sh FILE NUMBER [--if-known]" >&2
  exit 2
}
case "$2" in "" | *[!0-9]*)
  echo "comment.sh: $2 is not the number of a pull request" >&2
  exit 2
  ;;
esac
marker=$(head -n 1 "$1")
# Only our own comments count: anybody can write the marker.
known=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$2/comments" \
  --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id" | head -n 1)
if [ -n "$known" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field "body=@$1"
  echo "comment $known updated"
elif [ $# -eq 3 ]; then
  echo "there is no comment"
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$2/comments" --field "body=@$1"
  echo "comment written"
fi
