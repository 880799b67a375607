"""The approval runbook, bound in every way that a configuration can bind it."""

import itertools
from dataclasses import replace

from golden_ami.config.consumer import Group
from golden_ami.config.evidence import Quarantine
from golden_ami.config.rollout import Rollout
from golden_ami.names import ConsumerNames, DeploymentNames, ImageNames
from golden_ami.runbook import Binding, BoundRunbook, FixedBinding, bind, load
from golden_ami.runbooks import APPROVAL as PATH
from golden_ami.runbooks import EVIDENCE as EVIDENCE_PATH
from golden_ami.runbooks import RETIREMENT as RETIREMENT_PATH
from golden_ami.runbooks import REVOCATION as REVOCATION_PATH
from golden_ami.runbooks import ROLLBACK as ROLLBACK_PATH
from golden_ami.runbooks import consumer_check_runbook, outcome_runbook, rollout_runbook

NAMES = ImageNames(
    scope=DeploymentNames(deployment="prod-eu", account="222222222222", region="eu-west-1"), image="web-server"
)
SHARE = NAMES.scope.arn("ram", "resource-share/12345678-1234-1234-1234-123456789012")
KEY = NAMES.scope.arn("kms", "key/11111111-2222-3333-4444-555555555555")
ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5"
UNIT = "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6"

RICH = Binding(
    name=NAMES.image,
    document_name=NAMES.approval.document,
    evidence_document=NAMES.evidence.document,
    evidence_bucket=NAMES.scope.evidence_bucket,
    configuration_digest="0123456789abcdef",
    automation_role_arn=NAMES.approval.role_arn,
    pipeline_arn=NAMES.pipeline_arn,
    topic_arn=NAMES.scope.topic_arn,
    approvers=tuple(NAMES.scope.iam(f"role/{name}") for name in ("Approver", "SecurityOnCall", "PlatformLead")),
    required=2,
    expires_after_days=14,
    share_arn=SHARE,
    shares_parameter=True,
    parameter=NAMES.parameter,
    launch_principals=(UNIT, ORGANIZATION, "333333333333"),
    image_builder_principals=(UNIT,),
    regions=("eu-west-1", "eu-north-1", "us-east-1"),
    region="eu-west-1",
    partition="aws",
    scanning=True,
    max_scan_age_days=14,
    build_timeout_minutes=180,
    organization_id="o-a1b2c3d4e5",
    image_tags={"owner": "golden-ami-automation", "golden-ami:image": NAMES.image},
)
MINIMAL = replace(
    RICH,
    approvers=RICH.approvers[:1],
    required=1,
    share_arn=None,
    shares_parameter=False,
    launch_principals=(),
    image_builder_principals=(),
    regions=("eu-west-1",),
    scanning=False,
)


def every_binding() -> list[tuple[str, BoundRunbook]]:
    """Bind the runbook with and without share, receivers, scan, quorum, Regions and pinning."""
    found = []
    for share, launch, scanning, quorum, regions, pin in itertools.product((True, False), repeat=6):
        binding = replace(
            RICH,
            share_arn=SHARE if share else None,
            shares_parameter=share and regions,
            launch_principals=RICH.launch_principals if launch else (),
            scanning=scanning,
            required=2 if quorum else 1,
            regions=RICH.regions if regions else RICH.regions[:1],
        )
        chosen = {"share": share, "launch": launch, "scan": scanning, "quorum": quorum, "copies": regions, "pin": pin}
        name = "+".join(key for key, value in chosen.items() if value) or "nothing"
        found.append((name, bind(load(PATH), binding, pin=pin)))
    return found


