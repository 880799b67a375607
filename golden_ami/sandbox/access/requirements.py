"""What each request needs: actions, resources and condition keys, derived from the request and the sandbox's state.

Source: the Service Authorization Reference, action by action, its dependent actions included; for RAM and Image Builder
"Share EC2 Image Builder resources" (the owner of an image needs PutImagePolicy); for encrypted topics "Key management"
(SNS Developer Guide). It has the requests of the runbooks and of those who use them; every other one is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.s3.models import FakeKey, s3_backends
from moto.sns.models import sns_backends
from moto.utilities.utils import get_partition

from golden_ami.sandbox.access import launching
from golden_ami.sandbox.access.evaluation import Need
from golden_ami.sandbox.access.reading import READING
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from golden_ami.sandbox.ram.models import ram_backends

_SUFFIXES: Final = {"aws-cn": "amazonaws.com.cn"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request, before it is made.

    Attributes
    ----------
    service, operation : str
        As boto3 and the API name them.
    parameters : mapping
        Of the request.
    account, region : str
        Of the caller, and of the endpoint.
    tags : mapping
        Of the resource, where the service tells them to IAM.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    account: str
    region: str
    tags: Mapping[str, str]

    def arn(self, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
        """Build an ARN in the request's partition, Region and account."""
        region = self.region if region is None else region
        account = self.account if account is None else account
        return f"arn:{get_partition(self.region)}:{service}:{region}:{account}:{resource}"


Rule = Callable[[Request], Iterator[Need]]


def needs(request: Request) -> list[Need]:
    """List what a request needs.

    Raises
    ------
    NotImplementedError
        When the request is not among those that are known here.
    """
    rule = _RULES.get((request.service, request.operation))
    if rule is None:
        raise NotImplementedError(f"What {request.service}:{request.operation} needs is not known to the sandbox.")
    return list(rule(request))


def _everywhere(action: str) -> Rule:
    return lambda _: iter([Need(action=action, resource="*")])


def _by_arn(action: str, parameter: str) -> Rule:
    return lambda request: iter([Need(action=action, resource=request.parameters[parameter])])


def _start_pipeline(request: Request) -> Iterator[Need]:
    arn = request.parameters["imagePipelineArn"]
    tags = _request_tags(request.parameters.get("tags", {}))
    yield Need(action="imagebuilder:StartImagePipelineExecution", resource=arn, context=tags)
    yield Need(action="imagebuilder:GetImagePipeline", resource=arn)
    if tags:
        recipe = arn.rsplit("/", 1)[1]
        yield Need(action="imagebuilder:TagResource", resource=_image_of(request, arn) or recipe, context=tags)


def _image_of(request: Request, pipeline_arn: str) -> str | None:
    """Return an ARN like that of the image to come: images are named after the pipeline's recipe."""
    backend = imagebuilder_backends[request.account][request.region]
    try:
        pipeline = backend.get(pipeline_arn)
    except ServiceException:  # the request itself will say that there is no such pipeline
        return None
    recipe = str(pipeline.attributes["imageRecipeArn"]).replace(":image-recipe/", ":image/")
    return f"{recipe}/1"


def _each_finding(request: Request) -> Iterator[Need]:
    for condition in request.parameters.get("filters", []):
        for resource in condition.get("values", []):
            yield Need(action="imagebuilder:ListImageScanFindings", resource=resource)
    yield Need(action="inspector2:ListFindings", resource="*")


def _findings(request: Request) -> Iterator[Need]:
    for resource in request.parameters.get("filter", {}).get("values", []):
        yield Need(action="imagebuilder:ListImageScanFindingAggregations", resource=resource)


def _share(action: str) -> Rule:
    def rule(request: Request) -> Iterator[Need]:
        arn = request.parameters["resourceShareArn"]
        share = ram_backends[request.account][request.region].shares.get(arn)
        resources = list(request.parameters.get("resourceArns", []))
        context: dict[str, list[str]] = {}
        if share:
            context["ram:AllowsExternalPrincipals"] = [str(share.allow_external).lower()]
            context["ram:ResourceShareName"] = [share.name]
        if resources:
            context["ram:ResourceArn"] = resources
            context["ram:RequestedResourceType"] = sorted({_resource_type(each) for each in resources})
        if request.parameters.get("principals"):
            context["ram:Principal"] = list(request.parameters["principals"])
        yield Need(action=action, resource=arn, context=context)
        for each in resources:
            if ":imagebuilder:" in each and ":image/" in each:
                yield Need(action="imagebuilder:GetImagePolicy", resource=each)
                yield Need(action="imagebuilder:PutImagePolicy", resource=each)

    return rule


