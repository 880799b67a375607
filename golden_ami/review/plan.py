"""A plan as the review sees it: every managed resource before and after, and where it is."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from golden_ami.arn import partition_of
from golden_ami.review.unknown import Unknown, refers_only_to, shown, unknowns

_ORGANIZATION: Final = re.compile(r"(?<![\w-])o-[a-z0-9]{10,32}(?![\w-])")


@dataclass(frozen=True)
class Resource:
    """A resource at one moment.

    Attributes
    ----------
    address, type : str
        As Terraform names them.
    values : dict
        Attributes; what is unknown is an `Unknown`, or marked in a text.
    region : str or None
        Region of its provider.
    configured : frozenset of str or None
        Attributes that the configuration says; none when the plan does not tell, and any of them may be.
    """

    address: str
    type: str
    values: dict[str, Any]
    region: str | None = None
    configured: frozenset[str] | None = None

    def says(self, key: str) -> bool:
        """Tell whether an attribute is the configuration's, and not what the provider has found."""
        return self.configured is None or key in self.configured

    def get(self, *path: str) -> Any:
        """Read an attribute; a block that is there once is entered."""
        value: Any = self.values
        for part in path:
            if isinstance(value, list) and len(value) == 1:
                (value,) = value
            value = value.get(part) if isinstance(value, dict) else (value if isinstance(value, Unknown) else None)
        return value

    def is_of(self, bucket: "Resource") -> bool:
        """Tell whether it is a part of a bucket, such as its policy."""
        name = self.values.get("bucket")
        if isinstance(name, Unknown):
            return bool(name.references) and all(each.startswith(f"{bucket.address}.") for each in name.references)
        return name is not None and name in (bucket.values.get("bucket"), bucket.values.get("id"))

    def name(self) -> str:
        """Name it for people."""
        for key in ("name", "bucket", "document_name", "role"):
            if isinstance(self.values.get(key), str):
                return shown(self.values[key])
        return self.address


@dataclass(frozen=True)
class Change:
    """What happens to a resource.

    Attributes
    ----------
    address, type : str
        As Terraform names them.
    kind : str
        ``create``, ``update``, ``replace``, ``destroy``, ``forget`` or ``keep``.
    before, after : Resource or None
        The resource; none where there is none.
    because : tuple of str
        Attributes that force a replacement.
    moved_from : str
        Its former address, if it had another one.
    sensitive : tuple of str
        Attributes that Terraform hides.
    """

    address: str
    type: str
    kind: str
    before: Resource | None
    after: Resource | None
    because: tuple[str, ...] = ()
    moved_from: str = ""
    sensitive: tuple[str, ...] = ()

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Attributes of the configuration that are, or hold, values known after the apply only."""
        found = []
        for key, value in (self.after.values if self.after else {}).items():
            inside = [each for each in unknowns(value) if each.configured]
            if inside:
                references = dict.fromkeys(name for each in inside for name in each.references)
                found.append(f"{key}, from {', '.join(references) or 'where the plan does not say'}")
        return tuple(found)


@dataclass(frozen=True)
class Plan:
    """One stack's plan.

    Attributes
    ----------
    source : str
        The file.
    deployment : str
        Name of the deployment, or of the file when the plan does not tell.
    changes : tuple of Change
        Every managed resource, whether it changes or not.
    accounts, regions : tuple of str
        Where its providers may work.
    providers : dict of str to str
        Full name of each provider to its version constraint.
    unconfined : tuple of str
        Providers that may work in any account.
    programs : tuple of str
        What else the configuration makes Terraform do: data sources, provisioners, modules.
    """

    source: str
    deployment: str
    changes: tuple[Change, ...]
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    providers: dict[str, str]
    unconfined: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    @cached_property
    def before(self) -> tuple[Resource, ...]:
        """Every resource that there is."""
        return tuple(each.before for each in self.changes if each.before)

    @cached_property
    def after(self) -> tuple[Resource, ...]:
        """Every resource that there will be."""
        return tuple(each.after for each in self.changes if each.after)

    @cached_property
    def managed(self) -> frozenset[str]:
        """Addresses that there will be, without index."""
        return frozenset(each.address.split("[")[0] for each in self.after)

    @property
    def partition(self) -> str:
        """Partition of the first Region, or ``aws``."""
        for region in self.regions:
            try:
                return partition_of(region)
            except ValueError:
                continue
        return "aws"

    def of(self, *types: str, before: bool = False) -> Iterator[Resource]:
        """Give the resources of some types."""
        yield from (each for each in (self.before if before else self.after) if each.type in types)

    def proves(self, value: Any, *types: str) -> bool:
        """Tell whether an unknown value comes from managed resources of some types of this very plan."""
        return isinstance(value, Unknown) and refers_only_to(value, types, self.managed)


def organizations(resources: tuple[Resource, ...]) -> Counter[str]:
    """Count the organizations that are named where access is granted."""
    found: Counter[str] = Counter()
    for each in resources:
        if each.type == "aws_kms_key":
            found.update(_ORGANIZATION.findall(str(each.values.get("policy"))))
        elif each.type == "aws_ssm_document":
            found.update(set(_ORGANIZATION.findall(str(each.values.get("content")))))
        elif each.type == "aws_ram_principal_association":
            found.update(_ORGANIZATION.findall(str(each.values.get("principal"))))
    return found
