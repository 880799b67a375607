"""Who may import whom: operators' commands need neither Node nor half a gigabyte, and the stacks no test code."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CDKTF = {"cdktf", "constructs", "cdktf_cdktf_provider_aws", "jsii"}
FORBIDDEN = {
    # Folder, to what its files may not import at their top level.
    "golden_ami": CDKTF | {"boto3", "botocore", "moto", "stacks", "main", "tests"},
    "golden_ami/evidence": CDKTF
    | {"boto3", "botocore", "moto", "stacks", "main", "tests", "golden_ami.sandbox", "golden_ami.operate"},
    "golden_ami/operate": CDKTF | {"moto", "stacks", "main", "tests", "golden_ami.sandbox", "golden_ami.review"},
    "golden_ami/review": CDKTF
    | {"boto3", "moto", "stacks", "main", "tests", "golden_ami.sandbox", "golden_ami.operate"},
    "golden_ami/rollouts": CDKTF
    | {"boto3", "moto", "stacks", "main", "tests", "golden_ami.sandbox", "golden_ami.operate", "golden_ami.cli"},
    "golden_ami/sandbox": CDKTF | {"stacks", "main", "tests", "golden_ami.operate", "golden_ami.review"},
    "stacks": {
        "boto3",
        "botocore",
        "moto",
        "main",
        "tests",
        "golden_ami.sandbox",
        "golden_ami.operate",
        "golden_ami.cli",
    },
    "runbooks": CDKTF | {"moto", "stacks", "golden_ami", "main", "tests"},
    "verification": CDKTF | {"stacks", "main", "tests"},
}


def imported(source: str) -> Iterator[str]:
    """Name what a module imports, top-level or inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def violations(folder: str, source: str) -> set[str]:
    return {
        name
        for name in imported(source)
        for forbidden in FORBIDDEN[folder]
        if name == forbidden or name.startswith(f"{forbidden}.")
    }


def _rule(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return next(folder for folder in ("/".join(parts[:2]), parts[0]) if folder in FORBIDDEN)


FILES = [
    path
    for folder in ("golden_ami", "stacks", "runbooks", "verification")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_a_file_imports_only_what_its_folder_may(path: Path) -> None:
    assert violations(_rule(path), path.read_text()) <= _late(path)


def _late(path: Path) -> set[str]:
    """The command line imports the sandbox when it is asked to run it, and moto with it."""
    return {"golden_ami.sandbox"} if path == ROOT / "golden_ami" / "cli" / "local.py" else set()


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("golden_ami", "import cdktf"),
        ("golden_ami", "def f():\n    from cdktf_cdktf_provider_aws.sns_topic import SnsTopic"),
        ("golden_ami/operate", "from golden_ami import sandbox"),
        ("golden_ami/evidence", "import boto3"),
        ("stacks", "from golden_ami.sandbox.server import LocalAws"),
    ],
)
def test_a_violation_is_found(folder: str, source: str) -> None:
    assert violations(folder, source)


def test_the_command_line_starts_without_cdktf_boto3_and_moto() -> None:
    code = "import golden_ami.cli, sys; print(*{'cdktf', 'jsii', 'boto3', 'botocore', 'moto'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""