BINDINGS = every_binding()
RETIREMENT = bind(
    load(RETIREMENT_PATH),
    FixedBinding(
        name=NAMES.image,
        values={
            "AutomationAssumeRole": NAMES.retirement.role_arn,
            "SnsNotificationArn": NAMES.scope.topic_arn,
            "ResourceShareArn": SHARE,
            "ImageArnPrefix": NAMES.images_arn().removesuffix("*"),
            "ApprovedImageParameter": NAMES.parameter,
            "Regions": list(RICH.regions),
        },
    ),
)
REVOCATION_VALUES = {
    "AutomationAssumeRole": NAMES.revocation.role_arn,
    "SnsNotificationArn": NAMES.scope.topic_arn,
    "ResourceShareArn": SHARE,
    "ImageArnPrefix": NAMES.images_arn().removesuffix("*"),
    "ApprovedImageParameter": NAMES.parameter,
    "Regions": list(RICH.regions),
    "PipelineApproverArn": list(RICH.approvers),
    "MinRequiredApprovals": RICH.required,
}
REVOCATION = bind(load(REVOCATION_PATH), FixedBinding(name=NAMES.image, values=REVOCATION_VALUES))
ROLLBACK = bind(
    load(ROLLBACK_PATH),
    FixedBinding(
        name=NAMES.image,
        values={
            "AutomationAssumeRole": NAMES.rollback.role_arn,
            "SnsNotificationArn": NAMES.scope.topic_arn,
            "ResourceShareArn": SHARE,
            "ParameterShareArn": SHARE,
            "AMIPrincipals": list(RICH.launch_principals),
            "OrganizationId": RICH.organization_id,
            "ApprovedImageParameter": NAMES.parameter,
            "EvidenceBucket": NAMES.scope.evidence_bucket,
            "EvidenceFolder": NAMES.image,
            "Regions": list(RICH.regions),
        },
    ),
)
OUTCOME = outcome_runbook(
    NAMES.scope,
    topic_arn=NAMES.scope.topic_arn,
    evidence_bucket=NAMES.scope.evidence_bucket,
    quarantine=Quarantine(disable=True),
)
EVIDENCE = bind(
    load(EVIDENCE_PATH),
    FixedBinding(
        name=NAMES.image,
        values={
            "AutomationAssumeRole": NAMES.evidence.role_arn,
            "EvidenceBucket": NAMES.scope.evidence_bucket,
            "EvidenceFolder": NAMES.evidence_folder,
            "Keys": {region: KEY.replace("eu-west-1", region) for region in RICH.regions},
            "PipelineApproverArn": list(RICH.approvers),
            "MinRequiredApprovals": RICH.required,
            "ResourceShareArn": SHARE,
            "SharePrincipals": list(RICH.image_builder_principals),
            "AMIPrincipals": list(RICH.launch_principals),
            "OrganizationId": RICH.organization_id,
            "ApprovedImageParameter": NAMES.parameter,
            "FindingLimits": {"critical": "0", "high": "5", "medium": "20", "all": "100"},
            "MaxScanAgeDays": RICH.max_scan_age_days,
            "Waivers": [
                {
                    "id": "CVE-2026-0001",
                    "reason": "not reachable here",
                    "owner": "sec@example.com",
                    "expires": "2027-01-31",
                }
            ],
            "NotScannedBecause": None,
            "ConfigurationDigest": RICH.configuration_digest,
        },
    ),
)
REFRESH = Rollout(
    launch_template="lt-0123456789abcdef0",
    auto_scaling_group="web-servers",
    min_healthy_percentage=80,
    timeout_minutes=90,
    instance_role="role/web-server",
)
ROLLOUT = rollout_runbook(NAMES, REFRESH)
TEMPLATE_ONLY = rollout_runbook(NAMES, Rollout(launch_template="lt-0123456789abcdef0"))
CONSUMER = ConsumerNames(
    consumer="front",
    scope=DeploymentNames(deployment="front", account="333333333333", region="eu-west-1"),
    source=NAMES,
)
GROUP = Group(subnets=("subnet-0a1b2c3d",))
OTHERS = [
    ("evidence", EVIDENCE),
    ("retirement", RETIREMENT),
    ("revocation", REVOCATION),
    ("rollback", ROLLBACK),
    ("outcome", OUTCOME),
    ("rollout", ROLLOUT),
    ("template only", TEMPLATE_ONLY),
    ("consumer check", consumer_check_runbook(CONSUMER, GROUP)),
    ("consumer check without a group", consumer_check_runbook(CONSUMER, None)),
]
