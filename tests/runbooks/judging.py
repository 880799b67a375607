"""Documents of a step or two, policies of a statement or two, and what the rule about roles says of them."""

import json
from pathlib import Path
from typing import Any

from golden_ami.runbook import Runbook
from golden_ami.runbook.lint import load_policies
from golden_ami.runbook.lint.role import role
from golden_ami.runbooks import APPROVAL

Policy = dict[str, Any]


def judged(runbook: Runbook, tmp_path: Path, *policies: Policy) -> tuple[list[str], list[str]]:
    """Return the findings and what was left out, without the folder of the file."""
    path = tmp_path / "role.json"
    path.write_text(json.dumps(list(policies)))
    findings, left_out = role(runbook, load_policies(path))
    return [str(each).replace(str(path), "role") for each in findings], [
        each.replace(str(path), "role") for each in left_out
    ]


def document(*steps: dict[str, Any]) -> Runbook:
    named = [{"name": f"step{index}", **step} for index, step in enumerate(steps)]
    return Runbook(APPROVAL, {"schemaVersion": "0.3", "mainSteps": named})


def api(service: str, name: str, **inputs: Any) -> dict[str, Any]:
    return {"action": "aws:executeAwsApi", "inputs": {"Service": service, "Api": name, **inputs}}


def script(text: str, **payload: Any) -> dict[str, Any]:
    inputs = {"Runtime": "python3.11", "Handler": "handler", "InputPayload": payload, "Script": text}
    return {"action": "aws:executeScript", "inputs": inputs}


def allow(*names: str, resource: str = "arn:aws:x:::y", **more: Any) -> Policy:
    return {"Statement": {"Effect": "Allow", "Action": list(names), "Resource": resource, **more}}


def deny(*names: str, resource: str = "*", **more: Any) -> Policy:
    return {"Statement": [{"Effect": "Deny", "Action": list(names), "Resource": resource, **more}]}
