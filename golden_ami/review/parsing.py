"""The JSON of a plan, turned into what the review sees of it."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from golden_ami.review.plan import Change, Plan, Resource
from golden_ami.review.unknown import Unknown
from golden_ami.review.values import merged, sanitised

_OUTCOME: Final = re.compile(r"GoldenAmiOutcome-([a-z0-9-]+)")


def parse(content: dict[str, Any], source: str) -> Plan:
    """Read the JSON of a plan.

    Parameters
    ----------
    content : dict
        The JSON.
    source : str
        The file, as the user named it.
    """
    configuration = _dictionary(content.get("configuration"))
    root = _dictionary(configuration.get("root_module"))
    expressions = {
        str(each.get("address")): _dictionary(each) for each in root.get("resources", []) if isinstance(each, dict)
    }
    providers = {key: _dictionary(each) for key, each in _dictionary(configuration.get("provider_config")).items()}
    changes = tuple(
        _change(each, expressions, providers)
        for each in content.get("resource_changes", [])
        if each["mode"] == "managed"
    )
    accounts, unconfined = _accounts(providers)
    return Plan(
        source=source,
        deployment=_deployment(changes, source),
        changes=changes,
        accounts=accounts,
        regions=tuple(dict.fromkeys(filter(None, (_constant(each, "region") for each in providers.values())))),
        providers={
            str(each.get("full_name", key)): str(each.get("version_constraint", "")) for key, each in providers.items()
        },
        unconfined=unconfined,
        programs=tuple(_programs(root)),
    )


def _programs(root: dict[str, Any]) -> Iterator[str]:
    for each in root.get("resources", []):
        address = sanitised(str(each.get("address")))
        if each.get("mode") != "managed":
            yield f"{address} is read while Terraform plans"
        if each.get("provisioners"):
            yield f"{address} has a provisioner, which runs a program"
    yield from (f"module.{sanitised(name)} is not of this project" for name in _dictionary(root.get("module_calls")))


def _change(raw: dict[str, Any], expressions: dict[str, Any], providers: dict[str, Any]) -> Change:
    address, kind, change = sanitised(raw["address"]), raw["type"], raw["change"]
    configured = expressions.get(raw["address"].split("[")[0])
    region = _constant(_dictionary(providers.get(str(_dictionary(configured).get("provider_config_key")))), "region")
    # Without the configuration, such as in a module, any value may be the configuration's.
    expression = _dictionary(configured.get("expressions")) if configured else {"references": []}
    before, after = sanitised(change.get("before")), change.get("after")
    is_there = after is not None or change.get("after_unknown") is True
    values = _dictionary(merged(after, change.get("after_unknown", {}), expression)) if is_there else {}
    said = frozenset(expression) | _new(_dictionary(before), values) if configured else None
    return Change(
        address=address,
        type=kind,
        kind=_kind(tuple(change["actions"])),
        before=Resource(address, kind, before, region, said) if isinstance(before, dict) else None,
        after=Resource(address, kind, values, region, said) if is_there else None,
        because=tuple(".".join(map(str, path)) for path in change.get("replace_paths", []) if isinstance(path, list)),
        moved_from=sanitised(str(raw.get("previous_address") or "")),
        sensitive=tuple(key for key, hidden in _dictionary(change.get("after_sensitive")).items() if hidden is True),
    )


def _new(before: dict[str, Any], after: dict[str, Any]) -> frozenset[str]:
    """Name the values that a plan tells and the state does not: only the configuration can have said them.

    Dynamic blocks need it: they are missing among the expressions.
    """
    return frozenset(key for key, value in after.items() if not isinstance(value, Unknown) and before.get(key) != value)


def _kind(actions: tuple[Any, ...]) -> str:
    known = {
        ("no-op",): "keep",
        ("read",): "keep",
        ("create",): "create",
        ("update",): "update",
        ("delete",): "destroy",
        ("forget",): "forget",
        ("create", "delete"): "replace",
        ("delete", "create"): "replace",
        ("create", "forget"): "replace",
    }
    # What a later Terraform calls otherwise is at least shown, and judged by what is there afterwards.
    return known.get(actions, "update")


def _deployment(changes: tuple[Change, ...], source: str) -> str:
    for each in changes:
        resource = each.after or each.before
        found = _OUTCOME.fullmatch(str(resource.values.get("name"))) if resource else None
        if each.type == "aws_ssm_document" and found:
            return found[1]
    path = PurePath(source)
    # In CI, the plan of a stack is an artifact that is called after it.
    return path.parent.name.removeprefix("plan-") if path.stem in ("plan", "tfplan") and path.parent.name else path.stem


def _accounts(providers: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found: dict[str, None] = {}
    unconfined = []
    for key, provider in providers.items():
        value = _dictionary(_dictionary(provider.get("expressions")).get("allowed_account_ids")).get("constant_value")
        if isinstance(value, list) and value and all(isinstance(each, str) and each.isdigit() for each in value):
            found.update(dict.fromkeys(value))
        else:
            unconfined.append(key)
    return tuple(found), tuple(unconfined)


def _constant(provider: dict[str, Any], key: str) -> str | None:
    value = _dictionary(_dictionary(provider.get("expressions")).get(key)).get("constant_value")
    return sanitised(value) if isinstance(value, str) else None


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
