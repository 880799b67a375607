"""Who has what, read from the state of the local AWS: never from what an execution says about itself."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends

from golden_ami.sandbox.imagebuilder.images import Image, images_of
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from golden_ami.sandbox.ram.models import ram_backends
from verification.configurations import ACCOUNT, COPY, HOME
from verification.factory import Factory
from verification.ground import QUEUE

REGIONS: Final = (HOME, COPY)
_BUILT_AS: Final = "Ec2ImageBuilderArn"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What others have of one image.

    Attributes
    ----------
    launch : mapping of str to set of str
        Who may launch its AMIs, by Region, where anybody may.
    shares : set of str
        ARNs of resource shares that it is in.
    published : set of str
        Regions whose parameter names its AMI.
    recorded : bool
        Whether the record names it as the approved image.
    """

    launch: Mapping[str, frozenset[str]]
    shares: frozenset[str]
    published: frozenset[str]
    recorded: bool

    def __bool__(self) -> bool:
        """Whether anybody has anything."""
        return bool(self.launch or self.shares or self.published or self.recorded)


class Eyes:
    """Looks at the state around one factory.

    Parameters
    ----------
    factory : Factory
        The factory.
    """

    def __init__(self, factory: Factory) -> None:
        self._factory = factory
        self._path = factory.image.names.parameter

    def images(self) -> dict[str, Image]:
        """Find the images that the factory has built and still has, by ARN, oldest first."""
        prefix = self._factory.image.images_arn.removesuffix("*")
        found = images_of(imagebuilder_backends[ACCOUNT][HOME])
        return {str(image.arn): image for image in found if str(image.arn).startswith(prefix)}

    def amis(self, arn: str) -> dict[str, Any]:
        """Find the AMIs of an image by Region, as EC2 has them: those that it made, and those that say so."""
        image = self.images().get(arn)
        made = {each["image"] for each in image.amis} if image else set()
        found = {}
        for region in REGIONS:
            ec2 = ec2_backends[ACCOUNT][region]
            for ami in ec2.amis.values():
                says = ec2.tags.get(ami.id, {}).get(_BUILT_AS) == arn
                if ami.owner_id == ACCOUNT and (says or ami.id in made):
                    found[region] = ami
        return found

    def tag(self, region: str, identifier: str, key: str) -> str | None:
        """Read a tag of an AMI."""
        found: str | None = ec2_backends[ACCOUNT][region].tags.get(identifier, {}).get(key)
        return found

    def snapshots(self, arn: str) -> set[str]:
        """Find the snapshots of an image."""
        return {
            snapshot.id
            for region in REGIONS
            for snapshot in ec2_backends[ACCOUNT][region].snapshots.values()
            if snapshot.owner_id == ACCOUNT and self.tag(region, snapshot.id, _BUILT_AS) == arn
        }

    def given(self, arn: str) -> Given:
        """See what others have of an image."""
        amis = self.amis(arn)
        return Given(
            launch={
                region: frozenset(value for each in ami.launch_permissions for value in each.values())
                for region, ami in amis.items()
                if ami.launch_permissions
            },
            shares=frozenset(
                share.arn
                for share in ram_backends[ACCOUNT][HOME].shares.values()
                for each in share.associations
                if each.entity == arn and each.present
            ),
            published=frozenset(region for region, ami in amis.items() if self.parameter("ami", region) == ami.id),
            recorded=self.record().get("image") == arn,
        )

    def parameter(self, leaf: str, region: str = HOME) -> str | None:
        """Read a parameter of the factory."""
        versions = ssm_backends[ACCOUNT][region]._parameters.get(f"{self._path}/{leaf}")
        return str(versions[-1].value) if versions else None

    def parameters(self) -> dict[str, str | None]:
        """Read what consumers are given."""
        found = {region: self.parameter("ami", region) for region in REGIONS}
        return found | {"record": json.dumps(self.record(), sort_keys=True)}

    def record(self) -> Any:
        """Read the record of the approved image; empty without one."""
        return read_json((self.parameter("approved") or "").encode())

    def receivers(self) -> frozenset[str]:
        """Whom the factory's share reaches; ``anybody`` when it is open to outsiders."""
        share = ram_backends[ACCOUNT][HOME].shares.get(self._factory.share_arn or "")
        if share is None:
            return frozenset()
        found = {each.entity for each in share.associations if each.kind == "PRINCIPAL" and each.present}
        return frozenset(found | ({"anybody"} if share.allow_external else set()))

    def parameter_is_shared(self) -> bool:
        """Whether the parameter is in the factory's share."""
        share = ram_backends[ACCOUNT][HOME].shares.get(self._factory.share_arn or "")
        arn = self._factory.image.names.scope.arn("ssm", f"parameter{self._path}/ami")
        return (
            any(each.entity == arn and each.status == "ASSOCIATED" for each in share.associations)
            and ssm_backends[ACCOUNT][HOME]._parameters[f"{self._path}/ami"][-1].tier == "Advanced"
            if share
            else False
        )


def stored(factory: Factory, folder: str, execution: str) -> tuple[dict[str, Any], str] | None:
    """Read a document of the evidence bucket, with its SHA-256."""
    keys = s3_backends[ACCOUNT]["aws"].buckets[factory.image.evidence_bucket].keys
    found = keys.get(f"{folder}/{execution}.json")
    return (read_json(found.value), hashlib.sha256(found.value).hexdigest()) if found else None


def read_json(body: bytes) -> dict[str, Any]:
    """Read an object of JSON; what is no JSON says nothing, and what is no object says that."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"no object": found}


def decided(record: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Count what a record says that people decided; what it does not say is empty."""
    return Counter(
        (each.get("approver", "").rpartition("/")[2], each.get("decision", "")) for each in record["decisions"]
    )


def mail() -> list[dict[str, str]]:
    """Read everything that the topics have sent, without taking it away."""
    queue = sqs_backends[ACCOUNT][HOME].queues[QUEUE]
    return [json.loads(message.body) for message in queue._messages]


def forget_mail() -> None:
    """Empty every queue."""
    for queue in sqs_backends[ACCOUNT][HOME].queues.values():
        queue._messages.clear()


def undelivered() -> int:
    """Count the ends that EventBridge could not deliver."""
    queues = sqs_backends[ACCOUNT][HOME].queues.values()
    return sum(len(queue._messages) for queue in queues if queue.name.endswith("-ended-dlq"))
