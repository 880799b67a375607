#!/bin/sh
# Plan a synthesised stack, or apply the plan that was reviewed: `stack.sh plan NAME`, `stack.sh apply NAME`.
#
# Terraform's own words stay out of the log, because values of a plan are nobody's business there; the review says what
# matters. A plan takes no lock, so that a read-only role can make it.
set -eu

usage() {
  echo "usage: tools/ci/stack.sh plan|apply STACK" >&2
  exit 2
}

[ $# -eq 2 ] || usage
folder="${OUTPUT:-cdktf.out}/stacks/$2"
[ -f "$folder/cdk.tf.json" ] || {
  echo "$folder/cdk.tf.json is not there; synthesise first, and name one of: $(ls "${OUTPUT:-cdktf.out}/stacks" 2>/dev/null | tr '\n' ' ')" >&2
  exit 2
}
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0

quietly() {
  log=$(mktemp)
  "$@" >"$log" 2>&1 && { rm -f "$log"; return 0; }
  status=$?
  # Errors only: the rest may hold values.
  grep -E '(Error|╷|│|╵)' "$log" | tail -n 40 >&2 || true
  rm -f "$log"
  return "$status"
}

terraform="terraform -chdir=$folder"
case "$1" in
  plan)
    quietly $terraform init -no-color -input=false
    quietly $terraform plan -no-color -input=false -lock=false -out=tfplan
    umask 077
    $terraform show -json -no-color tfplan >"$folder/plan.json.new"
    mv "$folder/plan.json.new" "$folder/plan.json"
    echo "$2: planned, into $folder/plan.json"
    ;;
  apply)
    [ -f "$folder/tfplan" ] || {
      echo "$folder/tfplan is not there; only what was planned, and reviewed, is applied" >&2
      exit 2
    }
    quietly $terraform apply -no-color -input=false tfplan
    rm -f "$folder/tfplan"
    echo "$2: applied"
    ;;
  *) usage ;;
esac
