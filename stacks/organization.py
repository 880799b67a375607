"""The stack of the organization: sharing inside it, whose images it allows, and what IAM cannot forbid."""

from collections.abc import Sequence

from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.organizations_policy import OrganizationsPolicy
from cdktf_cdktf_provider_aws.organizations_policy_attachment import OrganizationsPolicyAttachment
from cdktf_cdktf_provider_aws.ram_sharing_with_organization import RamSharingWithOrganization
from constructs import Construct

from golden_ami.config import Config
from golden_ami.config.organization import Organization
from golden_ami.config.organization_policies import OrganizationPolicies, resolve_target
from golden_ami.organization_policies import ec2_policy, service_control_policies
from stacks.account import provide
from stacks.backend import keep_state
from stacks.text import escaped


class OrganizationStack(TerraformStack):
    """What is there once in an organization.

    Parameters
    ----------
    config : Config
        The whole configuration.
    policies : OrganizationPolicies
        What is deployed.

    Notes
    -----
    Policy types are switched on by hand, once: they are an attribute of the organization itself, which is not ours.
    """

    def __init__(self, scope: Construct, id: str, *, config: Config, policies: OrganizationPolicies) -> None:
        super().__init__(scope, id)
        keep_state(self, id, config.state)
        provide(self, policies.account, policies.region, assume_role=policies.assume_role, tags=config.common_tags())
        if policies.share_with_organization:
            RamSharingWithOrganization(
                self, "sharing", lifecycle={"prevent_destroy": True} if policies.retain_on_destroy else None
            )
        if policies.images:
            _attached(
                self,
                "golden-ami-ec2",
                kind="DECLARATIVE_POLICY_EC2",
                description="Whose images may be used, and no public ones",
                content=ec2_policy(config, policies.images, policies.partition),
                organization=config.organization,
                targets=policies.images.targets,
            )
        if policies.guardrails:
            texts = service_control_policies(config, policies.guardrails, policies.partition)
            for name, content in texts.items():
                _attached(
                    self,
                    name,
                    kind="SERVICE_CONTROL_POLICY",
                    description=_PURPOSES[name],
                    content=content,
                    organization=config.organization,
                    targets=policies.guardrails.targets,
                )


_PURPOSES = {
    "golden-ami-images": "Only the runbooks of golden AMIs share images, and nobody changes what an image is of",
    "golden-ami-runbooks": "Only deployers write the runbooks of golden AMIs, and only starters pass their roles",
}


def _attached(
    stack: TerraformStack,
    name: str,
    *,
    kind: str,
    description: str,
    content: str,
    organization: Organization,
    targets: Sequence[str],
) -> None:
    policy = OrganizationsPolicy(stack, name, name=name, type=kind, description=description, content=escaped(content))
    for target in (resolve_target(each, organization) for each in targets):
        # Called by the id: a unit that only gets another name in the configuration stays protected.
        OrganizationsPolicyAttachment(stack, f"{name}-{target}", policy_id=policy.id, target_id=target)
    TerraformOutput(stack, f"policy-{name}", value=policy.id)
