"""What exists in the local AWS: the demonstration's proof that nothing was left behind."""

from collections.abc import Callable, Iterator
from typing import Any

Clients = Callable[[str], Any]
"""Makes a boto3 client of a service."""


class Inventory:
    """Lists of everything that a factory is made of, in one Region.

    Parameters
    ----------
    clients : callable
        Makes a boto3 client of a service, such as ``LocalAws.client``.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def resources(self) -> frozenset[str]:
        """Name what exists, as ``kind name``; keys that wait for their deletion are not there any more."""
        return frozenset(f"{kind} {name}" for kind, names in _KINDS.items() for name in names(self._clients))

    def keys_pending_deletion(self) -> int:
        """Count the keys that AWS will delete after their waiting period."""
        return sum(state == "PendingDeletion" for _, state in _keys(self._clients))


def _keys(clients: Clients) -> Iterator[tuple[str, str]]:
    kms = clients("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if described.get("KeyManager") != "AWS":
                yield key["KeyId"], described["KeyState"]


def _lister(
    service: str, operation: str, items: str, name: str, **parameters: Any
) -> Callable[[Clients], Iterator[str]]:
    """Make a lister of one kind: each page's ``items``, by their ``name``."""

    def names(clients: Clients) -> Iterator[str]:
        client = clients(service)
        if client.can_paginate(operation):
            pages = client.get_paginator(operation).paginate(**parameters)
        else:
            pages = [getattr(client, operation)(**parameters)]
        for page in pages:
            for item in page.get(items, []):
                yield item if isinstance(item, str) else item[name]

    return names


def _live_shares(clients: Clients) -> Iterator[str]:
    for share in clients("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"]:
        if share["status"] != "DELETED":
            yield share["name"]


def _live_keys(clients: Clients) -> Iterator[str]:
    return (key for key, state in _keys(clients) if state != "PendingDeletion")


_KINDS: dict[str, Callable[[Clients], Iterator[str]]] = {
    "component": _lister("imagebuilder", "list_components", "componentVersionList", "arn", owner="Self"),
    "recipe": _lister("imagebuilder", "list_image_recipes", "imageRecipeSummaryList", "arn", owner="Self"),
    "infrastructure configuration": _lister(
        "imagebuilder", "list_infrastructure_configurations", "infrastructureConfigurationSummaryList", "arn"
    ),
    "distribution configuration": _lister(
        "imagebuilder", "list_distribution_configurations", "distributionConfigurationSummaryList", "arn"
    ),
    "pipeline": _lister("imagebuilder", "list_image_pipelines", "imagePipelineList", "arn"),
    "resource share": _live_shares,
    "topic": _lister("sns", "list_topics", "Topics", "TopicArn"),
    "subscription": _lister("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    "bucket": _lister("s3", "list_buckets", "Buckets", "Name"),
    "role": _lister("iam", "list_roles", "Roles", "RoleName"),
    "policy": _lister("iam", "list_policies", "Policies", "PolicyName", Scope="Local"),
    "instance profile": _lister("iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    "document": _lister(
        "ssm", "list_documents", "DocumentIdentifiers", "Name", Filters=[{"Key": "Owner", "Values": ["Self"]}]
    ),
    "schedule": _lister("scheduler", "list_schedules", "Schedules", "Name"),
    "queue": _lister("sqs", "list_queues", "QueueUrls", "QueueUrl"),
    "key": _live_keys,
    "alias": _lister("kms", "list_aliases", "Aliases", "AliasName"),
    "rule": _lister("events", "list_rules", "Rules", "Name"),
    "image": _lister("imagebuilder", "list_images", "imageVersionList", "arn", owner="Self"),
    "AMI": _lister("ec2", "describe_images", "Images", "ImageId", Owners=["self"], IncludeDisabled=True),
    "snapshot": _lister("ec2", "describe_snapshots", "Snapshots", "SnapshotId", OwnerIds=["self"]),
    "parameter": _lister(
        "ssm",
        "describe_parameters",
        "Parameters",
        "Name",
        ParameterFilters=[{"Key": "Path", "Option": "Recursive", "Values": ["/golden-ami"]}],
    ),
}
