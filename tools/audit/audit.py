"""Let checkov and parliament judge the synthesised stacks, and accept only what accepted.yaml explains.

Both are somebody else's eyes: they know nothing of this project, live apart in ``.tools/audit``, and are never
imported. A finding without a reason fails; so does a reason that no finding needs any more.
"""

import fnmatch
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = ROOT / ".tools" / "audit" / "bin"
ACCEPTED = Path(__file__).resolve().with_name("accepted.yaml")
CONFIGURATION = ROOT / "config" / "example.yaml"
KNOWN_LATER = "arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555"
"""Stands for what AWS chooses: keys, and shares, whose resource types no statement of ours mixes."""


@dataclass(frozen=True)
class Finding:
    """What a tool says: which check, about what, and why."""

    check: str
    about: str
    why: str


def main() -> int:
    """Print findings that nobody explains; end with 1 when there are some, or explanations without a finding."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        environment = os.environ | {"GOLDEN_AMI_CONFIG": str(CONFIGURATION), "CDKTF_OUTDIR": str(folder)}
        subprocess.run([sys.executable, "main.py"], cwd=ROOT, env=environment, check=True)
        found = [*checkov(folder / "stacks"), *parliament(folder / "stacks")]
    entries = YAML(typ="safe").load(ACCEPTED.read_text())
    used = set()
    failing = []
    for finding in sorted(set(found), key=lambda each: (each.check, each.about)):
        reasons = [index for index, entry in enumerate(entries) if _explains(entry, finding)]
        used |= set(reasons)
        if not reasons:
            failing.append(finding)
    for finding in failing:
        print(f"{finding.check}: {finding.about}: {finding.why}")
    stale = [entry for index, entry in enumerate(entries) if index not in used]
    for entry in stale:
        print(f"accepted.yaml: {entry['check']} for {entry['about']} explains nothing any more; remove it")
    counts = f"{len(set(found))} findings, {len(failing)} without a reason, {len(stale)} stale reasons"
    print(f"checkov and parliament: {counts}")
    return 1 if failing or stale else 0


def _explains(entry: dict[str, str], finding: Finding) -> bool:
    if len(entry.get("reason", "")) < 20:
        sys.exit(f"accepted.yaml: {entry.get('check')} has no reason; write one")
    return entry["check"] == finding.check and fnmatch.fnmatchcase(finding.about, entry["about"])


def checkov(stacks: Path) -> list[Finding]:
    """Ask checkov about the JSON of every stack."""
    options = ["--framework", "terraform_json", "--compact", "--quiet", "--skip-download", "--output", "json"]
    # Through its own Python: the program's first line names the folder it was installed in.
    command = [str(BIN / "python"), "-m", "checkov.main", "--directory", str(stacks), *options]
    done = subprocess.run(command, cwd=stacks, capture_output=True, text=True, check=False)
    try:
        reports = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"checkov ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    reports = reports if isinstance(reports, list) else [reports]
    passed = sum(each["summary"]["passed"] for each in reports)
    if not passed or any(each["summary"]["parsing_errors"] for each in reports):
        sys.exit(f"checkov could not read the stacks: {[each['summary'] for each in reports]}")
    return [
        Finding(each["check_id"], f"{Path(each['file_path']).parent.name}/{each['resource']}", each["check_name"])
        for report in reports
        for each in report["results"]["failed_checks"]
    ]


def parliament(stacks: Path) -> list[Finding]:
    """Ask parliament about every policy of a role or of people."""
    policies = [found for path in sorted(stacks.glob("*/cdk.tf.json")) for found in _policies(path)]
    if not policies:
        sys.exit("the stacks have no policy, which cannot be")
    command = [str(BIN / "python"), str(Path(__file__).with_name("judge.py"))]
    asked = json.dumps([text for _, text in policies])
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"parliament ended with {done.returncode}:\n{done.stderr[-2000:]}")
    answers = json.loads(done.stdout)
    return [
        Finding(each["issue"], name, each["detail"])
        for (name, _), findings in zip(policies, answers, strict=True)
        for each in findings
    ]


def _policies(path: Path) -> list[tuple[str, str]]:
    from golden_ami.review.hcl import evaluate  # noqa: PLC0415 - after the environment is known
    from golden_ami.review.unknown import replaced  # noqa: PLC0415

    resources: dict[str, Any] = json.loads(path.read_text())["resource"]
    found = []
    for kind in ("aws_iam_policy", "aws_iam_role_policy"):
        for name, values in resources.get(kind, {}).items():
            text = evaluate(values["policy"], [])
            if not isinstance(text, str):
                sys.exit(f"{kind}.{name} has a policy that cannot be read")
            found.append((f"{path.parent.name}/{kind}.{name}", replaced(text, _stand_in)))
    return found


def _stand_in(reference: str) -> str:
    share = KNOWN_LATER.replace(":kms:", ":ram:").replace("key/", "resource-share/")
    return share if reference.startswith("aws_ram_") else KNOWN_LATER


if __name__ == "__main__":
    sys.exit(main())
