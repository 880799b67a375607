"""Image Builder deletes, after some days, what was never approved."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.imagebuilder_lifecycle_policy import (
    ImagebuilderLifecyclePolicy,
    ImagebuilderLifecyclePolicyPolicyDetail,
    ImagebuilderLifecyclePolicyPolicyDetailAction,
    ImagebuilderLifecyclePolicyPolicyDetailActionIncludeResources,
    ImagebuilderLifecyclePolicyPolicyDetailExclusionRules,
    ImagebuilderLifecyclePolicyPolicyDetailExclusionRulesAmis,
    ImagebuilderLifecyclePolicyPolicyDetailFilter,
    ImagebuilderLifecyclePolicyResourceSelection,
)
from constructs import Construct

from golden_ami.names import RETIRABLE_TAG, DeploymentNames
from golden_ami.permissions import lifecycle_statements, lifecycle_trust
from stacks.role import Role


class CleanUp(Construct):
    """A lifecycle policy for the images that the outcome runbook has marked.

    Parameters
    ----------
    names : DeploymentNames
        The deployment.
    regions : sequence of str
        Regions with AMIs.
    after_days : int
        Age at which they are deleted, with AMIs and snapshots.
    """

    def __init__(
        self, scope: Construct, id: str, *, names: DeploymentNames, regions: Sequence[str], after_days: int
    ) -> None:
        super().__init__(scope, id)
        role = Role(
            self,
            "role",
            name=names.clean_up_role,
            description=f"Image Builder deletes images of {names.deployment} that were never approved",
            trust=lifecycle_trust(),
            statements=lifecycle_statements(names, regions),
        )
        # One tag, because it is not documented whether several must all be there.
        marked = ImagebuilderLifecyclePolicyResourceSelection(tag_map={RETIRABLE_TAG: names.deployment})
        ImagebuilderLifecyclePolicy(
            self,
            "policy",
            name=names.clean_up_policy,
            description=f"Images of {names.deployment} that were never approved",
            execution_role=role.arn,
            resource_type="AMI_IMAGE",
            status="ENABLED",
            policy_detail=[_delete(after_days)],
            resource_selection=[marked],
            depends_on=[role.policy],
        )


def _delete(after_days: int) -> ImagebuilderLifecyclePolicyPolicyDetail:
    everything = ImagebuilderLifecyclePolicyPolicyDetailActionIncludeResources(amis=True, snapshots=True)
    delete = ImagebuilderLifecyclePolicyPolicyDetailAction(type="DELETE", include_resources=[everything])
    old = ImagebuilderLifecyclePolicyPolicyDetailFilter(type="AGE", value=after_days, unit="DAYS")
    # Left out, the provider plans a change for ever (terraform-provider-aws#43752).
    private = ImagebuilderLifecyclePolicyPolicyDetailExclusionRulesAmis(is_public=False)
    return ImagebuilderLifecyclePolicyPolicyDetail(
        action=[delete],
        filter=[old],
        exclusion_rules=[ImagebuilderLifecyclePolicyPolicyDetailExclusionRules(amis=[private])],
    )
