"""A valid configuration, and a way to spoil it."""

import copy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

COMPONENTS = Path(__file__).parent.parent.parent / "config" / "components"

VALID: dict[str, Any] = {
    "organization": {
        "id": "o-a1b2c3d4e5",
        "management_account": "111111111111",
        "units": {"workloads": "ou-ab12-c3d4e5f6", "sandboxes": "ou-ab12-g7h8i9j0"},
    },
    "images": {
        "web": {
            "description": "A web server",
            "version": "1.0",
            "parent": "ssm:/aws/service/ami-amazon-linux-latest/al2023",
            "components": [{"aws": "update-linux"}, {"file": "components/web-server.yaml"}],
        }
    },
    "deployments": {
        "prod-eu": {
            "account": "222222222222",
            "region": "eu-west-1",
            "approval": {"approvers": ["role/A", "role/B"], "required": 1},
            "sharing": {"launch": ["workloads"], "image_builder": ["workloads"]},
        }
    },
}


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """Copy the valid configuration and set values by path, such as ``images.web.version``; ``...`` removes one."""
    content = copy.deepcopy(VALID)
    for path, value in changes:
        target: Any = content
        *parents, last = path.split("/") if "/" in path else path.split(".")
        for key in parents:
            target = target[int(key)] if isinstance(target, list) else target.setdefault(key, {})
        if value is ...:
            del target[last]
        elif isinstance(target, list):
            target[int(last)] = value
        else:
            target[last] = value
    return content


def write(folder: Path, content: Any) -> Path:
    """Write a configuration beside the components of the examples."""
    if not (folder / "components").exists():
        (folder / "components").symlink_to(COMPONENTS)
    path = folder / "config.yaml"
    with path.open("w") as file:
        YAML().dump(content, file)
    return path
