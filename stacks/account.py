"""The account and the Regions that a stack works in."""

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.ec2_image_block_public_access import Ec2ImageBlockPublicAccess
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags

from golden_ami.config.account import chain
from golden_ami.config.deployment import Deployment


def connect(stack: TerraformStack, deployment: Deployment, *, tags: Mapping[str, str]) -> None:
    """Give a stack its providers, and forbid public AMIs in each of their Regions.

    Parameters
    ----------
    stack : TerraformStack
        The stack.
    deployment : Deployment
        Whose account and Regions.
    tags : mapping of str to str
        On everything that takes tags.
    """
    for region in (deployment.region, *deployment.copies):
        home = region == deployment.region
        provider = AwsProvider(
            stack,
            "aws" if home else f"aws-{region}",
            alias=None if home else region,
            region=region,
            # The wrong credentials stop at the plan.
            allowed_account_ids=[deployment.account],
            default_tags=[AwsProviderDefaultTags(tags=dict(tags))],
            assume_role=_assumed(deployment),
        )
        if deployment.block_public_images:
            Ec2ImageBlockPublicAccess(
                stack,
                "block-public-images" if home else f"block-public-images-{region}",
                state="block-new-sharing",
                provider=None if home else provider,
            )


def _assumed(deployment: Deployment) -> list[AwsProviderAssumeRole] | None:
    """Several blocks are a chain: the provider assumes each role with the credentials of the one before."""
    return [
        AwsProviderAssumeRole(role_arn=role.arn, external_id=role.external_id, session_name=role.session_name)
        for role in chain(deployment.assume_role)
    ] or None
