"""The account and the Regions that a stack works in."""

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.ec2_image_block_public_access import Ec2ImageBlockPublicAccess
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags

from golden_ami.config.account import AssumeRole, chain
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
        provider = provide(
            stack,
            deployment.account,
            region,
            assume_role=deployment.assume_role,
            tags=tags,
            alias=None if home else region,
        )
        if deployment.block_public_images:
            Ec2ImageBlockPublicAccess(
                stack,
                "block-public-images" if home else f"block-public-images-{region}",
                state="block-new-sharing",
                provider=None if home else provider,
            )


def provide(
    stack: TerraformStack,
    account: str,
    region: str,
    *,
    assume_role: AssumeRole | tuple[AssumeRole, ...] | None,
    tags: Mapping[str, str],
    alias: str | None = None,
) -> AwsProvider:
    """Give a stack a provider of one account and Region.

    Parameters
    ----------
    stack : TerraformStack
        The stack.
    account, region : str
        Where it works.
    assume_role : AssumeRole or tuple of AssumeRole or None
        What Terraform assumes there.
    tags : mapping of str to str
        On everything that takes tags.
    alias : str, optional
        Of a provider that is not the stack's first.
    """
    return AwsProvider(
        stack,
        f"aws-{alias}" if alias else "aws",
        alias=alias,
        region=region,
        # The wrong credentials stop at the plan.
        allowed_account_ids=[account],
        default_tags=[AwsProviderDefaultTags(tags=dict(tags))],
        assume_role=_assumed(assume_role),
    )


def _assumed(roles: AssumeRole | tuple[AssumeRole, ...] | None) -> list[AwsProviderAssumeRole] | None:
    """Several blocks are a chain: the provider assumes each role with the credentials of the one before."""
    return [
        AwsProviderAssumeRole(role_arn=role.arn, external_id=role.external_id, session_name=role.session_name)
        for role in chain(roles)
    ] or None
