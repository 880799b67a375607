"""What the requests of those who look after a factory need, of services that runbooks do not read.

Source: the Service Authorization Reference, action by action.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from moto.kms.models import kms_backends

from golden_ami.sandbox.access.evaluation import Need

if TYPE_CHECKING:
    from golden_ami.sandbox.access.requirements import Request, Rule


def _everywhere(action: str) -> "Rule":
    return lambda _: iter([Need(action=action, resource="*")])


def _named(action: str, service: str, resource: str, *members: str, region: str | None = None) -> "Rule":
    """Make the rule of an action on a resource whose ARN has members of the request in it."""

    def rule(request: "Request") -> Iterator[Need]:
        named = resource.format(*(request.parameters[member] for member in members))
        yield Need(action=action, resource=request.arn(service, named, region=region))

    return rule


def _bucket(action: str) -> "Rule":
    def rule(request: "Request") -> Iterator[Need]:
        arn = request.arn("s3", request.parameters["Bucket"], region="", account="")
        yield Need(action=f"s3:{action}", resource=arn)

    return rule


def _role(action: str) -> "Rule":
    def rule(request: "Request") -> Iterator[Need]:
        given = request.parameters
        name = given.get("PolicySourceArn") or _role_arn(request, given["RoleName"])
        yield Need(action=action, resource=name)

    return rule


def _role_arn(request: "Request", name: str) -> str:
    # IAM knows the path of a service's role; the request has its name only.
    services = {"AWSServiceRoleForImageBuilder": "imagebuilder", "AWSServiceRoleForResourceAccessManager": "ram"}
    services["AWSServiceRoleForAutoScaling"] = "autoscaling"
    path = f"aws-service-role/{services[name]}.amazonaws.com/" if name in services else ""
    return request.arn("iam", f"role/{path}{name}", region="")


def _key(action: str) -> "Rule":
    def rule(request: "Request") -> Iterator[Need]:
        named = str(request.parameters["KeyId"])
        backend = kms_backends[request.account][request.region]
        # A key is authorised as itself, also where an alias names it.
        found = backend.get_key_id_from_alias(named) if named.startswith("alias/") else named.rpartition("/")[2]
        yield Need(action=action, resource=request.arn("kms", f"key/{found or named}"))

    return rule


def _queue(request: "Request") -> Iterator[Need]:
    name = request.parameters["QueueUrl"].rpartition("/")[2]
    yield Need(action="sqs:GetQueueAttributes", resource=request.arn("sqs", name))


def _document(action: str) -> "Rule":
    return _named(f"ssm:{action}", "ssm", "document/{}", "Name")


def _topic(action: str) -> "Rule":
    return lambda request: iter([Need(action=f"sns:{action}", resource=request.parameters["TopicArn"])])


def _image_version(request: "Request") -> Iterator[Need]:
    yield Need(action="imagebuilder:ListImageBuildVersions", resource=request.parameters["imageVersionArn"])


READING: Final[Mapping[tuple[str, str], "Rule"]] = MappingProxyType(
    {
        ("ec2", "DescribeInstances"): _everywhere("ec2:DescribeInstances"),
        ("ec2", "GetImageBlockPublicAccessState"): _everywhere("ec2:GetImageBlockPublicAccessState"),
        ("events", "DescribeRule"): _named("events:DescribeRule", "events", "rule/{}", "Name"),
        ("events", "ListTargetsByRule"): _named("events:ListTargetsByRule", "events", "rule/{}", "Rule"),
        ("iam", "GetRole"): _role("iam:GetRole"),
        ("iam", "SimulatePrincipalPolicy"): _role("iam:SimulatePrincipalPolicy"),
        ("imagebuilder", "ListImageBuildVersions"): _image_version,
        ("imagebuilder", "ListImages"): _everywhere("imagebuilder:ListImages"),
        ("inspector2", "BatchGetAccountStatus"): _everywhere("inspector2:BatchGetAccountStatus"),
        ("inspector2", "ListFindingAggregations"): _everywhere("inspector2:ListFindingAggregations"),
        ("kms", "DescribeKey"): _key("kms:DescribeKey"),
        ("kms", "ListAliases"): _everywhere("kms:ListAliases"),
        ("organizations", "DescribeOrganization"): _everywhere("organizations:DescribeOrganization"),
        ("s3", "GetBucketPolicy"): _bucket("GetBucketPolicy"),
        ("s3", "GetBucketVersioning"): _bucket("GetBucketVersioning"),
        ("s3", "GetBucketEncryption"): _bucket("GetEncryptionConfiguration"),
        ("s3", "GetObjectLockConfiguration"): _bucket("GetBucketObjectLockConfiguration"),
        ("s3", "GetPublicAccessBlock"): _bucket("GetBucketPublicAccessBlock"),
        ("scheduler", "GetSchedule"): _named("scheduler:GetSchedule", "scheduler", "schedule/default/{}", "Name"),
        ("service-quotas", "GetServiceQuota"): _everywhere("servicequotas:GetServiceQuota"),
        ("sns", "GetTopicAttributes"): _topic("GetTopicAttributes"),
        ("sns", "ListSubscriptionsByTopic"): _topic("ListSubscriptionsByTopic"),
        ("sqs", "GetQueueAttributes"): _queue,
        ("sqs", "GetQueueUrl"): _named("sqs:GetQueueUrl", "sqs", "{}", "QueueName"),
        ("ssm", "DescribeDocument"): _document("DescribeDocument"),
        ("ssm", "GetDocument"): _document("GetDocument"),
        # Whoever calls may ask who it is ("GetCallerIdentity", STS API Reference).
        ("sts", "GetCallerIdentity"): lambda _: iter(()),
    }
)
"""Rules by service and operation."""
