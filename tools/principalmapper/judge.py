"""Let Principal Mapper evaluate policies: JSON on standard input, JSON on standard output.

Run with the Python of ``.tools/principalmapper``. The input is a list of objects with ``policies`` (documents),
``action``, ``resource`` and ``context`` (condition key to value or values); the output a list of ``allowed``,
``denied`` (explicitly) and ``silent`` (no policy says anything), in the same order.
"""

import collections
import collections.abc
import importlib
import json
import sys
from typing import Any


def main() -> None:
    """Answer everything that was asked, or fail."""
    # Python 3.10 took these names away; Principal Mapper 1.1.5 still imports them from there.
    for name in ("Mapping", "MutableMapping"):
        setattr(collections, name, getattr(collections.abc, name))
    simulation = importlib.import_module("principalmapper.querying.local_policy_simulation")
    insensitive = importlib.import_module("principalmapper.util.case_insensitive_dict").CaseInsensitiveDict

    def matches(question: dict[str, Any], effect: str) -> bool:
        context = insensitive(question["context"])
        return any(
            simulation.policy_has_matching_statement(policy, effect, question["action"], question["resource"], context)
            for policy in question["policies"]
        )

    def verdict(question: dict[str, Any]) -> str:
        if matches(question, "Deny"):
            return "denied"
        return "allowed" if matches(question, "Allow") else "silent"

    json.dump([verdict(question) for question in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
