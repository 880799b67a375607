"""AWS's own JSON schema of Automation documents, where it is installed.

It comes with the language service of editors (the npm package aws-ssm-document-language-service). Some of what
Automation runs is younger, and is added here.
"""

import importlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from golden_ami.errors import RunbookError
from golden_ami.runbook.lint.finding import Finding

_PACKAGE = "node_modules/aws-ssm-document-language-service"
SCHEMA = Path(__file__).parent.parent.parent.parent / _PACKAGE / "dist" / "schema.json"
_LONGEST = 160
_RUNTIMES = ["python3.8", "python3.9", "python3.10", "python3.11", "PowerShell 7.0", "PowerShell 7.4"]
_ACTIONS = ["aws:loop", "aws:updateVariable", "aws:executeAutomation"]


def structure(content: dict[str, Any]) -> tuple[list[Finding], str]:
    """Check a document by the schema.

    Returns
    -------
    tuple
        What it finds, and why it could not be asked, or nothing.
    """
    if not SCHEMA.is_file():
        return [], f"the structure was not checked by AWS's schema, because {_PACKAGE} is not installed"
    try:
        jsonschema = importlib.import_module("jsonschema")
    except ImportError:
        return [], "the structure was not checked by AWS's schema, because jsonschema is not installed"
    # YAML has dates, and keys that are no text; what JSON has none of is text to the schema.
    document = json.loads(json.dumps(content, default=str))
    found = jsonschema.Draft7Validator(_schema()).iter_errors(document)
    news = [error for error in found if not _is_told_elsewhere(list(error.absolute_path))]
    return [_finding(document, error) for error in sorted(news, key=lambda each: list(map(str, each.path)))], ""


def _is_told_elsewhere(path: list[Any]) -> bool:
    """Leave types of outputs to the rule that is asked without the schema, too."""
    return path[0:1] == ["mainSteps"] and path[2:3] == ["outputs"] and path[-1] == "Type"


@cache
def _schema() -> Any:
    """Read the schema, and add what is younger: loops, variables, runtimes, onCancel."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    try:
        schema["properties"]["variables"] = {"type": "object"}
        step = schema["properties"]["mainSteps"]["items"]
        step["properties"]["onCancel"] = {"type": "string", "pattern": r"^(Abort|step:\w+)$"}
        actions = step["properties"]["action"]["enum"]
        actions += [each for each in _ACTIONS if each not in actions]
        for rule in step["allOf"]:
            if rule["if"]["properties"]["action"].get("const") == "aws:executeScript":
                runtime = rule["then"]["properties"]["inputs"]["properties"]["Runtime"]
                runtime["oneOf"][0]["enum"] += _RUNTIMES
    except (KeyError, IndexError, TypeError) as error:
        raise RunbookError(f"{SCHEMA} is not the schema that is known", remedy="install what is locked") from error
    return schema


def _finding(document: dict[str, Any], error: Any) -> Finding:
    path = list(error.absolute_path)
    where = "document"
    if len(path) > 1 and path[0] == "mainSteps":
        where = f"step {document['mainSteps'][path[1]]['name']}"
        path = path[2:]
    elif len(path) > 1 and path[0] == "parameters":
        where, path = f"parameter {path[1]}", path[2:]
    message = error.message if len(error.message) <= _LONGEST else error.message[:_LONGEST] + "..."
    place = ".".join(map(str, path))
    return Finding(where, f"{place}: {message}" if place else message, "keep to AWS's schema of the action")
