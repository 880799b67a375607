"""The runbooks that people use are those that were reviewed."""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from golden_ami.operate.doctor.check import Problem, check, error, guarded
from golden_ami.operate.doctor.site import DEPLOY, Deployed, Site


@check("runbooks", "each runbook is active, and its text is what the configuration makes")
def runbooks(site: Site) -> Iterator[Problem]:
    """Compare every document, parsed, with the one that would be deployed now."""
    site.bindable()
    for each in site.runbooks():
        yield from guarded(each.names.document, _runbook, site, each)


def _runbook(site: Site, runbook: Deployed) -> Iterator[Problem]:
    name = runbook.names.document
    described = site.describe_document(name)
    if described is None:
        yield error(f"there is no runbook {name}", DEPLOY)
        return
    if described["Status"] != "Active":
        yield error(f"{name} is {described['Status']}", DEPLOY)
        return
    default, latest = described["DefaultVersion"], described["LatestVersion"]
    if default != latest:
        yield error(
            f"version {default} of {name} is the default one, and version {latest} the latest",
            f"find out who made it (CloudTrail: UpdateDocument, UpdateDocumentDefaultVersion), and {DEPLOY}",
        )
    found = site.client("ssm").get_document(Name=name, DocumentVersion=default, DocumentFormat="YAML")["Content"]
    bound, _ = site.bound(runbook)
    wanted = bound.render()
    if found != wanted and _parsed(found) != _parsed(wanted):
        yield error(
            f"{name} is not what the configuration makes",
            f"compare it with `golden-ami runbook render {runbook.factory.names.image} --runbook {runbook.runbook} "
            f"-d {site.place.deployment}`; {DEPLOY}",
        )


def _parsed(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return None