def _resource_type(arn: str) -> str:
    service, resource = arn.split(":", 5)[2::3]
    kinds = {("imagebuilder", "image"): "imagebuilder:Image", ("ssm", "parameter"): "ssm:Parameter"}
    return kinds.get((service, resource.split("/")[0]), f"{service}:{resource.split('/')[0]}")


def _ami(action: str, *, snapshots: bool = False) -> Rule:
    def rule(request: Request) -> Iterator[Need]:
        kind, parameter = ("snapshot", "SnapshotId") if snapshots else ("image", "ImageId")
        identifier = request.parameters[parameter]
        backend = ec2_backends[request.account][request.region]
        context: dict[str, list[str]] = {}
        if snapshots:
            found = backend.snapshots.get(identifier)
            owner = found.owner_id if found else None
        else:
            image = backend.amis.get(identifier)
            owner = image.owner_id if image else None
            context["ec2:Attribute"] = ["launchPermission"] if "LaunchPermission" in request.parameters else []
        if owner:
            context["ec2:Owner"] = [owner]
            for key, value in backend.tags.get(identifier, {}).items():
                context[f"ec2:ResourceTag/{key}"] = [value]
                context[f"aws:ResourceTag/{key}"] = [value]
        yield Need(
            action=action,
            resource=request.arn("ec2", f"{kind}/{identifier}", account=""),
            context={key: values for key, values in context.items() if values},
        )

    return rule


def _publish(request: Request) -> Iterator[Need]:
    arn = request.parameters["TopicArn"]
    yield Need(action="sns:Publish", resource=arn)
    parts = arn.split(":")
    topic = sns_backends[parts[4]][parts[3]].topics.get(arn) if len(parts) == 6 else None
    if topic is not None and topic.kms_master_key_id:
        yield from _encrypting(request, str(topic.kms_master_key_id), "sns")


def _encrypting(request: Request, key: str, service: str) -> Iterator[Need]:
    suffix = _SUFFIXES.get(get_partition(request.region), "amazonaws.com")
    context = {"kms:ViaService": [f"{service}.{request.region}.{suffix}"]}
    arn = key if key.startswith("arn:") else request.arn("kms", f"key/{key}")
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        yield Need(action=action, resource=arn, context=context)


def _tag_amis(request: Request) -> Iterator[Need]:
    tags = _request_tags({tag["Key"]: tag["Value"] for tag in request.parameters["Tags"]})
    for identifier in request.parameters["Resources"]:
        for need in _ami("ec2:CreateTags")(replace(request, parameters={"ImageId": identifier})):
            yield replace(need, context=dict(need.context) | tags)


def _object(action: str) -> Rule:
    def rule(request: Request) -> Iterator[Need]:
        bucket, key = request.parameters["Bucket"], request.parameters["Key"]
        yield Need(action=action, resource=request.arn("s3", f"{bucket}/{key}", region="", account=""))
        backend = s3_backends[request.account][get_partition(request.region)]
        known = backend.buckets.get(bucket)
        there = known is not None and isinstance(known.keys.get(key), FakeKey)
        if action == "s3:GetObject" and not there:
            yield Need(action="s3:ListBucket", resource=request.arn("s3", bucket, region="", account=""))
        key_of_objects = _default_key(known) if known else ""
        if key_of_objects:
            # An upload in one part needs no more ("Using server-side encryption with AWS KMS keys", S3 User Guide).
            used = "kms:Decrypt" if action == "s3:GetObject" else "kms:GenerateDataKey"
            yield from (need for need in _encrypting(request, key_of_objects, "s3") if need.action == used)

    return rule


def _list_bucket(request: Request) -> Iterator[Need]:
    context = {"s3:prefix": [request.parameters["Prefix"]]} if "Prefix" in request.parameters else {}
    arn = request.arn("s3", request.parameters["Bucket"], region="", account="")
    yield Need(action="s3:ListBucket", resource=arn, context=context)


