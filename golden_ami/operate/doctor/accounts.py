"""What an account needs before anything is deployed: its organization, Inspector, service-linked roles, quotas."""

from collections.abc import Iterator

from golden_ami.operate.doctor.check import Problem, check, error, guarded, undecided, warning
from golden_ami.operate.doctor.site import Site
from golden_ami.operate.faults import code_of
from golden_ami.operate.findings import scanning_status
from golden_ami.operate.shares import principals_of

_AMIS = "L-B665C33B"
_AMI_SHARING = "L-70015FFA"
_NEARLY = 0.8
_SHARING_ON = "from the management account: `aws ram enable-sharing-with-aws-organization`"


@check("organization", "the account is in the configured organization", needs_deployment=False)
def organization(site: Site) -> Iterator[Problem]:
    """Compare the caller's organization with the configured one."""
    wanted = site.place.config.organization
    try:
        found = site.client("organizations").describe_organization()["Organization"]
    except Exception as failure:
        if code_of(failure) != "AWSOrganizationsNotInUseException":
            raise
        yield error(f"account {site.names.account} is in no organization", f"let it join {wanted.id}")
        return
    if found["Id"] != wanted.id:
        yield error(
            f"account {site.names.account} is in organization {found['Id']}, and not in {wanted.id}",
            "mend organization.id, or use another account",
        )
    elif found["MasterAccountId"] != wanted.management_account:
        yield error(
            f"{wanted.id} is managed by account {found['MasterAccountId']}, and not by {wanted.management_account}",
            "mend organization.management_account",
        )


@check("ram-sharing", "RAM shares inside the organization, where an image needs it", needs_deployment=False)
def ram_sharing(site: Site) -> Iterator[Problem]:
    """Judge by what can be seen: a share that has reached a unit, or RAM's role in the management account."""
    sharing = [factory for factory in site.factories if factory.image_builder_principals]
    if not sharing:
        return
    for factory in sharing:
        share = site.share(factory)
        if share and any(each.startswith("arn:") for each in principals_of(site.place, share)):
            return
    try:
        site.client("iam").get_role(RoleName="AWSServiceRoleForResourceAccessManager")
    except Exception as failure:
        if code_of(failure) != "NoSuchEntity":
            raise
        if site.names.account == site.place.config.organization.management_account:
            yield error("RAM does not share inside the organization", _SHARING_ON)
            return
        yield undecided("a member account cannot see whether RAM shares inside the organization", _SHARING_ON)


@check("inspector", "Inspector scans instances in the home Region", needs_deployment=False)
def inspector(site: Site) -> Iterator[Problem]:
    """Ask for Inspector's state, where any image is scanned."""
    if not any(factory.image.scanning.enabled for factory in site.factories):
        return
    region = site.names.region
    status = scanning_status(site.place, region)
    if status != "ENABLED":
        yield error(
            f"Inspector is {status} for EC2 in {region}, so that no scan would end",
            f"`aws inspector2 enable --resource-types EC2 --region {region}`",
        )


@check("service-linked-roles", "the service-linked roles are there", needs_deployment=False)
def service_linked_roles(site: Site) -> Iterator[Problem]:
    """Look for the roles that services work with in this account."""
    wanted = {"AWSServiceRoleForImageBuilder": "imagebuilder.amazonaws.com"}
    if any(factory.rollout and factory.rollout.auto_scaling_group for factory in site.factories):
        wanted["AWSServiceRoleForAutoScaling"] = "autoscaling.amazonaws.com"
    for role, service in wanted.items():
        yield from guarded(role, _role, site, role, service)


def _role(site: Site, role: str, service: str) -> Iterator[Problem]:
    try:
        site.client("iam").get_role(RoleName=role)
    except Exception as failure:
        if code_of(failure) != "NoSuchEntity":
            raise
        yield error(f"there is no role {role}", f"`aws iam create-service-linked-role --aws-service-name {service}`")


@check("quotas", "AMIs and their receivers are well within the account's quotas", needs_deployment=False)
def quotas(site: Site) -> Iterator[Problem]:
    """Compare what there is, and what will be, with the quotas of each Region."""
    receivers = max(len(factory.launch_principals) for factory in site.factories)
    for region in site.regions:
        yield from guarded(region, _near, site, region, _AMIS, "AMIs", _amis(site, region))
        what = "receivers of an AMI"
        yield from guarded(region, _near, site, region, _AMI_SHARING, what, receivers)


def _amis(site: Site, region: str) -> int:
    pages = site.place.connection.pages
    return len(pages("ec2", "describe_images", "Images", region=region, Owners=["self"], IncludeDisabled=True))


def _near(site: Site, region: str, code: str, what: str, used: int) -> Iterator[Problem]:
    answer = site.client("service-quotas", region=region).get_service_quota(ServiceCode="ec2", QuotaCode=code)
    limit = float(answer["Quota"]["Value"])
    if used >= limit * _NEARLY:
        says = error if used >= limit else warning
        yield says(
            f"{used} {what} in {region}, and the quota is {limit:.0f}",
            f"retire images, or ask for more: `aws service-quotas request-service-quota-increase --service-code ec2 "
            f"--quota-code {code} --desired-value N --region {region}`",
        )
