"""Which versions of recipes and components a plan makes, and which it takes away."""

from dataclasses import dataclass
from typing import Final

from golden_ami.review.plan import Plan, Resource
from golden_ami.review.unknown import shown

_VERSIONED: Final = {"aws_imagebuilder_image_recipe": "recipe", "aws_imagebuilder_component": "component"}


@dataclass(frozen=True)
class VersionChange:
    """A recipe or component whose version changes.

    Attributes
    ----------
    kind, name : str
        What it is.
    before, after : str
        Versions; empty where there is none.
    """

    kind: str
    name: str
    before: str
    after: str


def version_changes(plan: Plan) -> tuple[VersionChange, ...]:
    """List versions that change."""
    found = []
    for each in plan.changes:
        if each.type in _VERSIONED:
            before, after = _version(each.before), _version(each.after)
            if before != after:
                resource = each.after or each.before
                found.append(VersionChange(_VERSIONED[each.type], resource.name() if resource else "", before, after))
    return tuple(found)


def _version(resource: Resource | None) -> str:
    return shown(resource.values.get("version")) if resource else ""