def _default_key(bucket: Any) -> str:
    rule = (bucket.encryption or {}).get("Rule", {})
    return str(rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") or "")


def _execution(action: str) -> Rule:
    def rule(request: Request) -> Iterator[Need]:
        identifier = request.parameters["AutomationExecutionId"]
        context = {f"aws:ResourceTag/{key}": [value] for key, value in request.tags.items()}
        yield Need(action=action, resource=request.arn("ssm", f"automation-execution/{identifier}"), context=context)

    return rule


def _start_execution(request: Request) -> Iterator[Need]:
    name = request.parameters["DocumentName"].rsplit("/", 1)[-1]
    version = request.parameters.get("DocumentVersion", "$DEFAULT")
    tags = _request_tags({tag["Key"]: tag["Value"] for tag in request.parameters.get("Tags", [])})
    action = "ssm:StartAutomationExecution"
    yield Need(action=action, resource=request.arn("ssm", f"automation-definition/{name}:{version}"), context=tags)
    if tags:
        execution = request.arn("ssm", "automation-execution/new")
        yield Need(action=action, resource=execution, context=tags)
        yield Need(action="ssm:AddTagsToResource", resource=execution, context=tags)


def _tagging(action: str) -> Rule:
    kinds = {"Automation": "automation-execution", "Parameter": "parameter", "Document": "document"}

    def rule(request: Request) -> Iterator[Need]:
        kind = kinds[request.parameters["ResourceType"]]
        identifier = request.parameters["ResourceId"].lstrip("/")
        tags = _request_tags({tag["Key"]: tag["Value"] for tag in request.parameters.get("Tags", [])})
        own = {f"aws:ResourceTag/{key}": [value] for key, value in request.tags.items()}
        yield Need(action=action, resource=request.arn("ssm", f"{kind}/{identifier}"), context=tags | own)

    return rule


def _put_parameter(request: Request) -> Iterator[Need]:
    yield from _parameter("ssm:PutParameter")(request)
    tags = _request_tags({tag["Key"]: tag["Value"] for tag in request.parameters.get("Tags", [])})
    if tags:
        for need in _parameter("ssm:AddTagsToResource")(request):
            yield Need(action=need.action, resource=need.resource, context=tags)
    if request.parameters.get("DataType") == "aws:ec2:image":
        yield Need(action="ec2:DescribeImages", resource="*")


def _parameter(action: str, member: str = "Name") -> Rule:
    def rule(request: Request) -> Iterator[Need]:
        named = request.parameters[member]
        for name in [named] if isinstance(named, str) else named:
            # Another account's parameter is known by its ARN only; a version or a label may follow both.
            if name.startswith("arn:"):
                yield Need(action=action, resource=":".join(name.split(":")[:6]))
            else:
                path = name.split(":")[0].lstrip("/")
                yield Need(action=action, resource=request.arn("ssm", f"parameter/{path}"))

    return rule


def _request_tags(tags: Mapping[str, str]) -> dict[str, list[str]]:
    if not tags:
        return {}
    return {f"aws:RequestTag/{key}": [value] for key, value in tags.items()} | {"aws:TagKeys": list(tags)}


def _tag_image(request: Request) -> Iterator[Need]:
    tags = _request_tags(request.parameters["tags"])
    yield Need(action="imagebuilder:TagResource", resource=request.parameters["resourceArn"], context=tags)


def _put_metrics(request: Request) -> Iterator[Need]:
    context = {"cloudwatch:namespace": [request.parameters["Namespace"]]}
    yield Need(action="cloudwatch:PutMetricData", resource="*", context=context)


def _image(action: str) -> Rule:
    return _by_arn(f"imagebuilder:{action}", "imageBuildVersionArn")


_RULES: Final[Mapping[tuple[str, str], Rule]] = MappingProxyType(
    {
        ("imagebuilder", "StartImagePipelineExecution"): _start_pipeline,
        ("imagebuilder", "GetImage"): _image("GetImage"),
        ("imagebuilder", "DeleteImage"): _image("DeleteImage"),
        ("imagebuilder", "GetImagePipeline"): _by_arn("imagebuilder:GetImagePipeline", "imagePipelineArn"),
        ("imagebuilder", "GetDistributionConfiguration"): _by_arn(
            "imagebuilder:GetDistributionConfiguration", "distributionConfigurationArn"
        ),
        ("imagebuilder", "ListImageScanFindingAggregations"): _findings,
        ("imagebuilder", "ListImageScanFindings"): _each_finding,
        ("imagebuilder", "ListImagePackages"): _image("ListImagePackages"),
        ("imagebuilder", "ListWorkflowExecutions"): _image("ListWorkflowExecutions"),
        ("imagebuilder", "TagResource"): _tag_image,
        ("ram", "AssociateResourceShare"): _share("ram:AssociateResourceShare"),
        ("ram", "DisassociateResourceShare"): _share("ram:DisassociateResourceShare"),
        ("ram", "GetResourceShares"): _everywhere("ram:GetResourceShares"),
        ("ram", "GetResourceShareAssociations"): _everywhere("ram:GetResourceShareAssociations"),
        ("ec2", "ModifyImageAttribute"): _ami("ec2:ModifyImageAttribute"),
        ("ec2", "DescribeImageAttribute"): _ami("ec2:DescribeImageAttribute"),
        ("ec2", "ResetImageAttribute"): _ami("ec2:ResetImageAttribute"),
        ("ec2", "DisableImageDeregistrationProtection"): _ami("ec2:DisableImageDeregistrationProtection"),
        ("ec2", "DeregisterImage"): _ami("ec2:DeregisterImage"),
        ("ec2", "DeleteSnapshot"): _ami("ec2:DeleteSnapshot", snapshots=True),
        ("ec2", "CreateTags"): _tag_amis,
        ("ec2", "DisableImage"): _ami("ec2:DisableImage"),
        ("ec2", "EnableImage"): _ami("ec2:EnableImage"),
        ("ec2", "DisableImageDeprecation"): _ami("ec2:DisableImageDeprecation"),
        ("ec2", "EnableImageDeprecation"): _ami("ec2:EnableImageDeprecation"),
        ("ec2", "DescribeImages"): _everywhere("ec2:DescribeImages"),
        ("ec2", "DescribeSnapshots"): _everywhere("ec2:DescribeSnapshots"),
        ("ec2", "CreateLaunchTemplateVersion"): launching.on_template("ec2:CreateLaunchTemplateVersion"),
        ("ec2", "ModifyLaunchTemplate"): launching.on_template("ec2:ModifyLaunchTemplate"),
        ("ec2", "DescribeLaunchTemplateVersions"): _everywhere("ec2:DescribeLaunchTemplateVersions"),
        ("autoscaling", "StartInstanceRefresh"): launching.start_refresh,
        ("autoscaling", "DescribeAutoScalingGroups"): _everywhere("autoscaling:DescribeAutoScalingGroups"),
        ("autoscaling", "DescribeInstanceRefreshes"): _everywhere("autoscaling:DescribeInstanceRefreshes"),
        ("cloudwatch", "PutMetricData"): _put_metrics,
        ("kms", "GetKeyPolicy"): _by_arn("kms:GetKeyPolicy", "KeyId"),
        ("s3", "GetObject"): _object("s3:GetObject"),
        ("s3", "ListObjectsV2"): _list_bucket,
        ("s3", "PutObject"): _object("s3:PutObject"),
        ("sns", "Publish"): _publish,
        ("ssm", "StartAutomationExecution"): _start_execution,
        ("ssm", "StopAutomationExecution"): _execution("ssm:StopAutomationExecution"),
        ("ssm", "SendAutomationSignal"): _execution("ssm:SendAutomationSignal"),
        ("ssm", "GetAutomationExecution"): _execution("ssm:GetAutomationExecution"),
        ("ssm", "DescribeAutomationStepExecutions"): _execution("ssm:DescribeAutomationStepExecutions"),
        ("ssm", "DescribeAutomationExecutions"): _everywhere("ssm:DescribeAutomationExecutions"),
        ("ssm", "AddTagsToResource"): _tagging("ssm:AddTagsToResource"),
        ("ssm", "ListTagsForResource"): _tagging("ssm:ListTagsForResource"),
        ("ssm", "PutParameter"): _put_parameter,
        ("ssm", "DeleteParameter"): _parameter("ssm:DeleteParameter"),
        ("ssm", "GetParameter"): _parameter("ssm:GetParameter"),
        ("ssm", "GetParameters"): _parameter("ssm:GetParameters", "Names"),
        ("ssm", "GetParameterHistory"): _parameter("ssm:GetParameterHistory"),
        **READING,
    }
)
