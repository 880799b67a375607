"""Print the synthesised stacks as a matrix for CI: all of them, or those that differ from another synthesis.

``stacks.py cdktf.out`` prints all, ``stacks.py cdktf.out --base OTHER`` what is new or otherwise there, and
``--first a,b`` splits them into two waves. A stack that is in the base only is an error: nobody would plan its end.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


def main() -> int:
    """Print JSON: a list, or an object of two lists when a first wave is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("output", type=Path, help="folder of a synthesis, such as cdktf.out")
    parser.add_argument("--base", type=Path, help="folder of another one, to compare with")
    parser.add_argument("--first", help="names of the stacks of the first wave, separated by commas")
    arguments = parser.parse_args()
    stacks = read(arguments.output)
    if arguments.base:
        base = read(arguments.base)
        gone = sorted(set(base) - set(stacks))
        if gone:
            print(f"gone: {', '.join(gone)}; destroy them before they leave the configuration", file=sys.stderr)
            return 1
        stacks = {name: content for name, content in stacks.items() if base.get(name) != content}
    matrix = [described(name, content) for name, content in sorted(stacks.items())]
    if arguments.first is None:
        print(json.dumps(matrix))
    else:
        first = set(filter(None, arguments.first.split(",")))
        waves = {"first": [], "rest": []}
        for each in matrix:
            waves["first" if each["stack"] in first else "rest"].append(each)
        print(json.dumps(waves))
    return 0


def read(output: Path) -> dict[str, Any]:
    """Read every stack of a synthesis."""
    found = sorted((output / "stacks").glob("*/cdk.tf.json"))
    if not found:
        sys.exit(f"{output} holds no stack; synthesise first")
    return {path.parent.name: json.loads(path.read_text()) for path in found}


def described(name: str, content: dict[str, Any]) -> dict[str, str]:
    """Say where a stack works, for the role that CI assumes there."""
    provider = content["provider"]["aws"][0]
    account, region = provider["allowed_account_ids"][0], provider["region"]
    # What follows becomes part of a workflow's expressions.
    for value, pattern in ((name, r"[a-z][a-z0-9-]*"), (account, r"\d{12}"), (region, r"[a-z0-9-]+")):
        if not re.fullmatch(pattern, value):
            sys.exit(f"stack {name!r} has {value!r}, which cannot be a matrix entry")
    partition = next((each for prefix, each in PARTITIONS.items() if region.startswith(prefix)), "aws")
    return {"stack": name, "account": account, "region": region, "partition": partition}


if __name__ == "__main__":
    sys.exit(main())
