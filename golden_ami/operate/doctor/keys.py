"""The keys of AMIs: there, enabled, and open to receivers; without them nothing launches."""

import json
from collections.abc import Iterator

from golden_ami.operate.doctor.check import Problem, check, error, guarded
from golden_ami.operate.doctor.site import DEPLOY, Site
from golden_ami.operate.faults import code_of
from golden_ami.operate.key_policy import missing_actions
from golden_ami.operate.receivers import in_words


@check("key-alias", "the key has its alias")
def key_alias(site: Site) -> Iterator[Problem]:
    """Look for the alias by which the deployment's own key is found."""
    if site.configured.existing.key:
        return
    if site.names.key_alias not in site.aliases:
        yield error(f"{site.names.key_alias} is no alias of a key in {site.names.region}", DEPLOY)


@check("keys", "each Region's key is enabled, and lets the receivers launch")
def keys(site: Site) -> Iterator[Problem]:
    """Look at every key, and judge its policy as the evidence runbook does."""
    for region, key in site.keys.items():
        yield from guarded(key, _key, site, region, key)


def _key(site: Site, region: str, key: str) -> Iterator[Problem]:
    kms = site.client("kms", region=region)
    try:
        state = kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
    except Exception as failure:
        if code_of(failure) != "NotFoundException":
            raise
        yield error(f"there is no key {key}", "name one that is there, and admits the organization")
        return
    if state != "Enabled":
        yield error(
            f"{key} is {state}: nothing launches from its AMIs",
            f"`aws kms cancel-key-deletion` or `enable-key --key-id {key} --region {region}`",
        )
        return
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    receivers = dict.fromkeys(each for factory in site.factories for each in factory.launch_principals)
    for receiver in receivers:
        lacks = missing_actions(policy, receiver, site.place.config.organization.id)
        if lacks:
            who = in_words(site.place, receiver)
            yield error(f"{key} does not let {who} launch: {', '.join(lacks)}", "let its policy admit the organization")
